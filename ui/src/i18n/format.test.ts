import { describe, expect, it } from "vitest";
import { en } from "./en.ts";
import {
  chance,
  clockTime,
  count,
  course,
  date,
  distance,
  duration,
  fill,
  moment,
  place,
  roughDuration,
  speed,
} from "./format.ts";
import { vi } from "./vi.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 5, 12, 20, 2, 30); // 03:02:30 on 13 June, UTC+7

describe("time", () => {
  it("is UTC+7 whatever the browser is set to", () => {
    expect(clockTime(NOW)).toBe("03:02");
    expect(clockTime(NOW, true)).toBe("03:02:30");
    expect(date(NOW)).toBe("13/06");
  });
  it("carries the date when it is not today, and the year when it is not this year", () => {
    expect(moment(NOW - 3 * HOUR, NOW)).toBe("00:02");
    expect(moment(NOW - 4 * HOUR, NOW)).toBe("23:02 12/06");
    expect(moment(Date.UTC(2025, 5, 12, 20, 2), NOW)).toBe("03:02 13/06/2025");
  });
});

describe("duration", () => {
  it.each([
    [40_000, "40 s"],
    [12 * MINUTE, "12 min"],
    [5 * HOUR + 10 * MINUTE, "5 h 10"],
    [5 * HOUR, "5 h"],
    [5 * HOUR + 5 * MINUTE, "5 h 05"],
    [76 * HOUR, "3 d 4 h"],
    [-5, "0 s"],
  ])("writes %d ms as %s", (ms, text) => expect(duration(ms, en)).toBe(text));
  it("speaks Vietnamese", () => expect(duration(12 * MINUTE, vi)).toBe("12 phút"));
  it.each([
    [2 * MINUTE, "5 min"],
    [43 * MINUTE, "45 min"],
    [88 * MINUTE, "1 h 30"],
    [2.9 * HOUR, "3 h"],
    [7.4 * HOUR, "7 h"],
  ])("says a lead of %d ms roughly: %s", (ms, text) => expect(roughDuration(ms, en)).toBe(text));
});

describe("place", () => {
  it("is D°M.m′", () => {
    expect(place(15.88, 108.39)).toBe("15°52.800′N 108°23.400′E");
    expect(place(-0.5, -5.25)).toBe("00°30.000′S 005°15.000′W");
  });
  it("never prints 60 minutes", () => expect(place(15.9999999, 0)).toBe("16°00.000′N 000°00.000′E"));
});

describe("chance", () => {
  it("is counted in ten, with the number behind it", () => {
    expect(chance(0.41, en)).toBe("4 in 10 (41 %)");
    expect(chance(0.41, vi)).toBe("4/10 (41 %)");
    expect(chance(0.04, en)).toBe("less than 1 in 10 (4 %)");
    expect(chance(0.999, en)).toBe("10 in 10 (100 %)");
  });
});

describe("numbers", () => {
  it("follow the language", () => {
    expect(count(48213, "vi")).toBe("48.213");
    expect(count(48213, "en")).toBe("48,213");
    expect(speed(6.25, vi, "vi")).toBe("6,3 hl/h");
    expect(distance(100, en, "en")).toBe("100 m");
    expect(distance(1852 * 4, vi, "vi")).toBe("4,0 hl");
  });
  it("say unknown for what no device sent", () => {
    expect(speed(Number.NaN, en, "en")).toBe("unknown");
    expect(course(null, vi)).toBe("chưa rõ");
    expect(course(359.8, en)).toBe("000° N");
    expect(course(46, vi)).toBe("046° ĐB");
  });
  it("leave unknown places of a text alone", () => expect(fill("{a} {b}", { a: 1 })).toBe("1 {b}"));
});
