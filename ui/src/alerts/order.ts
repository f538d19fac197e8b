/** Which alerts a list shows. The order is the server's ("who needs me next"): the screen has no rules of its own. */
import type { Alert } from "../api/types.ts";

export const FILTERS = ["open", "mine", "all"] as const;
export type AlertFilter = (typeof FILTERS)[number];

/** Alerts that wait for a person: open, or taken and not yet resolved. Snoozed ones are out of sight until their time. */
export function isPending(alert: Alert): boolean {
  return alert.state === "open" || alert.state === "acknowledged";
}

export function filterAlerts(alerts: readonly Alert[], filter: AlertFilter, username: string): Alert[] {
  if (filter === "all") return [...alerts];
  return alerts.filter((alert) => isPending(alert) && (filter !== "mine" || alert.owner === username));
}

/** Put alerts into the order of ids the server sent; those it does not name keep their place at the end. */
export function inOrder(alerts: readonly Alert[], ids: readonly string[]): Alert[] {
  const rank = new Map(ids.map((id, index) => [id, index]));
  const last = ids.length;
  return alerts.toSorted((a, b) => (rank.get(a.alert_id) ?? last) - (rank.get(b.alert_id) ?? last));
}

/** Alerts that nobody has taken yet: the one number of the desk. */
export function needingSomeone(alerts: readonly Alert[]): number {
  return alerts.filter((alert) => alert.state === "open").length;
}

/** The row to move to with J or K; stays at the ends, starts at the first. */
export function neighbour(ids: readonly string[], current: string | null, step: 1 | -1): string | null {
  if (ids.length === 0) return null;
  const at = current === null ? -1 : ids.indexOf(current);
  if (at < 0) return ids[0] ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))] ?? null;
}

/** Snooze choices from the desk's clock: one, two and six hours, and the end of the night watch (06:00 UTC+7). */
export function snoozeTimes(nowMs: number): number[] {
  const hour = 3_600_000;
  const morning = Math.ceil((nowMs + 7 * hour - 6 * hour) / (24 * hour)) * 24 * hour + 6 * hour - 7 * hour;
  const rounded = (ms: number) => Math.ceil(ms / (15 * 60_000)) * 15 * 60_000;
  return [...new Set([rounded(nowMs + hour), rounded(nowMs + 2 * hour), rounded(nowMs + 6 * hour), morning])].toSorted(
    (a, b) => a - b,
  );
}
