/** GeoJSON of what lies on the ground: tracks with their gaps, zones, forecasts, events. Pure; the map only shows it. */
import type { Alert, TrackFix, Warning, WatchEvent, ZoneCollection } from "../api/types.ts";
import type { Dictionary } from "../i18n/en.ts";
import { chance, roughDuration } from "../i18n/format.ts";
import { zoneLabel } from "../zones/words.ts";

type Collection = GeoJSON.FeatureCollection;
type Position = [number, number];

/** Two fixes further apart than this are not joined by a solid line, whatever their segment says. */
const GAP_MS = 6 * 3_600_000;
/** Flags that mean: keep the fix out of the line. `0` and `ok` are good. */
function isGood(flag: number | string): boolean {
  return flag === 0 || flag === "" || flag === "ok" || flag === "good" || flag === "late";
}

export function collection(features: GeoJSON.Feature[]): Collection {
  return { type: "FeatureCollection", features };
}

function feature(geometry: GeoJSON.Geometry, properties: Record<string, unknown>): GeoJSON.Feature {
  return { type: "Feature", geometry, properties };
}

/** Solid lines within a segment, a dashed one across each gap, and a dot for every fix. */
export function trackFeatures(fixes: TrackFix[]): { lines: Collection; points: Collection } {
  const lines: GeoJSON.Feature[] = [];
  const points: GeoJSON.Feature[] = [];
  let run: Position[] = [];
  let last: { at: Position; ms: number; segment: number } | null = null;
  const close = () => {
    if (run.length > 1) lines.push(feature({ type: "LineString", coordinates: run }, { gap: false }));
    run = [];
  };
  for (const fix of fixes) {
    const at: Position = [fix.lon_deg, fix.lat_deg];
    const good = isGood(fix.flag);
    points.push(feature({ type: "Point", coordinates: at }, { flagged: !good }));
    if (!good) continue;
    const ms = Date.parse(fix.fix_time);
    if (last && (fix.segment_id !== last.segment || ms - last.ms > GAP_MS)) {
      close();
      lines.push(feature({ type: "LineString", coordinates: [last.at, at] }, { gap: true }));
    }
    run.push(at);
    last = { at, ms, segment: fix.segment_id };
  }
  close();
  return { lines: collection(lines), points: collection(points) };
}

/** A point inside a ring for its name: the middle of the widest stretch on the ring's middle parallel. */
export function middleOf(ring: GeoJSON.Position[]): Position {
  const lats = ring.map((point) => point[1]!);
  const lat = (Math.min(...lats) + Math.max(...lats)) / 2;
  const cuts: number[] = [];
  for (let i = 1; i < ring.length; i++) {
    const [x0, y0] = ring[i - 1] as Position;
    const [x1, y1] = ring[i] as Position;
    if (y0 > lat !== y1 > lat) cuts.push(x0 + ((lat - y0) / (y1 - y0)) * (x1 - x0));
  }
  cuts.sort((a, b) => a - b);
  let best: Position = [ring[0]![0]!, lat];
  let widest = 0;
  for (let i = 1; i < cuts.length; i += 2) {
    const width = cuts[i]! - cuts[i - 1]!;
    if (width > widest) {
      widest = width;
      best = [(cuts[i]! + cuts[i - 1]!) / 2, lat];
    }
  }
  return best;
}

/** Zones as they are, and their outlines as lines that carry the name (and SAMPLE, where it is one). */
export function zoneFeatures(zones: ZoneCollection, words: Dictionary): { areas: Collection; names: Collection } {
  const names: GeoJSON.Feature[] = [];
  for (const zone of zones.features) {
    const { kind, zone_id } = zone.properties;
    if (kind === "port") continue;
    const label = zoneLabel(zone.properties, words);
    const outline = (line: GeoJSON.Position[]) =>
      names.push(feature({ type: "LineString", coordinates: line }, { label, zone_id }));
    const geometry = zone.geometry;
    if (geometry.type === "LineString") outline(geometry.coordinates);
    if (geometry.type === "MultiLineString") geometry.coordinates.forEach(outline);
    const polygons =
      geometry.type === "Polygon"
        ? [geometry.coordinates]
        : geometry.type === "MultiPolygon"
          ? geometry.coordinates
          : [];
    for (const [ring] of polygons) {
      if (ring) names.push(feature({ type: "Point", coordinates: middleOf(ring) }, { label, zone_id }));
    }
  }
  return { areas: zones, names: collection(names) };
}

