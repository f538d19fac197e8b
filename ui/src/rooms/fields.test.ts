import { describe, expect, it } from "vitest";
import { bodyOf, faultsOf, linesOf, refusedFields, type Field } from "./fields.ts";
import { dayForTyping, endOfDayIso, forTyping, typedIso, typedMs } from "./local-time.ts";
import { typedPlace } from "./typed-place.ts";

const FIELDS: Field[] = [
  { name: "vessel_id", kind: "vessel", label: "Tàu", required: true },
  { name: "crew_count", kind: "count", label: "Số người", required: true, most: 1000 },
  { name: "length_m", kind: "decimal", label: "Dài", above: 0, most: 500 },
  { name: "departure_time", kind: "time", label: "Rời lúc" },
  { name: "licence_to", kind: "day", label: "Giấy phép" },
  { name: "is_device_alive", kind: "seen", label: "Thiết bị", yes: "hoạt động", no: "không" },
  { name: "kind", kind: "choice", label: "Loại", choices: [{ value: "fire", label: "cháy" }] },
  { name: "position", kind: "place", label: "Tọa độ" },
  { name: "note", kind: "long", label: "Ghi chú", max: 10 },
];

describe("forms", () => {
  it("leave out what is empty, so that the server's default holds", () => {
    expect(bodyOf(FIELDS, { vessel_id: " QNa-91234-TS ", crew_count: "9", note: "  " })).toEqual({
      vessel_id: "QNa-91234-TS",
      crew_count: 9,
    });
  });

  it("send typed times as Vietnam's clock, a day to its last second, a place as two angles", () => {
    const values = {
      departure_time: "2026-03-05T20:15",
      licence_to: "2026-12-31",
      is_device_alive: "no",
      position: "15°52.8′N 108°23.4′E",
      length_m: "17,5",
    };
    expect(bodyOf(FIELDS, values)).toEqual({
      departure_time: "2026-03-05T13:15:00.000Z",
      licence_to: "2026-12-31T16:59:59.000Z",
      is_device_alive: false,
      lat_deg: 15.88,
      lon_deg: 108.39,
      length_m: 17.5,
    });
  });

  it("say what is wrong and with which field", () => {
    const values = {
      crew_count: "chín",
      length_m: "0",
      departure_time: "2026-02-31T10:00",
      position: "15",
      note: "x".repeat(11),
    };
    expect(faultsOf(FIELDS, values)).toEqual({
      vessel_id: "missing",
      crew_count: "not_a_number",
      length_m: "out_of_range",
      departure_time: "bad_time",
      position: "bad_place",
      note: "too_long",
    });
    expect(faultsOf(FIELDS, { vessel_id: "x", crew_count: "1001" })).toEqual({ crew_count: "out_of_range" });
    expect(faultsOf(FIELDS, { vessel_id: "x", crew_count: "2.5" })).toEqual({ crew_count: "not_a_number" });
    expect(faultsOf(FIELDS, { vessel_id: "x", crew_count: "0" })).toEqual({});
  });

  it("find the field a refusal is about, whichever way it is named", () => {
    expect(refusedFields(FIELDS, { field: "departure" })).toEqual({ departure_time: "refused" });
    expect(refusedFields(FIELDS, { fields: [{ field: "body.crew_count" }, { field: "body.other" }] })).toEqual({
      crew_count: "refused",
    });
    expect(refusedFields(FIELDS, null)).toEqual({});
  });

  it("tell what was typed in words", () => {
    expect(
      linesOf(FIELDS, {
        vessel_id: "QNa-1-TS",
        kind: "fire",
        is_device_alive: "yes",
        departure_time: "2026-03-05T20:15",
      }),
    ).toEqual([
      ["Tàu", "QNa-1-TS"],
      ["Rời lúc", "2026-03-05 20:15"],
      ["Thiết bị", "hoạt động"],
      ["Loại", "cháy"],
    ]);
  });
});

describe("times as typed", () => {
  it("are UTC+7 and come back as they were", () => {
    expect(typedIso("2026-01-01T06:30")).toBe("2025-12-31T23:30:00.000Z");
    expect(forTyping(typedMs("2026-01-01T06:30")!)).toBe("2026-01-01T06:30");
    expect(dayForTyping(Date.parse(endOfDayIso("2026-12-31")!))).toBe("2026-12-31");
  });

  it("are refused where no clock shows them", () => {
    for (const text of ["", "2026-02-30T10:00", "2026-01-01T24:00", "mai", "2026-13-01"])
      expect(typedMs(text)).toBeNull();
  });
});

describe("places as typed", () => {
  it("are read in every spelling of the radio", () => {
    const spellings = [
      "15°52.8'N 108°23.4'E", "15 52 48 N, 108 23 24 E", "15.88, 108.39", "15,88 108,39", "108°23.4′E 15°52.8′N", "N 15 52.8 E 108 23.4",
    ]; // prettier-ignore
    for (const text of spellings) {
      const found = typedPlace(text);
      expect(found?.latDeg, text).toBeCloseTo(15.88, 6);
      expect(found?.lonDeg, text).toBeCloseTo(108.39, 6);
    }
    expect(typedPlace("15°52.8′S 108°23.4′W")?.latDeg).toBeCloseTo(-15.88);
    expect(typedPlace("-15.5 -108.25")).toEqual({ latDeg: -15.5, lonDeg: -108.25 });
  });

  it("are refused rather than guessed", () => {
    for (const text of ["", "15", "15.88", "15 61 N 108 10 E", "95 108", "Cửa Đại", "15 N 16 N", "15 52 108"]) {
      expect(typedPlace(text), text).toBeNull();
    }
  });
});
