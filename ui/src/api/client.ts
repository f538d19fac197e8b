/** The one door to the server: cookies, the write token, and problems as values with a code the screen can word. */
import { newOperationId } from "./operation.ts";
import type { paths } from "./types.gen.ts";
import type {
  Alert,
  AlertAction,
  AlertDetail,
  ClockView,
  Feed,
  Mode,
  Outage,
  Outcome,
  Problem,
  Reject,
  TrackFix,
  User,
  Vessel,
  WarningScore,
  WatchEvent,
  ZoneCollection,
} from "./types.ts";

/** A refused or failed request. `code` is stable; the screen words it, never the server's prose. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem | null;

  constructor(status: number, code: string, problem: Problem | null) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.problem = problem;
  }
}

let csrf = "";

async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, "unreachable", null);
  }
  if (response.status === 204) return undefined as T;
  let parsed: unknown = null;
  try {
    parsed = await response.json();
  } catch {
    parsed = null;
  }
  if (!response.ok) {
    const problem = parsed as Problem | null;
    throw new ApiError(response.status, problem?.code ?? `http_${response.status}`, problem);
  }
  return parsed as T;
}

function query(values: Record<string, string | number | null | undefined>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return text ? `?${text}` : "";
}

/** The JSON body that a route takes, as the server describes it; a field that it does not know is a compile error. */
type Body<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { "application/json": infer B } } };
}
  ? B
  : never;

/** Fill a route's places; only routes that the server has compile. */
function at<P extends keyof paths>(route: P, places: Record<string, string> = {}): string {
  return route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(places[name] ?? ""));
}

const get = <T, P extends keyof paths = keyof paths>(route: P, places?: Record<string, string>, asked = "") =>
  request<T>("GET", at(route, places) + asked);
const post = <T, P extends keyof paths>(route: P, body: Body<P>, places?: Record<string, string>) =>
  request<T>("POST", at(route, places), body);

interface SessionAnswer {
  user: User;
  csrf?: string;
}

async function openSession(answer: Promise<SessionAnswer>): Promise<User> {
  const { csrf: token } = await answer;
  if (token) csrf = token;
  // The token of a fresh cookie is only certain after asking for the session itself.
  return readSession();
}

/** Return the user who is signed in; throws ApiError 401 when nobody is. */
export async function readSession(): Promise<User> {
  const answer = await request<SessionAnswer>("GET", "/api/session");
  csrf = answer.csrf ?? csrf;
  return answer.user;
}

export const signIn = (username: string, password: string) =>
  openSession(post<SessionAnswer, "/api/session">("/api/session", { username, password }));
export const signInByLink = (token: string) =>
  openSession(post<SessionAnswer, "/api/session/link">("/api/session/link", { token }));
export const signOut = () => request<void>("DELETE", at("/api/session"));

export const readClock = () => get<ClockView>("/api/clock");
export const setClock = (change: Body<"/api/clock">) => post<ClockView, "/api/clock">("/api/clock", change);
export const setMode = (mode: Mode) => post<unknown, "/api/mode">("/api/mode", { mode });

export const readVessel = (id: string) => get<Vessel>("/api/vessels/{vessel_id}", { vessel_id: id });
export const readTrack = (id: string, since?: string, until?: string) =>
  get<{ vessel_id: string; fixes: TrackFix[] }>(
    "/api/vessels/{vessel_id}/track",
    { vessel_id: id },
    query({ since, until }),
  );
export const readEvents = (filter: { vessel_id?: string; kind?: string; since?: string; limit?: number }) =>
  get<{ events: WatchEvent[] }>("/api/events", {}, query(filter));
export const readAlert = (id: string) => get<AlertDetail>("/api/alerts/{alert_id}", { alert_id: id });
export const readZones = () => get<ZoneCollection>("/api/zones");
export const readFeeds = () => get<{ feeds: Feed[]; outages: Outage[] }>("/api/feeds");
export const readRejects = (id: string, limit = 50) =>
  get<{ rejects: Reject[] }>("/api/feeds/{feed_id}/rejects", { feed_id: id }, query({ limit }));
export const readScore = () => get<WarningScore>("/api/warnings/score");

export interface AlertWrite {
  note?: string;
  outcome?: Outcome;
  until?: string;
}

/** Carry out an action on an alert. The operation id makes a repeated press one write. */
export const actOnAlert = (
  alert: Pick<Alert, "alert_id" | "version">,
  action: AlertAction,
  write: AlertWrite = {},
  operationId: string = newOperationId(),
) =>
  post<Alert, "/api/alerts/{alert_id}/{action}">(
    "/api/alerts/{alert_id}/{action}",
    { operation_id: operationId, base_version: alert.version, ...write },
    { alert_id: alert.alert_id, action },
  );

/** For the rooms: read and write any path of the API with the same session and problems. */
export const read = <T>(path: string) => request<T>("GET", path);
export const write = <T>(path: string, body: unknown) => request<T>("POST", path, body);
