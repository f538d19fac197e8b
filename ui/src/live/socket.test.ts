import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DeskClock } from "./clock.ts";
import { backoffMs, LiveSocket } from "./socket.ts";

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readonly url: string;
  binaryType = "";
  readyState = 1;
  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.made.push(this);
  }
  send(): void {}
  close(): void {}
  say(body: object): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(body) }));
  }
  end(code = 1006): void {
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

const events = () => ({ message: vi.fn(), positions: vi.fn(), state: vi.fn(), refused: vi.fn(), modeChanged: vi.fn() });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.made = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("live socket", () => {
  it("resumes after a break from the last number it heard", () => {
    const heard = events();
    const live = new LiveSocket("ws://desk/api/live", heard);
    live.start();
    const first = FakeSocket.made[0]!;
    expect(first.url).toBe("ws://desk/api/live");
    first.dispatchEvent(new Event("open"));
    first.say({ type: "hello", seq: 7, resumed: false });
    first.say({ type: "alerts", seq: 9, upsert: [] });
    first.end();
    expect(heard.state).toHaveBeenLastCalledWith("lost");
    expect(heard.refused).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.made[1]!.url).toBe("ws://desk/api/live?since=9");
    live.stop();
  });
  it("numbers anew when the server could not resume", () => {
    const live = new LiveSocket("ws://desk/api/live", events());
    live.start();
    FakeSocket.made[0]!.say({ type: "hello", seq: 500, resumed: false });
    FakeSocket.made[0]!.end();
    vi.advanceTimersByTime(1000);
    FakeSocket.made[1]!.say({ type: "hello", seq: 3, resumed: false });
    FakeSocket.made[1]!.end();
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.made[2]!.url).toContain("since=3");
    live.stop();
  });
  it("asks for the session when it is refused, and reloads when the source changed", () => {
    const heard = events();
    const live = new LiveSocket("ws://desk/api/live", heard);
    live.start();
    FakeSocket.made[0]!.end(4401);
    expect(heard.refused).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    FakeSocket.made[1]!.end(4410);
    expect(heard.modeChanged).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(2);
    live.stop();
  });
  it("waits longer and longer, but never more than about 20 s", () => {
    expect(backoffMs(0, 0.5)).toBe(500);
    expect(backoffMs(3, 0.5)).toBe(4000);
    expect(backoffMs(30, 1)).toBeLessThan(20_000);
  });
});

describe("desk clock", () => {
  it("runs at the desk's speed, stands still when paused, and ignores small jitter", () => {
    let wall = 0;
    const clock = new DeskClock(() => wall);
    const start = Date.parse("2026-06-12T20:00:00Z");
    clock.set({ now: "2026-06-12T20:00:00Z", speed: 60, playing: true });
    wall = 1000;
    expect(clock.nowMs()).toBe(start + 60_000);
    clock.follow(start + 61_000);
    expect(clock.nowMs()).toBe(start + 60_000);
    clock.follow(start + 600_000);
    expect(clock.nowMs()).toBe(start + 600_000);
    clock.set({ now: "2026-06-12T20:00:00Z", speed: 60, playing: false });
    wall = 9000;
    expect(clock.nowMs()).toBe(start);
  });
});
