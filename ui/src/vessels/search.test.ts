import { describe, expect, it } from "vitest";
import type { LiveVessel } from "../api/types.ts";
import { fold, matches, searchKey } from "./search.ts";

const boat: LiveVessel = {
  i: 0, vessel_id: "v1", label: "QNa 91234 TS", kind: "fishing", registration: "QNa-91234-TS", mmsi: "574001234",
  name: "Đại Dương", supplier: null, gear: null, length_m: null,
}; // prettier-ignore

describe("search", () => {
  it("folds marks and đ", () => {
    expect(fold("Đà Nẵng Ễ ỗ ặ ự")).toBe("da nang e o a u");
    expect(fold("Tàu Đ")).toBe("tau d");
  });
  it.each(["91234", "qna91234", "QNa-91234", "qna 91234 ts", "dai duong", "đại dương", "574001234", "DƯƠNG", " "])(
    "finds the boat by %j",
    (query) => expect(matches(searchKey(boat), query)).toBe(true),
  );
  it.each(["QNg 91234", "91235", "hai duong"])("does not find it by %j", (query) =>
    expect(matches(searchKey(boat), query)).toBe(false),
  );
});
