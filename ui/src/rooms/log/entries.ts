/** The duty log: rows and forms. Lines are written and struck, never edited. */
import { fill } from "../../i18n/format.ts";
import type { LogEntry } from "../answers.ts";
import type { Field } from "../fields.ts";
import type { RoomWords } from "../i18n.en.ts";
import type { Row } from "../parts/rows.ts";
import { at, type Shown } from "../times.ts";
import { vesselLabel } from "../vessel-label.ts";

/** A line written this long after the fact says when it was written. */
const LATE_MS = 10 * 60_000;

export function isLate(entry: Pick<LogEntry, "time" | "recorded_time">): boolean {
  return Date.parse(entry.recorded_time) - Date.parse(entry.time) > LATE_MS;
}

export function struckText(entry: LogEntry, words: RoomWords): string {
  return entry.struck_time === null
    ? ""
    : fill(words.log.struck, { by: entry.struck_by ?? "", reason: entry.strike_reason ?? "" });
}

export function rowOf(entry: LogEntry, { words, nowMs }: Shown): Row {
  const struck = struckText(entry, words);
  return {
    id: entry.entry_id,
    cells: {
      time: {
        text: at(entry.time, nowMs),
        ...(isLate(entry) ? { sub: fill(words.log.recordedLater, { time: at(entry.recorded_time, nowMs) }) } : {}),
      },
      text: { text: entry.text, ...(struck ? { isStruck: true, sub: struck } : {}) },
      vessel: { text: vesselLabel(entry.vessel_id) },
      by: { text: entry.actor },
    },
  };
}

export function lineFields(words: RoomWords): Field[] {
  const { log } = words;
  return [
    { name: "text", kind: "long", label: log.text, hint: log.textHint, required: true },
    { name: "time", kind: "time", label: log.happened, isPast: true, wide: true },
    { name: "vessel_id", kind: "vessel", label: log.vessel },
  ];
}

export function strikeFields(words: RoomWords): Field[] {
  return [{ name: "reason", kind: "text", label: words.log.reason, required: true, max: 300, wide: true }];
}

export function linesOfEntry(entry: LogEntry, words: RoomWords, nowMs: number): [string, string][] {
  const { log } = words;
  return [
    [log.time, at(entry.time, nowMs)],
    [log.text, entry.text],
    [log.vessel, vesselLabel(entry.vessel_id)],
    [log.by, entry.actor],
    [log.strike, struckText(entry, words)],
  ];
}
