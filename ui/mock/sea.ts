/** An invented sea for looking at the screen without a desk: boats that move, a few alerts, forecasts and feeds.
 *
 * Development only: nothing under src/ imports it, so it never gets into the bundle.
 */
import type {
  Alert,
  Feed,
  LiveVessel,
  Outage,
  TrackFix,
  Warning,
  WatchEvent,
  ZoneCollection,
} from "../src/api/types.ts";

const HOUR = 3_600_000;

/** Small seeded generator (mulberry32), so that every look at the screen shows the same sea. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Boat extends LiveVessel {
  lat: number;
  lon: number;
  sog: number;
  cog: number;
  fixMs: number;
  everyMs: number;
  flags: number;
}

const GEARS = ["squid_jigging", "gillnet", "purse_seine", "pair_trawl"];

export class Sea {
  nowMs = Date.UTC(2026, 5, 12, 20, 2);
  readonly boats: Boat[] = [];
  readonly alerts: Alert[];
  readonly warnings: Warning[];
  readonly events: WatchEvent[];
  readonly history = new Map<
    string,
    { time: string; actor: string; action: string; note: string | null; from_state: null; to_state: null }[]
  >();
  readonly random = seeded(7);

  constructor(n: number) {
    for (let i = 0; i < n; i++) this.boats.push(this.makeBoat(i, n));
    this.alerts = this.makeAlerts();
    for (const alert of this.alerts) {
      const boat = this.boats.find((b) => b.vessel_id === alert.vessel_id)!;
      boat.flags = alert.severity === "critical" ? 3 : 1;
    }
    this.warnings = this.makeWarnings();
    this.events = this.makeEvents();
  }

  private makeBoat(i: number, n: number): Boat {
    const r = this.random;
    const kind = i < 4 ? "patrol" : i < n * 0.12 ? "merchant" : "fishing";
    const inPort = kind === "fishing" && r() < 0.35;
    const number = 90_000 + Math.floor(r() * 9999);
    const label =
      kind === "fishing"
        ? `QNa ${number} TS`
        : kind === "patrol"
          ? `BP ${15 - i}-19-0${i + 1}`
          : ["HAI PHU", "ORIENT STAR", "PACIFIC 8", "BIEN DONG"][i % 4] + ` ${i}`;
    const spread = r() ** 1.5;
    return {
      i,
      vessel_id: kind === "merchant" ? String(574_000_000 + i) : `v${i}`,
      label,
      kind,
      registration: kind === "fishing" ? `QNa-${number}-TS` : null,
      mmsi: kind === "merchant" ? String(574_000_000 + i) : null,
      name: kind === "merchant" ? label : null,
      supplier: kind === "fishing" ? ["VNPT", "Viettel", "Zunibal"][i % 3]! : null,
      gear: kind === "fishing" ? GEARS[i % 4]! : null,
      length_m: kind === "fishing" ? 15 + Math.round(r() * 150) / 10 : null,
      lat: inPort ? 15.49 + (r() - 0.5) * 0.02 : 16.4 - r() * 4.5 + (r() - 0.5),
      lon: inPort ? 108.69 + (r() - 0.5) * 0.02 : 109.3 + spread * 4.5,
      sog: inPort ? 0 : kind === "merchant" ? 9 + r() * 7 : r() < 0.4 ? r() * 0.4 : 1 + r() * 7,
      cog: kind === "merchant" ? (r() < 0.5 ? 15 : 195) + r() * 10 : r() * 360,
      fixMs: this.nowMs - r() * (kind === "merchant" ? 6 * 60_000 : 2.2 * HOUR) - (r() < 0.04 ? 9 * HOUR : 0),
      everyMs: kind === "merchant" || kind === "patrol" ? 180_000 : 2 * HOUR,
      flags: 0,
    };
  }

  private makeAlerts(): Alert[] {
    const fishing = this.boats.filter((b) => b.kind === "fishing" && b.sog > 1);
    const iso = (ms: number) => new Date(ms).toISOString();
    const table: [Alert["severity"], string, string, number, string, string, string, string, string][] = [
      [
        "critical",
        "Vượt ranh giới cho phép",
        "Crossed the permitted boundary",
        0.7,
        "Có dấu hiệu vượt đường canh giữ lúc 02:21, cách đường 1,8 hl, đang đi hướng đông 6,2 hl/h.",
        "Apparent crossing of the watched line at 02:21, 1.8 nm beyond, heading east at 6.2 kn.",
        "Gọi thuyền trưởng, yêu cầu quay lại; số máy đã có trong hồ sơ tàu.",
        "Call the captain and ask to turn back; the number is in the register.",
        "Đang ở ngoài ranh giới và còn đi ra",
      ],
      [
        "high",
        "Mất tín hiệu quá 6 giờ trên biển",
        "No signal for over 6 h at sea",
        6.4,
        "Chưa có vị trí từ 20:38. Bình thường tàu này báo 2 giờ một lần; nhà cung cấp vẫn tốt.",
        "No position since 20:38. This boat normally reports every 2 h; the supplier is healthy.",
        "Gọi chủ tàu hỏi vị trí, ghi vào nhật ký.",
        "Call the owner for the position and log it.",
        "Sắp hết hạn 30 phút",
      ],
      [
        "high",
        "Có dấu hiệu đánh bắt sai vùng",
        "Apparent fishing in a wrong zone",
        1.6,
        "Tàu dài 24 m ở vùng lộng 96 phút với tốc độ 2–4 hl/h.",
        "A 24 m boat stayed 96 min in the mid-shore zone at 2–4 kn.",
        "Gọi thuyền trưởng, nhắc ra khỏi vùng lộng.",
        "Call the captain, ask to leave the mid-shore zone.",
        "",
      ],
      [
        "notice",
        "Gặp nhau trên biển",
        "Encounter at sea",
        3.1,
        "Hai tàu cách nhau dưới 300 m trong 2 h 10.",
        "Two boats within 300 m for 2 h 10.",
        "Xem hai tàu có phải đôi giã cào đã đăng ký không.",
        "Check whether they are a registered pair.",
        "",
      ],
      [
        "notice",
        "Mất tín hiệu, theo dõi",
        "No signal, watch",
        4.2,
        "Chưa có vị trí từ 22:50.",
        "No position since 22:50.",
        "Theo dõi đến 6 giờ.",
        "Watch until 6 h.",
        "",
      ],
      [
        "info",
        "Mất tín hiệu, theo dõi",
        "No signal, watch",
        2.9,
        "Chưa có vị trí từ 00:05.",
        "No position since 00:05.",
        "Theo dõi.",
        "Watch.",
        "",
      ],
    ];
    return Array.from({ length: 14 }, (_, k) => {
      const row = table[Math.min(k, table.length - 1)]!;
      const boat = fishing[k * 7]!;
      const acknowledged = k === 2;
      if (row[3] > 2) boat.fixMs = this.nowMs - row[3] * HOUR;
      return {
        alert_id: `a${k}`, rule_id: "vn.silence", rule_version: "1", title_vi: row[1], title_en: row[2], vessel_id: boat.vessel_id,
        vessel_label: boat.label, severity: row[0], state: acknowledged ? "acknowledged" : "open", since: iso(this.nowMs - row[3] * HOUR),
        deadline: k < 3 ? iso(this.nowMs + (k * 25 - 8) * 60_000) : null, owner: acknowledged ? "trực ban 2" : null, snoozed_until: null,
        lat_deg: boat.lat, lon_deg: boat.lon, reason_vi: row[4], reason_en: row[5],
        rule_vi: "Tàu cá dài từ 15 m mất tín hiệu VMS quá 6 giờ trên biển phải báo vị trí về bờ.", rule_en: "A fishing boat of 15 m or more without a VMS signal for over 6 h at sea must report its place ashore.",
        source: "Nghị định 26/2019/NĐ-CP, điều 44; sửa bởi 37/2024/NĐ-CP", trust: k === 3 ? "X" : "B", next_vi: row[6], next_en: row[7],
        order_reason_vi: row[8], order_reason_en: row[8] ? "Nearest deadline" : "", event_ids: [`e${k}`],
        actions: acknowledged ? ["resolve", "snooze", "note"] : ["acknowledge", "resolve", "snooze", "note"], version: 1, lasting: k !== 4,
      } as Alert; // prettier-ignore
    });
  }

  private makeWarnings(): Warning[] {
    const boats = this.boats.filter((b) => b.kind === "fishing" && b.sog > 3).slice(40, 46);
    const chances = [0.72, 0.41, 0.33, 0.21, 0.14, 0.11];
    const leads = [1.1, 2.9, 4.6, 6.5, 8.2, 10];
    return boats.map((boat, k) => {
      boat.lon = 111.4 + k * 0.12;
      boat.lat = 15.6 - k * 0.35;
      boat.cog = 80 + k * 8;
      const p = chances[k]!;
      const at = (h: number) => new Date(this.nowMs + h * HOUR).toISOString();
      const lead = leads[k]!;
      return {
        vessel_id: boat.vessel_id, vessel_label: boat.label, zone_id: "sample-line", zone_name: "Đường mẫu phía đông",
        issued_time: at(-0.3), p_1h: p * (lead < 2 ? 0.4 : 0.02), p_2h: p * (lead < 2 ? 0.8 : 0.12), p_4h: p * (lead < 4 ? 0.9 : 0.3), p_6h: p * (lead < 6 ? 0.97 : 0.5), p_12h: p,
        eta_p10_time: at(lead * 0.7), eta_median_time: at(lead), eta_p90_time: at(lead * 1.6), distance_m: lead * boat.sog * 1852,
        lat_deg: boat.lat, lon_deg: boat.lon, reason_vi: "Đi thẳng về phía đường canh giữ, tốc độ hành trình, ba chuyến gần đây đều vượt quá 111,8°Đ.", reason_en: "Heads straight for the watched line at cruising speed; its last three trips all went beyond 111.8°E.",
      }; // prettier-ignore
    });
  }

  private makeEvents(): WatchEvent[] {
    const kinds = ["silence", "stop", "crossing_out", "encounter", "port_out", "port_in"];
    return Array.from({ length: 160 }, (_, k) => {
      const boat =
        k < 14 ? this.boats.find((b) => b.vessel_id === this.alerts[k]!.vessel_id)! : this.boats[200 + k * 3]!;
      const start = this.nowMs - this.random() ** 1.4 * 24 * HOUR;
      const kind = kinds[k % kinds.length]!;
      return {
        event_id: `e${k}`, kind, vessel_id: boat.vessel_id, other_vessel_id: null, start_time: new Date(start).toISOString(),
        end_time: k % 3 ? new Date(start + HOUR).toISOString() : null, lat_deg: boat.lat, lon_deg: boat.lon, zone_id: null, confidence: 0.6 + this.random() * 0.4,
        detector: `${kind}/1`, details: { expected_period_s: 7200, silent_s: 21_840 }, superseded_by: null,
        text_vi: "Không có vị trí 6 h 04, dự kiến 2 giờ một lần", text_en: "No position for 6 h 04, expected every 2 h",
      }; // prettier-ignore
    });
  }

  zones(): ZoneCollection {
    const zone = (id: string, name: string, kind: string, boundary: boolean, geometry: GeoJSON.Geometry) => ({
      type: "Feature" as const,
      geometry,
      properties: { zone_id: id, name, kind, is_alert_boundary: boundary, authority: "Bàn diễn tập", source: "mẫu, không có giá trị pháp lý", version: "1", valid_from: "2026-01-01T00:00:00Z", valid_to: null, sample: true },
    }); // prettier-ignore
    return {
      type: "FeatureCollection",
      features: [
        zone("sample-line", "Đường mẫu phía đông", "permitted_boundary", true, { type: "LineString", coordinates: [[111.6, 17.6], [112.1, 16.2], [112.3, 14.8], [112.1, 13.2], [111.7, 12.2]] }),
        zone("sample-mid", "Vùng lộng mẫu", "midshore", false, { type: "Polygon", coordinates: [[[108.6, 16.4], [109.2, 16.1], [109.6, 15.3], [109.9, 14.3], [109.4, 14.2], [109.2, 15.2], [108.7, 15.8], [108.4, 16.3], [108.6, 16.4]]] }),
        zone("sample-closed", "Vùng cấm mẫu", "closed", false, { type: "Polygon", coordinates: [[[110.1, 16.4], [110.5, 16.4], [110.5, 16.0], [110.1, 16.0], [110.1, 16.4]]] }),
      ],
    }; // prettier-ignore
  }

  feeds(): Feed[] {
    const feed = (id: string, name: string, state: Feed["state"], age: number, rejects: Record<string, number>): Feed => ({
      feed_id: id, name, kind: "drill", state, last_received: new Date(this.nowMs - age * 1000).toISOString(), age_s: age, rate_per_min: 12.4, positions: 48_213,
      rejects_total: Object.values(rejects).reduce((a, b) => a + b, 0), rejects_by_reason: rejects, clock_offset_s: 0.4, duplicates: 310,
    }); // prettier-ignore
    return [
      feed("vms-a", "VMS VNPT (diễn tập)", "ok", 44, { time_in_future: 3, position_out_of_range: 12 }),
      feed("vms-b", "VMS Viettel (diễn tập)", "late", 2940, { no_position: 4 }),
      feed("ais", "AIS ven bờ (diễn tập)", "ok", 6, { checksum: 211, incomplete_message: 18 }),
    ];
  }

  outages(): Outage[] {
    return [
      { supplier: "Viettel", since: new Date(this.nowMs - 50 * 60_000).toISOString(), silent: 122, expected: 131 },
    ];
  }

  track(id: string): TrackFix[] {
    const boat = this.boats.find((b) => b.vessel_id === id);
    if (!boat) return [];
    const fixes: TrackFix[] = [];
    let { lat, lon } = boat;
    let cog = boat.cog;
    const random = seeded(boat.i);
    for (let k = 0; k < 60; k++) {
      const gap = k > 24 && k < 34;
      if (!gap) {
        fixes.unshift({
          fix_time: new Date(boat.fixMs - k * 0.4 * HOUR).toISOString(),
          lat_deg: lat,
          lon_deg: lon,
          sog_kn: boat.sog,
          cog_deg: cog,
          segment_id: k < 30 ? 2 : 1,
          flag: 0,
        });
      }
      lat -= (Math.cos((cog * Math.PI) / 180) * boat.sog * 0.4) / 60;
      lon -= (Math.sin((cog * Math.PI) / 180) * boat.sog * 0.4) / 58;
      cog += (random() - 0.5) * 40;
    }
    return fixes;
  }

  /** Move the sea on by `ms`; returns the boats that reported. */
  advance(ms: number): Boat[] {
    this.nowMs += ms;
    const silent = new Set(this.alerts.map((alert) => alert.vessel_id));
    const reported: Boat[] = [];
    for (const boat of this.boats) {
      if (this.nowMs - boat.fixMs < boat.everyMs || (silent.has(boat.vessel_id) && boat.kind === "fishing")) continue;
      if (this.nowMs - boat.fixMs > 8 * HOUR) continue;
      const hours = (this.nowMs - boat.fixMs) / HOUR;
      boat.lat += (Math.cos((boat.cog * Math.PI) / 180) * boat.sog * hours) / 60;
      boat.lon += (Math.sin((boat.cog * Math.PI) / 180) * boat.sog * hours) / 58;
      boat.fixMs = this.nowMs;
      reported.push(boat);
    }
    return reported;
  }
}
