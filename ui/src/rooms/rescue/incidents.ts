/** Incidents: what a row says, the forms, and an incident in lines. People are numbers. */
import { fill, place } from "../../i18n/format.ts";
import type { Incident } from "../answers.ts";
import { choicesOf } from "../choices.ts";
import type { Field } from "../fields.ts";
import type { RoomWords } from "../i18n.en.ts";
import type { Row } from "../parts/rows.ts";
import { at, type Shown } from "../times.ts";
import { word } from "../words.ts";

export type Shelf = "open" | "closed" | "all";

/** Open ones first, the newest first of each: as the server sends them, and after a change here, too. */
export function orderIncidents(incidents: readonly Incident[]): Incident[] {
  return [...incidents].toSorted(
    (a, b) => Number(a.state === "closed") - Number(b.state === "closed") || Date.parse(b.time) - Date.parse(a.time),
  );
}

/** Aboard and missing in words; "" where neither is known. Nobody missing is worth saying, not known is not. */
export function peopleText(one: Incident, words: RoomWords): string {
  if (one.aboard_count === null && one.missing_count === null) return "";
  const say = (n: number | null) => (n === null ? words.rescue.unknown : String(n));
  return fill(words.rescue.peopleLine, { aboard: say(one.aboard_count), missing: say(one.missing_count) });
}

export function rowOf(one: Incident, { words, nowMs }: Shown): Row {
  const { rescue } = words;
  const isOpen = one.state === "open";
  const state = isOpen
    ? { text: rescue.state.open, sub: word(rescue.certainties, one.certainty), mark: "critical" as const }
    : { text: word(rescue.outcomes, one.outcome), sub: at(one.closed_time, nowMs), isDone: true };
  return {
    id: one.incident_id,
    cells: {
      title: { text: one.title, sub: word(rescue.kinds, one.kind) },
      state,
      time: { text: at(one.time, nowMs) },
      people: { text: peopleText(one, words) },
      place: { text: one.place },
      lead: { text: one.lead },
    },
  };
}

export function reportFields(words: RoomWords): Field[] {
  const { rescue } = words;
  return [
    { name: "title", kind: "text", label: rescue.title, hint: rescue.titleHint, required: true, max: 300, wide: true },
    { name: "kind", kind: "choice", label: rescue.kind, choices: choicesOf(rescue.kinds), required: true },
    {
      name: "certainty",
      kind: "choice",
      label: rescue.certainty,
      choices: choicesOf(rescue.certainties),
      required: true,
    },
    { name: "time", kind: "time", label: rescue.time, isPast: true, wide: true },
    { name: "place", kind: "text", label: rescue.place, max: 300, wide: true },
    { name: "position", kind: "place", label: rescue.position },
    { name: "vessel_id", kind: "vessel", label: rescue.vessel },
    { name: "aboard_count", kind: "count", label: rescue.aboard },
    { name: "missing_count", kind: "count", label: rescue.missing },
    { name: "lead", kind: "text", label: rescue.lead, wide: true },
  ];
}

export function lineFields(words: RoomWords): Field[] {
  const { rescue } = words;
  return [
    { name: "text", kind: "long", label: rescue.line, required: true },
    { name: "time", kind: "time", label: rescue.lineTime, isPast: true, wide: true },
  ];
}

export function closingFields(words: RoomWords): Field[] {
  const { rescue } = words;
  return [
    {
      name: "outcome",
      kind: "choice",
      label: rescue.outcome,
      choices: choicesOf(rescue.outcomes),
      required: true,
      wide: true,
    },
    { name: "rescued_count", kind: "count", label: rescue.rescued },
    { name: "missing_count", kind: "count", label: rescue.missing },
    { name: "note", kind: "long", label: rescue.closingNote },
  ];
}

export function linesOfIncident(
  one: Incident,
  vesselLabel: string,
  words: RoomWords,
  nowMs: number,
): [string, string][] {
  const { rescue } = words;
  const people = (n: number | null) => (n === null ? "" : String(n));
  return [
    [rescue.kind, word(rescue.kinds, one.kind)],
    [rescue.certainty, word(rescue.certainties, one.certainty)],
    [rescue.time, at(one.time, nowMs)],
    [rescue.place, one.place],
    [rescue.position, one.lat_deg === null || one.lon_deg === null ? "" : place(one.lat_deg, one.lon_deg)],
    [rescue.vessel, vesselLabel],
    [rescue.aboard, people(one.aboard_count)],
    [rescue.missing, people(one.missing_count)],
    [rescue.rescued, people(one.rescued_count)],
    [rescue.lead, one.lead],
    [rescue.opened, at(one.opened_time, nowMs)],
    [rescue.outcome, word(rescue.outcomes, one.outcome)],
    [rescue.closed, at(one.closed_time, nowMs)],
    [rescue.closingNote, one.closing_note],
  ];
}
