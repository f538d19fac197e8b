/** The register: rows, the form of a vessel, and what an import would change, in words. */
import { fill, number } from "../../i18n/format.ts";
import type { Dictionary } from "../../i18n/en.ts";
import { gearWord, kindWord } from "../../vessels/words.ts";
import type { ImportAnswer, RegisteredVessel } from "../answers.ts";
import { choicesOf } from "../choices.ts";
import type { Field, Values } from "../fields.ts";
import type { RoomWords } from "../i18n.en.ts";
import { dayForTyping } from "../local-time.ts";
import type { Cell, Row } from "../parts/rows.ts";
import { dayOf, type Shown } from "../times.ts";

const KINDS = ["fishing", "merchant", "patrol", "unknown"];

export function labelOf(one: RegisteredVessel): string {
  return one.registration ?? one.name ?? one.vessel_id;
}

function licenceCell(one: RegisteredVessel, { words, nowMs }: Shown): Cell {
  if (!one.licence_to) return { text: "" };
  const day = dayOf(one.licence_to);
  if (Date.parse(one.licence_to) >= nowMs) return { text: day };
  return { text: fill(words.register.licenceOver, { date: day }), mark: "high" };
}

export function rowOf(one: RegisteredVessel, shown: Shown): Row {
  const { words, screen, language } = shown;
  const label = labelOf(one);
  return {
    id: one.vessel_id,
    cells: {
      vessel: { text: label, ...(one.name && one.name !== label ? { sub: one.name } : {}) },
      licence: licenceCell(one, shown),
      kind: { text: kindWord(one.kind, screen) },
      gear: { text: gearWord(one.gear, screen) },
      length: { text: one.length_m === null ? "" : number(one.length_m, 1, language) },
      homePort: { text: one.home_port ?? "" },
      mmsi: { text: one.mmsi ?? "" },
      state: one.is_registered
        ? { text: words.register.registeredShort, isDone: true }
        : { text: words.register.heardShort },
    },
  };
}

/** Fields of a vessel; her id is asked for once, when she is new. */
export function vesselFields(words: RoomWords, screen: Dictionary, isNew: boolean): Field[] {
  const { register } = words;
  const kinds = choicesOf(Object.fromEntries(KINDS.map((kind) => [kind, kindWord(kind, screen)])), KINDS);
  const id: Field[] = isNew
    ? [
        {
          name: "vessel_id",
          kind: "text",
          label: register.id,
          hint: register.idHint,
          required: true,
          max: 80,
          wide: true,
        },
      ]
    : [];
  return [
    ...id,
    { name: "registration", kind: "text", label: register.registration, max: 40 },
    { name: "name", kind: "text", label: register.name },
    { name: "kind", kind: "choice", label: register.kind, choices: kinds, required: true },
    { name: "length_m", kind: "decimal", label: register.length, above: 0, most: 500 },
    { name: "gear", kind: "text", label: register.gear, max: 80 },
    { name: "home_port", kind: "text", label: register.homePort, max: 80 },
    { name: "licence_to", kind: "day", label: register.licenceTo },
    { name: "mmsi", kind: "text", label: register.mmsi, max: 20 },
    { name: "call_sign", kind: "text", label: register.callSign, max: 20 },
    { name: "imo", kind: "text", label: register.imo, max: 20 },
    { name: "supplier", kind: "text", label: register.supplier, max: 80 },
    { name: "pair_id", kind: "text", label: register.pair, max: 80 },
  ];
}

/** A vessel as the form holds her: every field, because a correction says the whole vessel anew. */
export function valuesOf(one: RegisteredVessel): Values {
  return {
    registration: one.registration ?? "",
    name: one.name ?? "",
    kind: one.kind,
    length_m: one.length_m === null ? "" : String(one.length_m),
    gear: one.gear ?? "",
    home_port: one.home_port ?? "",
    licence_to: one.licence_to ? dayForTyping(Date.parse(one.licence_to)) : "",
    mmsi: one.mmsi ?? "",
    call_sign: one.call_sign ?? "",
    imo: one.imo ?? "",
    supplier: one.supplier ?? "",
    pair_id: one.pair_id ?? "",
  };
}

export function linesOfVessel(one: RegisteredVessel, words: RoomWords, screen: Dictionary): [string, string][] {
  const { register } = words;
  return [
    [register.state, one.is_registered ? register.registered : register.heard],
    [register.registration, one.registration ?? ""],
    [register.name, one.name ?? ""],
    [register.kind, kindWord(one.kind, screen)],
    [register.length, one.length_m === null ? "" : String(one.length_m)],
    [register.gear, gearWord(one.gear, screen)],
    [register.homePort, one.home_port ?? ""],
    [register.licenceTo, one.licence_to ? dayOf(one.licence_to) : ""],
    [register.mmsi, one.mmsi ?? ""],
    [register.callSign, one.call_sign ?? ""],
    [register.imo, one.imo ?? ""],
    [register.supplier, one.supplier ?? ""],
    [register.pair, one.pair_id ?? ""],
  ];
}

/** The word of a field an import would change. */
export function fieldWord(field: string, words: RoomWords): string {
  const { register } = words;
  const known: Record<string, string> = {
    name: register.name,
    kind: register.kind,
    registration: register.registration,
    mmsi: register.mmsi,
    imo: register.imo,
    call_sign: register.callSign,
    length_m: register.length,
    gear: register.gear,
    supplier: register.supplier,
    home_port: register.homePort,
    licence_to_us: register.licenceTo,
    pair_id: register.pair,
  };
  return known[field] ?? field;
}

/** A value before or after, as the form shows it. */
export function valueWord(field: string, value: unknown, words: RoomWords, screen: Dictionary): string {
  if (value === null || value === undefined || value === "") return words.importing.empty;
  if (field === "licence_to_us" && typeof value === "number") return dayOf(new Date(value / 1000).toISOString());
  if (field === "kind" && typeof value === "string") return kindWord(value, screen);
  if (field === "gear" && typeof value === "string") return gearWord(value, screen);
  return typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
}

const ASSUMED: [RegExp, keyof RoomWords["importing"]["assumption"]][] = [
  [/UTF-16/, "utf16"],
  [/damaged characters/, "damaged"],
  [/windows-1258/, "cp1258"],
  [/Latin-1/, "latin1"],
  [/apart by semicolons/, "semicolons"],
  [/apart by tabs/, "tabs"],
  [/apart by bars/, "bars"],
  [/decimal comma/, "decimalComma"],
  [/^Dates are month\/day/, "mdy"],
  [/^Dates are day\/month/, "dmy"],
  [/^Dates are taken as day/, "dmyTaken"],
];

/** What the reader took for granted, in the screen's language; a sentence not known here is shown as it came. */
export function assumptionText(sentence: string, words: RoomWords): string {
  const said = words.importing.assumption;
  const odd = /^Row (\d+): (['"].*['"]) is not a registration number/.exec(sentence);
  // The reader counts rows of the table from 0; people count from 1.
  if (odd) return fill(said.oddNumber, { row: Number(odd[1]) + 1, value: odd[2]! });
  const known = ASSUMED.find(([pattern]) => pattern.test(sentence));
  return known ? said[known[1]] : sentence;
}

/** How many vessels a confirmed import would write. */
export function toWrite(answer: ImportAnswer): number {
  return answer.counts.added + answer.counts.changed;
}
