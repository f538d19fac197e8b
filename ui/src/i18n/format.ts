/** Numbers, times, places and chances as the officer reads them. Pure functions: the desk clock is always passed in. */
import type { Dictionary } from "./en.ts";

/** Vietnam keeps UTC+7 all year; the officer's browser may be set to anything. */
const OFFSET_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;
export const METRES_PER_NM = 1852;

/** Put values into `{name}` places of a dictionary text. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? String(values[key]) : whole));
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Clock time UTC+7 as HH:MM, or HH:MM:SS. */
export function clockTime(ms: number, withSeconds = false): string {
  const local = new Date(ms + OFFSET_MS);
  const text = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  return withSeconds ? `${text}:${two(local.getUTCSeconds())}` : text;
}

/** Date UTC+7 as DD/MM or DD/MM/YYYY. */
export function date(ms: number, withYear = false): string {
  const local = new Date(ms + OFFSET_MS);
  const text = `${two(local.getUTCDate())}/${two(local.getUTCMonth() + 1)}`;
  return withYear ? `${text}/${local.getUTCFullYear()}` : text;
}

/** Time UTC+7, with the date when it is not the desk's today: "03:12", "03:12 12/06", "03:12 12/06/2025". */
export function moment(ms: number, nowMs: number): string {
  const day = Math.floor((ms + OFFSET_MS) / DAY_MS);
  const today = Math.floor((nowMs + OFFSET_MS) / DAY_MS);
  if (day === today) return clockTime(ms);
  const sameYear = new Date(ms + OFFSET_MS).getUTCFullYear() === new Date(nowMs + OFFSET_MS).getUTCFullYear();
  return `${clockTime(ms)} ${date(ms, !sameYear)}`;
}

/** Duration in the two largest units that matter: "40 s", "12 min", "5 h 10", "3 d 4 h". */
export function duration(ms: number, words: Dictionary): string {
  const total = Math.max(0, Math.round(ms / 1000));
  const { second, minute, hour, day } = words.unit;
  if (total < 60) return `${total} ${second}`;
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return `${minutes} ${minute}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} ${hour} ${two(minutes % 60)}` : `${hours} ${hour}`;
  const days = Math.floor(hours / 24);
  return hours % 24 ? `${days} ${day} ${hours % 24} ${hour}` : `${days} ${day}`;
}

/** A lead time said roughly, because it is rough: minutes to five, hours to the half. */
export function roughDuration(ms: number, words: Dictionary): string {
  const minutes = Math.max(0, ms / 60_000);
  if (minutes < 60) return `${Math.max(5, Math.round(minutes / 5) * 5)} ${words.unit.minute}`;
  if (minutes < 180) {
    const halves = Math.round(minutes / 30);
    return halves % 2 ? `${Math.floor(halves / 2)} ${words.unit.hour} 30` : `${halves / 2} ${words.unit.hour}`;
  }
  return `${Math.round(minutes / 60)} ${words.unit.hour}`;
}

function angle(deg: number, digits: number, marks: [string, string]): string {
  const sign = deg < 0 ? marks[1] : marks[0];
  // Work in thousandths of a minute so that 59.9996' never prints as 60.000'.
  const thousandths = Math.round(Math.abs(deg) * 60_000);
  const whole = Math.floor(thousandths / 60_000);
  const minutes = ((thousandths % 60_000) / 1000).toFixed(3).padStart(6, "0");
  return `${String(whole).padStart(digits, "0")}°${minutes}′${sign}`;
}

/** Place as D°M.m′: "15°52.800′N 108°23.400′E". */
export function place(latDeg: number, lonDeg: number): string {
  return `${angle(latDeg, 2, ["N", "S"])} ${angle(lonDeg, 3, ["E", "W"])}`;
}

function decimal(value: number, digits: number, language: "vi" | "en"): string {
  const text = value.toFixed(digits);
  return language === "vi" ? text.replace(".", ",") : text;
}

/** Whole number with the language's grouping. */
export function count(value: number, language: "vi" | "en"): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, language === "vi" ? "." : ",");
}

export function speed(sogKn: number | null, words: Dictionary, language: "vi" | "en"): string {
  return sogKn === null || Number.isNaN(sogKn) ? words.unit.unknown : `${decimal(sogKn, 1, language)} ${words.unit.kn}`;
}

/** Course as three digits and a word of direction: "045° ĐB". */
export function course(cogDeg: number | null, words: Dictionary): string {
  if (cogDeg === null || Number.isNaN(cogDeg)) return words.unit.unknown;
  const whole = Math.round(cogDeg) % 360;
  return `${String(whole).padStart(3, "0")}° ${words.dir[Math.round(cogDeg / 45) % 8]}`;
}

/** Distance in nautical miles, in metres below a tenth of one. */
export function distance(metres: number, words: Dictionary, language: "vi" | "en"): string {
  const nm = metres / METRES_PER_NM;
  if (nm < 0.1) return `${Math.round(metres)} ${words.unit.m}`;
  return `${decimal(nm, nm < 10 ? 1 : 0, language)} ${words.unit.nm}`;
}

/** Chance as people count it, with the number behind it: "4 in 10 (41 %)". */
export function chance(p: number, words: Dictionary): string {
  const percent = Math.round(p * 100);
  const tenths = Math.round(p * 10);
  if (tenths < 1) return fill(words.unit.belowOne, { p: percent });
  return fill(words.unit.inTen, { n: Math.min(10, tenths), p: percent });
}

/** Decimal number for tables, in the language's writing. */
export function number(value: number, digits: number, language: "vi" | "en"): string {
  return decimal(value, digits, language);
}
