import { describe, expect, it } from "vitest";
import type { Alert } from "../api/types.ts";
import { filterAlerts, inOrder, needingSomeone, neighbour, snoozeTimes } from "./order.ts";

const alert = (id: string, state: Alert["state"], owner: string | null = null) =>
  ({ alert_id: id, state, owner }) as Alert;
const ALERTS = [
  alert("c", "open"),
  alert("a", "acknowledged", "hoa"),
  alert("b", "snoozed"),
  alert("d", "resolved"),
  alert("e", "open"),
];
const ids = (alerts: Alert[]) => alerts.map((one) => one.alert_id);

describe("alerts", () => {
  it("keep the server's order: the screen has no rules of its own", () => {
    expect(ids(filterAlerts(ALERTS, "open", "hoa"))).toEqual(["c", "a", "e"]);
    expect(ids(filterAlerts(ALERTS, "all", "hoa"))).toEqual(["c", "a", "b", "d", "e"]);
  });
  it("can be only mine", () => expect(ids(filterAlerts(ALERTS, "mine", "hoa"))).toEqual(["a"]));
  it("count as needing someone until somebody takes them", () => expect(needingSomeone(ALERTS)).toBe(2));
  it("follow a new order, unnamed ones last", () =>
    expect(ids(inOrder(ALERTS, ["e", "b", "c"]))).toEqual(["e", "b", "c", "a", "d"]));
});

describe("walking with J and K", () => {
  it("starts at the first and stays at the ends", () => {
    expect(neighbour(["a", "b"], null, 1)).toBe("a");
    expect(neighbour(["a", "b"], "a", 1)).toBe("b");
    expect(neighbour(["a", "b"], "b", 1)).toBe("b");
    expect(neighbour(["a", "b"], "a", -1)).toBe("a");
    expect(neighbour(["a", "b"], "gone", 1)).toBe("a");
    expect(neighbour([], "a", 1)).toBeNull();
  });
});

describe("snooze", () => {
  it("offers round times and the end of the night watch, in order", () => {
    const now = Date.UTC(2026, 5, 12, 20, 2); // 03:02
    const local = snoozeTimes(now).map((ms) => new Date(ms + 7 * 3_600_000).toISOString().slice(11, 16));
    expect(local).toEqual(["04:15", "05:15", "06:00", "09:15"]);
  });
});
