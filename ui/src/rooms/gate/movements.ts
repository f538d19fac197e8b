/** The gate book: who is out, in the order in which somebody has to ask; the two forms; what a row says. */
import type { Movement } from "../answers.ts";
import type { Field } from "../fields.ts";
import type { RoomWords } from "../i18n.en.ts";
import { fill } from "../../i18n/format.ts";
import type { Row } from "../parts/rows.ts";
import { at, dueCell, type Shown } from "../times.ts";

export type Shelf = "at_sea" | "arrived" | "all";

export function isOverdue(movement: Movement, nowMs: number): boolean {
  return (
    movement.state === "at_sea" &&
    movement.planned_return_time !== null &&
    Date.parse(movement.planned_return_time) < nowMs
  );
}

/** Boats at sea by planned return (the longest overdue first, those without a plan last), then the newest arrivals. */
export function orderMovements(movements: readonly Movement[]): Movement[] {
  const rank = (one: Movement): [number, number] => {
    if (one.state === "arrived") return [2, -Date.parse(one.arrival_time ?? one.departure_time)];
    return one.planned_return_time ? [0, Date.parse(one.planned_return_time)] : [1, Date.parse(one.departure_time)];
  };
  return [...movements].toSorted((a, b) => {
    const [shelfA, timeA] = rank(a);
    const [shelfB, timeB] = rank(b);
    return shelfA - shelfB || timeA - timeB || a.movement_id.localeCompare(b.movement_id);
  });
}

/** How many boats and people are out, and how many boats should be back. */
export function countAtSea(
  movements: readonly Movement[],
  nowMs: number,
): { boats: number; people: number; overdue: number } {
  const out = movements.filter(({ state }) => state === "at_sea");
  return {
    boats: out.length,
    people: out.reduce((sum, { crew_count }) => sum + crew_count, 0),
    overdue: out.filter((one) => isOverdue(one, nowMs)).length,
  };
}

/** People as a row says them: another number back than left has to be asked about. */
export function crewText(one: Movement, words: RoomWords): { text: string; isDifferent: boolean } {
  const back = one.arrival_crew_count;
  const isDifferent = back !== null && back !== one.crew_count;
  const text = isDifferent ? fill(words.gate.crewDiffers, { out: one.crew_count, back }) : String(one.crew_count);
  return { text, isDifferent };
}

export function rowOf(one: Movement, shown: Shown): Row {
  const { words, nowMs } = shown;
  const crew = crewText(one, words);
  const end =
    one.state === "arrived"
      ? { text: at(one.arrival_time, nowMs), sub: words.gate.state.arrived, isDone: true }
      : dueCell(one.planned_return_time, isOverdue(one, nowMs), words.gate.noPlan, shown);
  return {
    id: one.movement_id,
    cells: {
      vessel: { text: one.vessel_label || one.vessel_id },
      end,
      departure: { text: at(one.departure_time, nowMs) },
      port: { text: one.port },
      ground: { text: one.ground },
      crew: crew.isDifferent ? { text: crew.text, mark: "high" } : { text: crew.text },
    },
  };
}

export function departureFields(words: RoomWords): Field[] {
  const { gate } = words;
  return [
    { name: "vessel_id", kind: "vessel", label: gate.vessel, required: true },
    { name: "port", kind: "text", label: gate.port, required: true },
    { name: "crew_count", kind: "count", label: gate.crew, required: true, most: 1000 },
    { name: "departure_time", kind: "time", label: gate.departure, isPast: true, wide: true },
    { name: "planned_return_time", kind: "time", label: gate.due, wide: true },
    { name: "ground", kind: "text", label: gate.ground, wide: true },
    { name: "is_device_alive", kind: "seen", label: gate.device, yes: gate.deviceYes, no: gate.deviceNo },
    { name: "are_papers_in_order", kind: "seen", label: gate.papers, yes: gate.papersYes, no: gate.papersNo },
    { name: "note", kind: "long", label: gate.note },
  ];
}

/** The number that left is beside the field, not in it: a number that is already there is not counted again. */
export function arrivalFields(one: Movement, words: RoomWords): Field[] {
  const { gate } = words;
  return [
    {
      name: "crew_count",
      kind: "count",
      label: gate.crew,
      hint: fill(gate.crewLeft, { n: one.crew_count }),
      most: 1000,
    },
    { name: "port", kind: "text", label: gate.arrivalPort, hint: gate.arrivalPortHint },
    { name: "arrival_time", kind: "time", label: gate.came, isPast: true, wide: true },
    { name: "note", kind: "long", label: gate.note },
  ];
}

/** A movement in lines: for its panel and for the comparison after a conflict. */
export function linesOfMovement(one: Movement, words: RoomWords, nowMs: number): [string, string][] {
  const { gate } = words;
  const seen = (value: boolean | null, yes: string, no: string) =>
    value === null ? words.form.notLooked : value ? yes : no;
  return [
    [gate.vessel, one.vessel_label || one.vessel_id],
    [gate.port, one.port],
    [gate.departure, at(one.departure_time, nowMs)],
    [gate.due, at(one.planned_return_time, nowMs) || gate.noPlan],
    [gate.crew, crewText(one, words).text],
    [gate.ground, one.ground],
    [gate.device, seen(one.is_device_alive, gate.deviceYes, gate.deviceNo)],
    [gate.papers, seen(one.are_papers_in_order, gate.papersYes, gate.papersNo)],
    [gate.note, one.note],
    [gate.came, one.arrival_time ? [at(one.arrival_time, nowMs), one.arrival_port].filter(Boolean).join(", ") : ""],
    [`${gate.note} `, one.arrival_note],
  ];
}
