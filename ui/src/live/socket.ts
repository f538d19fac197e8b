/** The live wire: snapshot, then deltas; resumes by sequence number and comes back by itself after a break. */
import type { LiveMessage } from "../api/types.ts";
import { decodePositions, type PositionFrame } from "./decode.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** Silence on the wire for this long means a dead connection that TCP has not noticed. */
const PING_EVERY_MS = 15_000;
const DEAD_AFTER_MS = 40_000;

/** Close codes of the server. */
const NOT_SIGNED_IN = 4401;
const MODE_CHANGED = 4410;

export type LinkState = "connecting" | "open" | "lost";

export interface SocketEvents {
  message: (message: LiveMessage) => void;
  positions: (frame: PositionFrame) => void;
  state: (state: LinkState) => void;
  /** The server did not let us in: a lost session must lead to the sign-in page and not to endless tries. */
  refused: () => void;
  /** The desk changed its source: everything on the page belongs to the old one. */
  modeChanged: () => void;
}

/** Milliseconds to wait before try number `attempt` (0 is the first after a break), with up to 30 % of chance. */
export function backoffMs(attempt: number, random: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.85 + 0.3 * random);
}

export class LiveSocket {
  private readonly url: string;
  private readonly events: SocketEvents;
  private socket: WebSocket | null = null;
  private seq = -1;
  private attempt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setInterval> | undefined;
  private heardAt = 0;
  private hasHeard = false;
  private stopped = true;

  constructor(url: string, events: SocketEvents) {
    this.url = url;
    this.events = events;
  }

  start(): void {
    this.stopped = false;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retryTimer);
    this.drop();
  }

  retryNow(): void {
    if (this.stopped) return;
    clearTimeout(this.retryTimer);
    this.attempt = 0;
    this.drop();
    this.connect();
  }

  private connect(): void {
    this.events.state(this.attempt === 0 && this.seq < 0 ? "connecting" : "lost");
    const socket = new WebSocket(this.seq >= 0 ? `${this.url}?since=${this.seq}` : this.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.heardAt = performance.now();
      this.pingTimer = setInterval(() => this.checkAlive(), PING_EVERY_MS);
    });
    socket.addEventListener("message", (event: MessageEvent<string | ArrayBuffer>) => {
      if (socket === this.socket) this.receive(event.data);
    });
    socket.addEventListener("close", (event) => {
      if (socket !== this.socket) return;
      const everHeard = this.hasHeard;
      this.drop();
      if (event.code === MODE_CHANGED) return this.events.modeChanged();
      if (!everHeard || event.code === NOT_SIGNED_IN) this.events.refused();
      this.scheduleRetry();
    });
  }

  private receive(data: string | ArrayBuffer): void {
    this.hasHeard = true;
    this.heardAt = performance.now();
    if (typeof data !== "string") {
      const frame = decodePositions(data);
      if (frame.seq > this.seq) this.seq = frame.seq;
      this.events.positions(frame);
      return;
    }
    const message = JSON.parse(data) as LiveMessage;
    if (message.type === "hello") {
      this.attempt = 0;
      this.events.state("open");
      // A server that could not resume numbers anew.
      if (!message.resumed) this.seq = message.seq;
    }
    if (typeof message.seq === "number" && message.seq > this.seq) this.seq = message.seq;
    this.events.message(message);
  }

  private checkAlive(): void {
    if (performance.now() - this.heardAt > DEAD_AFTER_MS) {
      this.drop();
      this.scheduleRetry();
    } else if (this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send('{"type":"ping"}');
    }
  }

  private drop(): void {
    clearInterval(this.pingTimer);
    const socket = this.socket;
    this.socket = null;
    this.hasHeard = false;
    socket?.close();
  }

  private scheduleRetry(): void {
    if (this.stopped) return;
    this.events.state("lost");
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.connect(), backoffMs(this.attempt, Math.random()));
    this.attempt = Math.min(this.attempt + 1, 10);
  }
}
