/** Who is signed in. A one-time link (`#link=TOKEN`) is used once and taken out of the address at once. */
import { ApiError, readSession, signIn, signInByLink, signOut } from "../api/client.ts";
import type { User } from "../api/types.ts";

/** Set while somebody is signed in here: without it the sign-in page is shown at once, and nothing fails for it. */
const HINT_KEY = "haidang.signed-in";

export type SessionState = "asking" | "linking" | "out" | "in" | "unreachable";

class Session {
  state = $state<SessionState>("asking");
  user = $state.raw<User | null>(null);
  problem = $state<"" | "link" | "password" | "unreachable">("");

  async open(): Promise<void> {
    const token = new URLSearchParams(location.hash.slice(1)).get("link");
    if (token) {
      history.replaceState(null, "", location.pathname + location.search);
      this.state = "linking";
      try {
        return this.enter(await signInByLink(token));
      } catch (error) {
        if (error instanceof ApiError && error.status === 0) return this.fail();
        this.problem = "link";
      }
    }
    if (this.problem !== "link" && localStorage.getItem(HINT_KEY) === null) {
      this.state = "out";
      return;
    }
    try {
      this.enter(await readSession());
      this.problem = "";
    } catch (error) {
      if (error instanceof ApiError && error.status !== 401) return this.fail();
      this.leaveHere();
    }
  }

  async signIn(username: string, password: string): Promise<void> {
    this.problem = "";
    try {
      this.enter(await signIn(username, password));
    } catch (error) {
      this.problem =
        error instanceof ApiError && (error.status === 0 || error.status >= 500) ? "unreachable" : "password";
    }
  }

  async leave(): Promise<void> {
    localStorage.removeItem(HINT_KEY);
    try {
      await signOut();
    } finally {
      location.assign(location.pathname);
    }
  }

  /** The live wire was refused: find out whether the session has ended. */
  async check(): Promise<void> {
    try {
      await readSession();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.leaveHere();
    }
  }

  private leaveHere(): void {
    localStorage.removeItem(HINT_KEY);
    this.state = "out";
  }

  private enter(user: User): void {
    localStorage.setItem(HINT_KEY, "1");
    this.user = user;
    this.problem = "";
    this.state = "in";
  }

  private fail(): void {
    this.problem = "unreachable";
    this.state = "unreachable";
  }
}

export const session = new Session();
