/** Border markers: which has to be seen next, the forms, and a marker in lines. Keepers are groups, never persons. */
import { place } from "../../i18n/format.ts";
import type { Marker } from "../answers.ts";
import { choicesOf } from "../choices.ts";
import type { Field } from "../fields.ts";
import type { RoomWords } from "../i18n.en.ts";
import type { Cell, Row } from "../parts/rows.ts";
import { at, dueCell, type Shown } from "../times.ts";
import { word } from "../words.ts";

/** A marker in one of these conditions needs a word about it, and somebody to act. */
const BAD = new Set(["damaged", "moved", "missing"]);
/** "unknown" is what a marker is before anybody looked; nobody finds it so. */
const FOUND = ["unchanged", "overgrown", "damaged", "moved", "missing"];

/** Overdue first: never seen, then the longest overdue; then by the day they are due; equal ones by number. */
export function orderMarkers(markers: readonly Marker[]): Marker[] {
  const due = (one: Marker) => (one.due_time === null ? -Infinity : Date.parse(one.due_time));
  return [...markers].toSorted((a, b) => {
    const [dueA, dueB] = [due(a), due(b)];
    if (dueA !== dueB) return dueA < dueB ? -1 : 1;
    return a.number.localeCompare(b.number, "vi", { numeric: true });
  });
}

export function conditionCell(condition: string, words: RoomWords): Cell {
  const text = word(words.patrol.conditions, condition);
  return BAD.has(condition) ? { text, mark: "high" } : { text };
}

export function rowOf(one: Marker, shown: Shown): Row {
  const { words, nowMs } = shown;
  return {
    id: one.marker_id,
    cells: {
      number: { text: one.number, sub: word(words.patrol.kinds, one.kind) },
      due: dueCell(one.due_time, one.is_overdue, words.patrol.dueNever, shown),
      condition: conditionCell(one.condition, words),
      section: { text: one.section },
      seen: { text: at(one.inspected_time, nowMs) || words.list.never },
      keepers: { text: one.keeper_group },
    },
  };
}

export function markerFields(words: RoomWords): Field[] {
  const { patrol } = words;
  return [
    { name: "number", kind: "text", label: patrol.number, hint: patrol.numberHint, required: true, max: 40 },
    { name: "kind", kind: "choice", label: patrol.kind, choices: choicesOf(patrol.kinds), required: true },
    { name: "section", kind: "text", label: patrol.section },
    { name: "pair_number", kind: "text", label: patrol.pair, max: 40 },
    { name: "interval_days", kind: "count", label: patrol.interval, required: true, least: 1, most: 3650 },
    { name: "keeper_group", kind: "text", label: patrol.keepers, hint: patrol.keepersHint },
    { name: "position", kind: "place", label: patrol.position },
    { name: "access", kind: "long", label: patrol.access, max: 1000 },
  ];
}

export function inspectionFields(words: RoomWords): Field[] {
  const { patrol } = words;
  return [
    {
      name: "condition",
      kind: "choice",
      label: patrol.condition,
      choices: choicesOf(patrol.conditions, FOUND),
      required: true,
      wide: true,
    },
    { name: "time", kind: "time", label: patrol.time, isPast: true, wide: true },
    { name: "note", kind: "long", label: patrol.note, hint: patrol.noteHint },
  ];
}

export function linesOfMarker(one: Marker, words: RoomWords, nowMs: number): [string, string][] {
  const { patrol } = words;
  return [
    [patrol.kind, word(patrol.kinds, one.kind)],
    [patrol.condition, word(patrol.conditions, one.condition)],
    [patrol.lastSeen, at(one.inspected_time, nowMs) || words.list.never],
    [patrol.due, at(one.due_time, nowMs) || patrol.dueNever],
    [patrol.interval, String(one.interval_days)],
    [patrol.section, one.section],
    [patrol.pair, one.pair_number],
    [patrol.keepers, one.keeper_group],
    [patrol.position, one.lat_deg === null || one.lon_deg === null ? "" : place(one.lat_deg, one.lon_deg)],
    [patrol.access, one.access],
  ];
}
