/** The desk's clock between two messages of the server: drill and replay run faster than the wall. */
import type { ClockState } from "../api/types.ts";

export class DeskClock {
  speed = 1;
  playing = true;
  private baseMs = Date.now();
  private readAt = 0;
  private readonly monotonic: () => number;

  constructor(monotonic: () => number = () => performance.now()) {
    this.monotonic = monotonic;
    this.readAt = monotonic();
  }

  /** Desk time now, UTC milliseconds. */
  nowMs(): number {
    return this.baseMs + (this.playing ? (this.monotonic() - this.readAt) * this.speed : 0);
  }

  set(state: ClockState): void {
    this.speed = state.speed;
    this.playing = state.playing;
    this.baseMs = Date.parse(state.now);
    this.readAt = this.monotonic();
  }

  /** Follow the server's time without jumping back and forth by the network's jitter. */
  follow(nowMs: number): void {
    const tolerance = 1500 * Math.max(1, this.speed);
    if (Math.abs(nowMs - this.nowMs()) > tolerance) {
      this.baseMs = nowMs;
      this.readAt = this.monotonic();
    }
  }
}
