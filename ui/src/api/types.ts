/** What the server sends, as agreed in docs/ui.md. Times are ISO 8601 with Z. */

export type Severity = "critical" | "high" | "notice" | "info";
export type AlertState = "open" | "acknowledged" | "snoozed" | "resolved";
export type AlertAction = "acknowledge" | "resolve" | "snooze" | "reopen" | "note";
export type Mode = "live" | "drill" | "recording";
export type FeedState = "ok" | "late" | "down" | "idle";
export type Outcome = "explained" | "false_alarm" | "supplier_fault" | "returned" | "violation_filed";

export interface Alert {
  alert_id: string;
  rule_id: string;
  rule_version: string;
  title_vi: string;
  title_en: string;
  vessel_id: string;
  vessel_label: string;
  severity: Severity;
  state: AlertState;
  since: string;
  deadline: string | null;
  owner: string | null;
  snoozed_until: string | null;
  lat_deg: number | null;
  lon_deg: number | null;
  reason_vi: string;
  reason_en: string;
  rule_vi: string;
  rule_en: string;
  source: string;
  trust: string;
  next_vi: string;
  next_en: string;
  order_reason_vi: string;
  order_reason_en: string;
  event_ids: string[];
  actions: AlertAction[];
  version: number;
  lasting: boolean;
}

export interface HistoryEntry {
  time: string;
  actor: string;
  action: string;
  note: string | null;
  from_state: AlertState | null;
  to_state: AlertState | null;
}

export interface AlertDetail extends Alert {
  history: HistoryEntry[];
  events: WatchEvent[];
}

export interface WatchEvent {
  event_id: string;
  kind: string;
  vessel_id: string;
  other_vessel_id: string | null;
  start_time: string;
  end_time: string | null;
  lat_deg: number | null;
  lon_deg: number | null;
  zone_id: string | null;
  confidence: number;
  detector: string;
  details: Record<string, unknown>;
  superseded_by: string | null;
  text_vi: string;
  text_en: string;
}

export interface Warning {
  vessel_id: string;
  vessel_label: string;
  zone_id: string;
  zone_name: string;
  issued_time: string;
  p_1h: number;
  p_2h: number;
  p_4h: number;
  p_6h: number;
  p_12h: number;
  eta_p10_time: string | null;
  eta_median_time: string | null;
  eta_p90_time: string | null;
  distance_m: number;
  lat_deg: number;
  lon_deg: number;
  reason_vi: string;
  reason_en: string;
}

export interface WarningScore {
  days: number;
  n: number;
  base_rate: number | null;
  brier: number | null;
  brier_climatology: number | null;
  skill: number | null;
  ece: number | null;
  bins: { p_mean: number; observed: number; n: number }[];
}

export interface Feed {
  feed_id: string;
  name: string;
  kind: string;
  state: FeedState;
  last_received: string | null;
  age_s: number | null;
  rate_per_min: number;
  positions: number;
  rejects_total: number;
  rejects_by_reason: Record<string, number>;
  clock_offset_s: number | null;
  duplicates: number;
}

export interface Outage {
  supplier: string;
  since: string;
  silent: number;
  expected: number;
}

/** A vessel as the live socket sends it; `i` is its slot in the binary frames. */
export interface LiveVessel {
  i: number;
  vessel_id: string;
  label: string;
  kind: string;
  registration: string | null;
  mmsi: string | null;
  name: string | null;
  supplier: string | null;
  gear: string | null;
  length_m: number | null;
}

export interface LastFix {
  fix_time: string;
  received_time: string;
  lat_deg: number;
  lon_deg: number;
  sog_kn: number | null;
  cog_deg: number | null;
  age_s: number;
}

export interface Vessel {
  vessel_id: string;
  name: string | null;
  kind: string;
  registration: string | null;
  mmsi: string | null;
  call_sign: string | null;
  length_m: number | null;
  gear: string | null;
  supplier: string | null;
  home_port: string | null;
  last: LastFix | null;
  open_alerts: number;
}

export interface TrackFix {
  fix_time: string;
  lat_deg: number;
  lon_deg: number;
  sog_kn: number | null;
  cog_deg: number | null;
  segment_id: number;
  flag: number | string;
}

export interface ZoneProperties {
  zone_id: string;
  name: string;
  kind: string;
  is_alert_boundary: boolean;
  authority: string;
  source: string;
  version: string;
  valid_from: string | null;
  valid_to: string | null;
  sample: boolean;
}

export type ZoneCollection = GeoJSON.FeatureCollection<GeoJSON.Geometry, ZoneProperties>;

export interface User {
  username: string;
  display_name: string;
  roles: string[];
  language: "vi" | "en";
}

export interface ClockState {
  now: string;
  speed: number;
  playing: boolean;
}

export interface ClockView extends ClockState {
  mode: Mode;
  drill: boolean;
  sources: { mode: Mode; label_vi: string; label_en: string }[];
}

export interface Reject {
  row?: number;
  received_time?: string;
  reason: string;
  excerpt: string;
  recorded?: string | null;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  current?: Alert;
}

/** Text frames of the live socket. */
export type LiveMessage =
  | { type: "hello"; seq: number; mode: Mode; drill: boolean; clock: ClockState; resumed: boolean }
  | {
      type: "snapshot";
      seq: number;
      vessels: LiveVessel[];
      alerts: Alert[];
      warnings: Warning[];
      feeds: Feed[];
      outages: Outage[];
    }
  | { type: "vessels"; seq: number; upsert: LiveVessel[] }
  | { type: "alerts"; seq: number; upsert?: Alert[]; remove?: string[]; order?: string[] }
  | { type: "warnings"; seq: number; all: Warning[] }
  | { type: "feeds"; seq: number; feeds: Feed[]; outages: Outage[] }
  | { type: "clock"; seq: number; clock?: ClockState; now?: string; speed?: number; playing?: boolean }
  | { type: "mode"; seq: number; mode: Mode; drill?: boolean }
  | { type: "pong"; seq?: number };
