/** What the server last said, for the components: small lists here, positions in the fleet's arrays. */
import { read, readClock, readEvents, readZones } from "../api/client.ts";
import type {
  Alert,
  ClockState,
  ClockView,
  Feed,
  LiveMessage,
  Mode,
  Outage,
  Warning,
  WatchEvent,
  ZoneCollection,
} from "../api/types.ts";
import { inOrder } from "../alerts/order.ts";
import { DeskClock } from "./clock.ts";
import { Fleet } from "./fleet.ts";
import { LiveSocket, type LinkState } from "./socket.ts";

const DAY_MS = 86_400_000;
const EVENTS_EVERY_MS = 30_000;

class Desk {
  readonly fleet = new Fleet();
  readonly clock = new DeskClock();
  link = $state<LinkState>("connecting");
  hasSnapshot = $state(false);
  mode = $state<Mode>("live");
  drill = $state(false);
  speed = $state(1);
  playing = $state(true);
  sources = $state.raw<ClockView["sources"]>([]);
  /** Server order: who needs me next. */
  alerts = $state.raw<Alert[]>([]);
  warnings = $state.raw<Warning[]>([]);
  feeds = $state.raw<Feed[]>([]);
  outages = $state.raw<Outage[]>([]);
  zones = $state.raw<ZoneCollection | null>(null);
  /** Events of the last day, for the map and the density strip. */
  events = $state.raw<WatchEvent[]>([]);
  /** Desk time, refreshed once a second: what lists show ages against. */
  nowMs = $state(Date.now());
  vesselCount = $state(0);
  /** The last critical alert that came while the page was open. */
  newCritical = $state.raw<Alert | null>(null);

  private socket: LiveSocket | null = null;
  private orderTimer: ReturnType<typeof setTimeout> | undefined;
  private timers: ReturnType<typeof setInterval>[] = [];

  start(onRefused: () => void): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new LiveSocket(`${scheme}://${location.host}/api/live`, {
      message: (message) => this.receive(message),
      positions: (frame) => {
        this.clock.follow(frame.nowMs);
        this.fleet.apply(frame);
      },
      state: (state) => (this.link = state),
      refused: onRefused,
      modeChanged: () => location.reload(),
    });
    this.socket.start();
    void this.readSlow();
    this.timers.push(
      setInterval(() => this.tick(), 1000),
      setInterval(() => void this.readDayEvents(), EVENTS_EVERY_MS),
    );
  }

  stop(): void {
    this.socket?.stop();
    for (const timer of this.timers) clearInterval(timer);
    this.timers = [];
  }

  retryNow(): void {
    this.socket?.retryNow();
  }

  /** Take an alert the server answered to a write, before the wire repeats it. */
  put(alert: Alert): void {
    this.upsertAlerts([alert]);
    this.askOrder();
  }

  applyClock(state: ClockState): void {
    this.clock.set(state);
    this.speed = state.speed;
    this.playing = state.playing;
    this.tick();
  }

  private tick(): void {
    this.nowMs = this.clock.nowMs();
    if (this.vesselCount !== this.fleet.size) this.vesselCount = this.fleet.size;
  }

  private async readSlow(): Promise<void> {
    try {
      const clock = await readClock();
      this.sources = clock.sources;
      this.mode = clock.mode;
      this.drill = clock.drill;
      this.applyClock(clock);
      this.zones = await readZones();
      await this.readDayEvents();
    } catch {
      // The banner of the lost connection already says it; the next tick of the wire brings it back.
    }
  }

  private async readDayEvents(): Promise<void> {
    if (this.link === "lost") return;
    try {
      const since = new Date(this.clock.nowMs() - DAY_MS).toISOString();
      this.events = (await readEvents({ since, limit: 2000 })).events;
    } catch {
      // Kept as they were: old events are still true.
    }
  }

  /** Who needs me next is the server's to say: after changes, read the order again, but not more than once a second. */
  private askOrder(): void {
    this.orderTimer ??= setTimeout(() => {
      this.orderTimer = undefined;
      read<{ alerts: Alert[] }>("/api/alerts?state=open").then(
        (answer) => (this.alerts = answer.alerts),
        () => undefined,
      );
    }, 1000);
  }

  private upsertAlerts(changed: Alert[], removed: string[] = []): void {
    const gone = new Set(removed);
    const byId = new Map(changed.map((alert) => [alert.alert_id, alert]));
    const kept = this.alerts
      .filter((alert) => !gone.has(alert.alert_id))
      .map((alert) => {
        const fresh = byId.get(alert.alert_id);
        byId.delete(alert.alert_id);
        return fresh && fresh.version >= alert.version ? fresh : alert;
      });
    for (const alert of byId.values())
      if (alert.severity === "critical" && alert.state === "open") this.newCritical = alert;
    this.alerts = [...kept, ...byId.values()];
  }

  private receive(message: LiveMessage): void {
    switch (message.type) {
      case "hello":
        if (this.hasSnapshot && message.mode !== this.mode) return location.reload();
        this.mode = message.mode;
        this.drill = message.drill;
        this.applyClock(message.clock);
        break;
      case "snapshot":
        // Also sent in mid-stream to a screen that missed too much: start anew.
        this.fleet.clear();
        this.fleet.describe(message.vessels);
        this.alerts = message.alerts;
        this.warnings = message.warnings;
        this.feeds = message.feeds;
        this.outages = message.outages;
        this.hasSnapshot = true;
        this.tick();
        break;
      case "vessels":
        this.fleet.describe(message.upsert);
        break;
      case "alerts":
        this.upsertAlerts(message.upsert ?? [], message.remove);
        if (message.order) this.alerts = inOrder(this.alerts, message.order);
        else this.askOrder();
        break;
      case "warnings":
        this.warnings = message.all;
        break;
      case "feeds":
        this.feeds = message.feeds;
        this.outages = message.outages;
        break;
      case "clock":
        this.applyClock(
          message.clock ?? {
            now: message.now ?? new Date(this.clock.nowMs()).toISOString(),
            speed: message.speed ?? this.speed,
            playing: message.playing ?? this.playing,
          },
        );
        break;
      case "mode":
        if (message.mode !== this.mode) location.reload();
        break;
      case "pong":
        break;
    }
  }
}

export const desk = new Desk();
