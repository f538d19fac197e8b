import { describe, expect, it } from "vitest";
import { Fleet } from "../live/fleet.ts";
import {
  aheadSeconds, EXTRAPOLATE_MAX_S, FLOATS, fromMercator, nearest, opacity, packVessels, placeAt, repaintAfterMs, toMercator, velocity,
} from "./vessel-geometry.ts"; // prettier-ignore
import { shifted } from "./vessel-layer.ts";

const KINDS = ["fishing", "merchant", "patrol"];

function fleetOf(places: [number, number][], sogKn = 12, cogDeg = 90): Fleet {
  const fleet = new Fleet();
  fleet.describe(
    places.map((_, i) => ({
      i,
      vessel_id: `v${i}`,
      label: "",
      kind: KINDS[i % 3]!,
      registration: null,
      mmsi: null,
      name: null,
      supplier: null,
      gear: null,
      length_m: null,
    })),
  );
  fleet.apply({
    n: places.length,
    seq: 1,
    nowMs: 0,
    index: Uint32Array.from(places, (_, i) => i),
    fixMs: new Float64Array(places.length),
    lonDeg: Float64Array.from(places, ([lon]) => lon),
    latDeg: Float64Array.from(places, ([, lat]) => lat),
    sogKn: new Float32Array(places.length).fill(sogKn),
    cogDeg: new Float32Array(places.length).fill(cogDeg),
    flags: new Uint8Array(places.length).fill(3),
  });
  return fleet;
}

describe("mercator", () => {
  it("comes back", () => {
    for (const [lon, lat] of [
      [108.2, 16.1],
      [-179.9, -60],
      [0, 0],
      [179.9, 84],
    ] as const) {
      const [x, y] = fromMercator(...toMercator(lon, lat));
      expect(x).toBeCloseTo(lon, 9);
      expect(y).toBeCloseTo(lat, 9);
    }
  });
});

describe("motion", () => {
  it("moves 12 nm east in an hour at 12 kn", () => {
    const [vx, vy] = velocity(12, 90, 15);
    const [x, y] = toMercator(110, 15);
    const [lon, lat] = fromMercator(x + vx * 3600, y + vy * 3600);
    expect(lat).toBeCloseTo(15, 6);
    expect((lon - 110) * 60 * Math.cos((15 * Math.PI) / 180)).toBeCloseTo(12, 1);
  });
  it("moves north on course 0 and not at all when speed or course is unknown", () => {
    expect(velocity(10, 0, 15)[1]).toBeLessThan(0);
    expect(velocity(Number.NaN, 90, 15)).toEqual([0, 0]);
    expect(velocity(10, Number.NaN, 15)).toEqual([0, 0]);
    expect(velocity(0.2, 90, 15)).toEqual([0, 0]);
  });
  it("is drawn ahead only for steady devices, and not for ever", () => {
    expect(aheadSeconds(300, true)).toBe(300);
    expect(aheadSeconds(300, false)).toBe(0);
    expect(aheadSeconds(-5, true)).toBe(0);
    expect(aheadSeconds(1e6, true)).toBe(EXTRAPOLATE_MAX_S);
    const fleet = fleetOf([
      [110, 15],
      [110, 15],
    ]);
    expect(placeAt(fleet, 0, 3_600_000)).toEqual(toMercator(110, 15));
    expect(placeAt(fleet, 1, 600_000)[0]).toBeGreaterThan(toMercator(110, 15)[0]);
  });
  it("fades by age in steps", () => {
    expect([opacity(0), opacity(601), opacity(3601), opacity(21_601)]).toEqual([1, 0.85, 0.6, 0.35]);
  });
});

describe("buffer", () => {
  it("keeps places to a hundredth of a pixel at zoom 16, relative to its origin", () => {
    const fleet = fleetOf([[108.2345678, 16.0987654]]);
    const origin = toMercator(108.9, 15.4);
    const buffer = new Float32Array(fleet.fixMs.length * FLOATS);
    expect(packVessels(fleet, origin, 0, buffer)).toBe(1);
    const [x, y] = toMercator(108.2345678, 16.0987654);
    const pixel = 1 / (512 * 2 ** 16);
    expect(Math.abs(buffer[0]! + origin[0] - x)).toBeLessThan(pixel / 50);
    expect(Math.abs(buffer[1]! + origin[1] - y)).toBeLessThan(pixel / 50);
  });
  it("packs kind, standstill and flags, and leaves out vessels without a fix", () => {
    const fleet = fleetOf(
      [
        [110, 15],
        [111, 15],
        [112, 15],
      ],
      0.1,
    );
    fleet.fixMs[1] = Number.NaN;
    const buffer = new Float32Array(fleet.fixMs.length * FLOATS);
    expect(packVessels(fleet, [0, 0], 0, buffer)).toBe(2);
    expect(buffer[6]).toBe(0 + 8 + 16 * 3);
    expect(buffer[FLOATS + 6]).toBe(2 + 8 + 16 * 3);
  });
  it("moves the matrix by the origin in double precision", () => {
    const matrix = new Float64Array(16).fill(0);
    matrix[0] = 2;
    matrix[5] = 3;
    matrix[10] = 1;
    matrix[15] = 1;
    const out = shifted(matrix, [0.5, 0.25]);
    expect([out[12], out[13], out[15]]).toEqual([1, 0.75, 1]);
  });
});

describe("picking", () => {
  it("finds the nearest within reach, by where it is drawn", () => {
    const fleet = fleetOf([
      [110, 15],
      [110.2, 15],
      [112, 15],
    ]);
    const [x, y] = toMercator(110.15, 15);
    expect(nearest(fleet, x, y, 0.01, 0)).toBe(1);
    expect(nearest(fleet, x, y, 1e-7, 0)).toBe(-1);
  });
});

describe("repaint by need", () => {
  it("waits until the fastest has moved half a pixel", () => {
    const fastest = velocity(15, 90, 14)[0];
    const far = repaintAfterMs(fastest, 5, 1);
    expect(far).toBe(10_000);
    expect(repaintAfterMs(fastest, 12, 1)).toBeGreaterThan(1000);
    expect(repaintAfterMs(fastest, 16, 60)).toBe(33);
    expect(repaintAfterMs(0, 12, 1)).toBe(10_000);
  });
});
