/** Arithmetic of the vessel layer, apart from WebGL so that it can be tested: mercator, motion, fading, picking. */
import type { Fleet } from "../live/fleet.ts";

const EARTH_CIRCUMFERENCE_M = 40_075_016.686;
const KNOT_M_PER_S = 1852 / 3600;
const TILE_PX = 512;

/** A steady device's place is drawn ahead for at most this long; then it stays where it is, hollow and fading. */
export const EXTRAPOLATE_MAX_S = 15 * 60;
/** Below this a place is as good as observed. */
export const EXTRAPOLATE_SHOWN_S = 60;
export const STOPPED_KN = 0.5;
/** Floats per vessel in the buffer: x, y, vx, vy, fix time, course, kind and flags, steady. */
export const FLOATS = 8;

/** Longitude, latitude in degrees → web mercator in [0, 1], x east, y south. */
export function toMercator(lonDeg: number, latDeg: number): [number, number] {
  const sine = Math.sin((Math.max(-85.05, Math.min(85.05, latDeg)) * Math.PI) / 180);
  return [(lonDeg + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

export function fromMercator(x: number, y: number): [number, number] {
  return [x * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];
}

/** Speed over ground → mercator units per second at this latitude, y south. Unknown speed or course is no motion. */
export function velocity(sogKn: number, cogDeg: number, latDeg: number): [number, number] {
  if (Number.isNaN(sogKn) || Number.isNaN(cogDeg) || sogKn < STOPPED_KN) return [0, 0];
  const perSecond = (sogKn * KNOT_M_PER_S) / (EARTH_CIRCUMFERENCE_M * Math.cos((latDeg * Math.PI) / 180));
  const course = (cogDeg * Math.PI) / 180;
  return [perSecond * Math.sin(course), -perSecond * Math.cos(course)];
}

/** Seconds a place is drawn ahead of its fix. The shader does the same sum. */
export function aheadSeconds(ageS: number, isSteady: boolean): number {
  return isSteady ? Math.min(Math.max(ageS, 0), EXTRAPOLATE_MAX_S) : 0;
}

/** Opacity by age of fix: steps at 10 min, 1 h and 6 h. */
export function opacity(ageS: number): number {
  if (ageS < 600) return 1;
  if (ageS < 3600) return 0.85;
  return ageS < 21_600 ? 0.6 : 0.35;
}

/** Where to draw a slot at `nowMs`, mercator. */
export function placeAt(fleet: Fleet, slot: number, nowMs: number): [number, number] {
  const lat = fleet.latDeg[slot]!;
  const [x, y] = toMercator(fleet.lonDeg[slot]!, lat);
  const [vx, vy] = velocity(fleet.sogKn[slot]!, fleet.cogDeg[slot]!, lat);
  const ahead = aheadSeconds((nowMs - fleet.fixMs[slot]!) / 1000, fleet.steady[slot] === 1);
  return [x + vx * ahead, y + vy * ahead];
}

/** Fill the buffer: places relative to `origin`, because 32-bit floats of the whole world shake at high zoom. */
export function packVessels(fleet: Fleet, origin: [number, number], baseMs: number, into: Float32Array): number {
  let n = 0;
  for (let slot = 0; slot < fleet.size; slot++) {
    const fix = fleet.fixMs[slot]!;
    if (Number.isNaN(fix)) continue;
    const lat = fleet.latDeg[slot]!;
    const sog = fleet.sogKn[slot]!;
    const cog = fleet.cogDeg[slot]!;
    const [x, y] = toMercator(fleet.lonDeg[slot]!, lat);
    const [vx, vy] = velocity(sog, cog, lat);
    const isStopped = sog < STOPPED_KN;
    const hasCourse = !Number.isNaN(cog) && !isStopped;
    const at = n * FLOATS;
    into[at] = x - origin[0];
    into[at + 1] = y - origin[1];
    into[at + 2] = vx;
    into[at + 3] = vy;
    into[at + 4] = (fix - baseMs) / 1000;
    into[at + 5] = hasCourse ? (cog * Math.PI) / 180 : 0;
    into[at + 6] = fleet.kind[slot]! + 8 * (isStopped ? 1 : 0) + 16 * (fleet.flags[slot]! & 3);
    into[at + 7] = fleet.steady[slot]!;
    n++;
  }
  return n;
}

/** Milliseconds until the fastest steady vessel has moved half a pixel: before that a repaint shows nothing. */
export function repaintAfterMs(fastestPerS: number, zoom: number, clockSpeed: number): number {
  const pixelsPerS = fastestPerS * TILE_PX * 2 ** zoom * clockSpeed;
  const wait = pixelsPerS > 0 ? 500 / pixelsPerS : Number.POSITIVE_INFINITY;
  // Ages fade as well, so a still picture is redrawn now and then.
  return Math.max(33, Math.min(wait, 30_000 / Math.max(1, clockSpeed / 10), 10_000));
}

/** The vessel nearest to a place within `radius` (mercator units), or -1. A plain scan: 50 000 in 0.3 ms. */
export function nearest(fleet: Fleet, x: number, y: number, radius: number, nowMs: number): number {
  let best = -1;
  let bestSquare = radius * radius;
  for (let slot = 0; slot < fleet.size; slot++) {
    if (Number.isNaN(fleet.fixMs[slot]!)) continue;
    const [px, py] = placeAt(fleet, slot, nowMs);
    const square = (px - x) ** 2 + (py - y) ** 2;
    if (square < bestSquare) {
      bestSquare = square;
      best = slot;
    }
  }
  return best;
}
