/** Sentences about an alert that list, drawer and announcements share. */
import type { Alert } from "../api/types.ts";
import type { Dictionary } from "../i18n/en.ts";
import { duration, fill, moment } from "../i18n/format.ts";

/** How long it has lasted; since when, where the cause has ended: a clock that runs on would say it still goes on. */
export function lasted(alert: Alert, nowMs: number, words: Dictionary): string {
  if (!alert.lasting) return fill(words.alerts.since, { time: moment(Date.parse(alert.since), nowMs) });
  return duration(nowMs - Date.parse(alert.since), words);
}

/** "due in 40 min" or "overdue by 2 h 10"; empty without a deadline. */
export function deadlineText(alert: Alert, nowMs: number, words: Dictionary): string {
  if (alert.deadline === null) return "";
  const left = Date.parse(alert.deadline) - nowMs;
  return left >= 0
    ? fill(words.alerts.deadlineIn, { duration: duration(left, words) })
    : fill(words.alerts.deadlinePast, { duration: duration(-left, words) });
}

/** State in words: open says nothing, because open is what the list is for. */
export function stateText(alert: Alert, nowMs: number, words: Dictionary): string {
  if (alert.state === "snoozed" && alert.snoozed_until) {
    return fill(words.alerts.snoozedUntil, { time: moment(Date.parse(alert.snoozed_until), nowMs) });
  }
  if (alert.state === "acknowledged" && alert.owner) return fill(words.alerts.owner, { name: alert.owner });
  return alert.state === "open" ? "" : words.state[alert.state];
}