/** Where a boat gets to on its present course and speed: [lon, lat]. Flat sums are good enough to 60 nm. */
export function alongCourse(lonDeg: number, latDeg: number, cogDeg: number, metres: number): Position {
  const course = (cogDeg * Math.PI) / 180;
  const lat = latDeg + (metres * Math.cos(course)) / 111_120;
  return [lonDeg + (metres * Math.sin(course)) / (111_120 * Math.cos((latDeg * Math.PI) / 180)), lat];
}

/** Milliseconds from now to the median crossing, or null where it is unknown. */
export function leadMs(warning: Warning, nowMs: number): number | null {
  return warning.eta_median_time === null ? null : Math.max(0, Date.parse(warning.eta_median_time) - nowMs);
}

/** "≈ 3 h · 4 in 10 (41 %)": the words that stand beside the violet sign. */
export function warningLabel(warning: Warning, words: Dictionary, nowMs: number): string {
  const lead = leadMs(warning, nowMs);
  const when = lead === null ? `≤ 12 ${words.unit.hour}` : `≈ ${roughDuration(lead, words)}`;
  return `${when} · ${chance(warning.p_12h, words).replace(/ \(.*\)/, "")}`;
}

export interface Motion {
  lonDeg: number;
  latDeg: number;
  sogKn: number;
  cogDeg: number;
}

export function warningFeatures(
  warnings: Warning[],
  motionOf: (vesselId: string) => Motion | null,
  words: Dictionary,
  nowMs: number,
): { signs: Collection; paths: Collection } {
  const signs: GeoJSON.Feature[] = [];
  const paths: GeoJSON.Feature[] = [];
  for (const warning of warnings) {
    const motion = motionOf(warning.vessel_id);
    const at: Position = motion ? [motion.lonDeg, motion.latDeg] : [warning.lon_deg, warning.lat_deg];
    const properties = { vessel_id: warning.vessel_id, p: warning.p_12h, label: warningLabel(warning, words, nowMs) };
    signs.push(feature({ type: "Point", coordinates: at }, properties));
    if (motion && motion.sogKn > 0.5 && !Number.isNaN(motion.cogDeg)) {
      const hours = Math.min(6, (leadMs(warning, nowMs) ?? 6 * 3_600_000) / 3_600_000);
      const end = alongCourse(at[0], at[1], motion.cogDeg, motion.sogKn * hours * 1852);
      paths.push(feature({ type: "LineString", coordinates: [at, end] }, properties));
    }
  }
  return { signs: collection(signs), paths: collection(paths) };
}

export function eventFeatures(events: WatchEvent[]): Collection {
  return collection(
    events
      .filter((event) => event.lat_deg !== null && event.lon_deg !== null && event.superseded_by === null)
      .map((event) =>
        feature(
          { type: "Point", coordinates: [event.lon_deg!, event.lat_deg!] },
          { event_id: event.event_id, kind: event.kind },
        ),
      ),
  );
}

const WORST_FIRST = ["critical", "high", "notice"] as const;

/** Labels of the vessels that need somebody: those the list shows first, and the selected one. */
export function markedFeatures(
  alerts: Alert[],
  placeOf: (vesselId: string) => Position | null,
  selected: { vesselId: string; label: string } | null,
  atMost: number,
): Collection {
  const features: GeoJSON.Feature[] = [];
  const seen = new Set<string>();
  const add = (vesselId: string, label: string, severity: string, fallback: Position | null) => {
    const at = placeOf(vesselId) ?? fallback;
    if (!at || seen.has(vesselId)) return;
    seen.add(vesselId);
    features.push(feature({ type: "Point", coordinates: at }, { label, severity, order: features.length }));
  };
  // The label has the colour of the ring: that of the vessel's worst alert.
  const severityOf = (vesselId: string) =>
    WORST_FIRST.find((severity) => alerts.some((a) => a.vessel_id === vesselId && a.severity === severity)) ?? "info";
  if (selected) add(selected.vesselId, selected.label, severityOf(selected.vesselId), null);
  for (const alert of alerts.slice(0, atMost)) {
    const place: Position | null =
      alert.lat_deg === null || alert.lon_deg === null ? null : [alert.lon_deg, alert.lat_deg];
    add(alert.vessel_id, alert.vessel_label, severityOf(alert.vessel_id), place);
  }
  return collection(features);
}
