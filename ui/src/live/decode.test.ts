import { describe, expect, it } from "vitest";
import { decodePositions, encodePositions, MAGIC } from "./decode.ts";
import { Fleet } from "./fleet.ts";

function frame(fixMs: number[], index: number[] = fixMs.map((_, i) => i)) {
  const n = fixMs.length;
  return {
    seq: 42,
    nowMs: 1_781_000_000_000,
    index: Uint32Array.from(index),
    fixMs: Float64Array.from(fixMs),
    latDeg: Float64Array.from({ length: n }, (_, i) => 15 + i),
    lonDeg: Float64Array.from({ length: n }, (_, i) => 108 + i),
    sogKn: Float32Array.from({ length: n }, () => Number.NaN),
    cogDeg: Float32Array.from({ length: n }, (_, i) => i * 10),
    flags: Uint8Array.from({ length: n }, (_, i) => i % 4),
  };
}

describe("binary frames", () => {
  it.each([0, 1, 2, 3, 7, 8, 1000])("come back as they went, %d rows, in a multiple of 8 bytes", (n) => {
    const sent = frame(Array.from({ length: n }, (_, i) => 1_780_000_000_000 + i));
    const bytes = encodePositions(sent);
    expect(bytes.byteLength % 8).toBe(0);
    expect(decodePositions(bytes)).toEqual({ n, ...sent });
  });
  it("have the layout of the contract: magic, n, seq, now, then columns", () => {
    const bytes = encodePositions(frame([5]));
    const view = new DataView(bytes);
    expect(view.getUint32(0, true)).toBe(MAGIC);
    expect(String.fromCharCode(...new Uint8Array(bytes, 0, 4))).toBe("HDP1");
    expect(view.getUint32(4, true)).toBe(1);
    expect(view.getFloat64(8, true)).toBe(42);
    expect(view.getFloat64(24, true)).toBe(5);
    expect(view.getFloat64(32, true)).toBe(15);
    expect(view.getFloat64(40, true)).toBe(108);
    expect(view.getUint32(48, true)).toBe(0);
  });
  it("are refused when torn or foreign", () => {
    const bytes = encodePositions(frame([1, 2, 3]));
    expect(() => decodePositions(bytes.slice(0, 60))).toThrow(RangeError);
    expect(() => decodePositions(bytes.slice(0, 10))).toThrow(/too short/);
    expect(() => decodePositions(new ArrayBuffer(32))).toThrow(/HDP1/);
  });
});

describe("fleet", () => {
  const vessel = (i: number, kind: string) => ({
    i, vessel_id: `v${i}`, label: `V ${i}`, kind, registration: null, mmsi: null, name: null, supplier: null, gear: null, length_m: null,
  }); // prettier-ignore
  it("grows, keeps old rows, and knows who has no fix", () => {
    const fleet = new Fleet();
    fleet.describe([vessel(0, "fishing"), vessel(5000, "merchant")]);
    fleet.apply(decodePositions(encodePositions(frame([10, 20], [0, 5000]))));
    expect(fleet.size).toBe(5001);
    expect(fleet.hasFix(0)).toBe(true);
    expect(fleet.hasFix(1)).toBe(false);
    expect(fleet.hasFix(9999)).toBe(false);
    fleet.describe([vessel(90_000, "patrol")]);
    expect(fleet.lonDeg[5000]).toBe(109);
    expect(fleet.slotOf("v90000")).toBe(90_000);
    expect(fleet.newestFixMs).toBe(20);
  });
  it("draws ahead only devices that report often", () => {
    const fleet = new Fleet();
    fleet.describe([vessel(0, "fishing"), vessel(1, "merchant")]);
    fleet.apply(decodePositions(encodePositions(frame([0, 0]))));
    expect(Array.from(fleet.steady.slice(0, 2))).toEqual([0, 1]);
    fleet.apply(decodePositions(encodePositions(frame([180_000, 7_200_000]))));
    expect(Array.from(fleet.steady.slice(0, 2))).toEqual([1, 0]);
  });
  it("tells its listeners", () => {
    const fleet = new Fleet();
    let calls = 0;
    const stop = fleet.onChange(() => calls++);
    fleet.apply(decodePositions(encodePositions(frame([1]))));
    stop();
    fleet.clear();
    expect(calls).toBe(1);
    expect(fleet.hasFix(0)).toBe(false);
  });
});
