/** Forms as data: which fields, what is wrong with what was typed, and the body that is sent. */
import { endOfDayIso, typedIso, typedMs } from "./local-time.ts";
import { typedPlace } from "./typed-place.ts";

export interface Choice {
  value: string;
  label: string;
}

interface Named {
  name: string;
  label: string;
  hint?: string;
  required?: boolean;
  /** Takes the whole width of the form. */
  wide?: boolean;
}

export type Field =
  | (Named & { kind: "text" | "long"; max?: number })
  | (Named & { kind: "count"; least?: number; most?: number })
  | (Named & { kind: "decimal"; above?: number; most?: number })
  /** `isPast`: it happened, so "now" is an answer, and empty means now. */
  | (Named & { kind: "time"; isPast?: boolean })
  | (Named & { kind: "day" })
  | (Named & { kind: "choice"; choices: Choice[] })
  /** Looked at and good, looked at and bad, not looked at: true, false, nothing. */
  | (Named & { kind: "seen"; yes: string; no: string })
  | (Named & { kind: "vessel" })
  | (Named & { kind: "place" });

/** What is typed, by field name; "" is nothing. */
export type Values = Record<string, string>;
export type Fault = "missing" | "not_a_number" | "out_of_range" | "bad_time" | "bad_place" | "too_long" | "refused";
export type Faults = Record<string, Fault>;

function numberOf(text: string): number {
  const plain = text.trim().replace(",", ".");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
}

function faultOfNumber(field: Extract<Field, { kind: "count" | "decimal" }>, text: string): Fault | null {
  const value = numberOf(text);
  if (Number.isNaN(value)) return "not_a_number";
  if (field.kind === "count") {
    if (!Number.isInteger(value)) return "not_a_number";
    return value < (field.least ?? 0) || value > (field.most ?? 100_000) ? "out_of_range" : null;
  }
  return value <= (field.above ?? -Infinity) || value > (field.most ?? Infinity) ? "out_of_range" : null;
}

function faultOf(field: Field, text: string): Fault | null {
  if (!text.trim()) return field.required ? "missing" : null;
  switch (field.kind) {
    case "count":
    case "decimal":
      return faultOfNumber(field, text);
    case "time":
    case "day":
      return typedMs(text) === null ? "bad_time" : null;
    case "place":
      return typedPlace(text) === null ? "bad_place" : null;
    case "text":
    case "long":
      return text.trim().length > (field.max ?? (field.kind === "text" ? 200 : 4000)) ? "too_long" : null;
    default:
      return null;
  }
}

/** What is wrong, by field; empty where the form may be sent. The server checks again. */
export function faultsOf(fields: readonly Field[], values: Values): Faults {
  const faults: Faults = {};
  for (const field of fields) {
    const fault = faultOf(field, values[field.name] ?? "");
    if (fault) faults[field.name] = fault;
  }
  return faults;
}

/** The body to send: what is left empty is left out, so the server's own default holds. */
export function bodyOf(fields: readonly Field[], values: Values): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of fields) {
    const text = (values[field.name] ?? "").trim();
    if (!text) continue;
    switch (field.kind) {
      case "count":
      case "decimal":
        body[field.name] = numberOf(text);
        break;
      case "time":
        body[field.name] = typedIso(text);
        break;
      case "day":
        body[field.name] = endOfDayIso(text);
        break;
      case "seen":
        body[field.name] = text === "yes";
        break;
      case "place": {
        const place = typedPlace(text);
        if (place) Object.assign(body, { lat_deg: place.latDeg, lon_deg: place.lonDeg });
        break;
      }
      default:
        body[field.name] = text;
    }
  }
  return body;
}

/** Fields the server refused, from a problem document: our own checks name one `field`, the parser lists `fields`. */
export function refusedFields(fields: readonly Field[], problem: unknown): Faults {
  const told = problem as { field?: unknown; fields?: { field: string }[] } | null;
  const names = [told?.field, ...(told?.fields ?? []).map(({ field }) => field)]
    .filter((name): name is string => typeof name === "string")
    .map((name) => name.replace(/^body\./, ""));
  const faults: Faults = {};
  for (const name of names) {
    const found = fields.find((field) => field.name === name || field.name === `${name}_time`);
    if (found) faults[found.name] = "refused";
  }
  return faults;
}

/** What a person typed, in words, for the comparison after a conflict. */
export function linesOf(fields: readonly Field[], values: Values): [string, string][] {
  return fields
    .map((field): [string, string] => {
      const text = (values[field.name] ?? "").trim();
      if (field.kind === "choice")
        return [field.label, field.choices.find(({ value }) => value === text)?.label ?? text];
      if (field.kind === "seen") return [field.label, text ? (text === "yes" ? field.yes : field.no) : ""];
      if (field.kind === "time") return [field.label, text.replace("T", " ")];
      return [field.label, text];
    })
    .filter(([, text]) => text !== "");
}
