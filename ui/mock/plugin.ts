/** A desk of cardboard inside Vite's development server: `npm run mock`. Same paths and frames as the real one. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin, ViteDevServer } from "vite";
import { WebSocketServer, type WebSocket } from "ws";
import { encodePositions } from "../src/live/decode.ts";
import { Sea, type Boat } from "./sea.ts";

const TICK_MS = 1000;

function frameOf(boats: Boat[], seq: number, nowMs: number): ArrayBuffer {
  return encodePositions({
    seq,
    nowMs,
    index: Uint32Array.from(boats, (b) => b.i),
    fixMs: Float64Array.from(boats, (b) => b.fixMs),
    latDeg: Float64Array.from(boats, (b) => b.lat),
    lonDeg: Float64Array.from(boats, (b) => b.lon),
    sogKn: Float32Array.from(boats, (b) => b.sog),
    cogDeg: Float32Array.from(boats, (b) => b.cog),
    flags: Uint8Array.from(boats, (b) => b.flags),
  });
}

function describe(boat: Boat) {
  const { i, vessel_id, label, kind, registration, mmsi, name, supplier, gear, length_m } = boat;
  return { i, vessel_id, label, kind, registration, mmsi, name, supplier, gear, length_m };
}

class MockDesk {
  private readonly sea = new Sea(Number(process.env["HAIDANG_MOCK_BOATS"] ?? "1300"));
  private readonly sockets = new Set<WebSocket>();
  private seq = 1;
  private speed = 60;
  private playing = true;
  private signedIn = process.env["HAIDANG_MOCK_LOGIN"] !== "1";

  clock() {
    return { now: new Date(this.sea.nowMs).toISOString(), speed: this.speed, playing: this.playing };
  }

  join(socket: WebSocket): void {
    const text = (body: object) => socket.send(JSON.stringify(body));
    text({ type: "hello", seq: this.seq, mode: "drill", drill: true, clock: this.clock(), resumed: false });
    const { sea } = this;
    text({
      type: "snapshot",
      seq: this.seq,
      vessels: sea.boats.map(describe),
      alerts: this.openAlerts(),
      warnings: sea.warnings,
      feeds: sea.feeds(),
      outages: sea.outages(),
    });
    socket.send(frameOf(sea.boats, this.seq, sea.nowMs));
    this.sockets.add(socket);
    socket.on("message", (data) => String(data).includes("ping") && text({ type: "pong" }));
    socket.on("close", () => this.sockets.delete(socket));
  }

  tick(): void {
    if (!this.playing) return;
    const reported = this.sea.advance(TICK_MS * this.speed);
    this.seq++;
    const frame = frameOf(reported, this.seq, this.sea.nowMs);
    for (const socket of this.sockets) socket.send(frame);
  }

  private openAlerts() {
    return this.sea.alerts.filter((alert) => alert.state !== "resolved");
  }

  private send(body: object): void {
    this.seq++;
    for (const socket of this.sockets) socket.send(JSON.stringify({ seq: this.seq, ...body }));
  }

  private act(id: string, action: string, body: Record<string, string>): [number, unknown] {
    const alert = this.sea.alerts.find((candidate) => candidate.alert_id === id);
    if (!alert) return [404, { code: "not_found", status: 404 }];
    if (Number(body["base_version"]) !== alert.version) return [409, { code: "conflict", status: 409, current: alert }];
    const state = ({ acknowledge: "acknowledged", resolve: "resolved", snooze: "snoozed", reopen: "open" } as const)[
      action
    ];
    if (state) alert.state = state;
    if (action === "acknowledge") alert.owner = "truc.ban";
    if (action === "snooze") alert.snoozed_until = body["until"] ?? null;
    alert.actions =
      alert.state === "resolved" || alert.state === "snoozed"
        ? ["reopen", "note"]
        : alert.state === "acknowledged"
          ? ["resolve", "snooze", "note"]
          : ["acknowledge", "resolve", "snooze", "note"];
    alert.version++;
    const entry = {
      time: new Date(this.sea.nowMs).toISOString(),
      actor: "truc.ban",
      action,
      note: body["note"] ?? null,
      from_state: null,
      to_state: null,
    };
    this.sea.history.set(id, [...(this.sea.history.get(id) ?? []), entry]);
    this.send({ type: "alerts", upsert: [alert] });
    return [200, alert];
  }

  answer(method: string, path: string, query: URLSearchParams, body: Record<string, string>): [number, unknown] {
    const { sea } = this;
    const user = { username: "truc.ban", display_name: "Trực ban VMS", roles: ["officer"], language: "vi" };
    const part = path.split("/").slice(2);
    if (path === "/api/session") {
      if (method === "POST") this.signedIn = true;
      if (method === "DELETE") this.signedIn = false;
      return this.signedIn ? [200, { user, csrf: "mock" }] : [401, { code: "unauthenticated", status: 401 }];
    }
    if (path === "/api/session/link") return ((this.signedIn = true), [200, { user }]);
    if (path === "/api/clock") {
      if (method === "POST") {
        if (body["speed"] !== undefined) this.speed = Number(body["speed"]);
        if (body["playing"] !== undefined) this.playing = Boolean(body["playing"]);
        this.send({ type: "clock", clock: this.clock() });
      }
      const sources = [{ mode: "drill", label_vi: "Diễn tập", label_en: "Drill" }, { mode: "recording", label_vi: "Bản ghi AIS thật", label_en: "Recording of real AIS" }, { mode: "live", label_vi: "Trực tiếp", label_en: "Live feeds" }]; // prettier-ignore
      return [200, { ...this.clock(), mode: "drill", drill: true, sources }];
    }
    if (path === "/api/zones") return [200, sea.zones()];
    if (path === "/api/warnings/score")
      return [
        200,
        {
          days: 12,
          n: 4312,
          base_rate: 0.08,
          brier: 0.052,
          brier_climatology: 0.071,
          skill: 0.268,
          ece: 0.012,
          bins: [],
        },
      ];
    if (part[0] === "feeds" && part[2] === "rejects")
      return [200, { rejects: [{ reason: "checksum", excerpt: "!AIVDM,1,1,,A,15MgK45P3@G?fl0E`JbR0OwT0@MS,0*4F" }] }];
    if (path === "/api/alerts") return [200, { alerts: query.get("state") === "all" ? sea.alerts : this.openAlerts() }];
    if (part[0] === "alerts" && part[2]) return this.act(part[1]!, part[2], body);
    if (part[0] === "alerts") {
      const alert = sea.alerts.find((candidate) => candidate.alert_id === part[1]);
      if (!alert) return [404, { code: "not_found", status: 404 }];
      return [
        200,
        {
          ...alert,
          history: sea.history.get(alert.alert_id) ?? [],
          events: sea.events.filter((e) => alert.event_ids.includes(e.event_id)),
        },
      ];
    }
    if (path === "/api/events") {
      const id = query.get("vessel_id");
      return [200, { events: id ? sea.events.filter((event) => event.vessel_id === id) : sea.events }];
    }
    if (part[0] === "vessels" && part[2] === "track") return [200, { vessel_id: part[1], fixes: sea.track(part[1]!) }];
    if (part[0] === "vessels" && part[1]) {
      const boat = sea.boats.find((candidate) => candidate.vessel_id === part[1]);
      if (!boat) return [404, { code: "not_found", status: 404 }];
      const last = {
        fix_time: new Date(boat.fixMs).toISOString(),
        received_time: new Date(boat.fixMs + 90_000).toISOString(),
        lat_deg: boat.lat,
        lon_deg: boat.lon,
        sog_kn: boat.sog,
        cog_deg: boat.cog,
        age_s: 60,
      };
      return [
        200,
        { ...describe(boat), call_sign: null, home_port: "Tam Quang", last, open_alerts: boat.flags ? 1 : 0 },
      ];
    }
    return [404, { code: "not_found", status: 404 }];
  }
}

async function readBody(request: IncomingMessage): Promise<Record<string, string>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text ? (JSON.parse(text) as Record<string, string>) : {};
}

export function mockDesk(): Plugin {
  return {
    name: "mock-desk",
    configureServer(server: ViteDevServer) {
      const desk = new MockDesk();
      const sockets = new WebSocketServer({ noServer: true });
      server.httpServer?.on("upgrade", (request, socket, head) => {
        if (!request.url?.startsWith("/api/live")) return;
        sockets.handleUpgrade(request, socket, head, (opened) => desk.join(opened));
      });
      const timer = setInterval(() => desk.tick(), TICK_MS);
      server.httpServer?.on("close", () => clearInterval(timer));
      server.middlewares.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
        const url = new URL(request.url ?? "/", "http://mock");
        if (!url.pathname.startsWith("/api/")) return next();
        void readBody(request).then((body) => {
          const [status, answer] = desk.answer(request.method ?? "GET", url.pathname, url.searchParams, body);
          response.writeHead(status, { "Content-Type": "application/json" });
          response.end(JSON.stringify(answer));
        });
      });
    },
  };
}
