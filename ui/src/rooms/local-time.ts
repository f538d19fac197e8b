/** Times as typed: always Vietnam's clock (UTC+7, no summer time), whatever the browser's machine is set to. */
const OFFSET_MS = 7 * 3_600_000;
const TYPED = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$/;

/** Milliseconds of "2026-03-05T20:15" on Vietnam's clock, or null where it is no time. */
export function typedMs(text: string): number | null {
  const parts = TYPED.exec(text.trim());
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0));
  const ms = Date.UTC(year!, month! - 1, day, hour, minute, second);
  const back = new Date(ms);
  // Date.UTC rolls 31 February over into March; nobody meant that.
  const isReal = back.getUTCMonth() === month! - 1 && back.getUTCDate() === day && hour! < 24 && minute! < 60;
  return isReal ? ms - OFFSET_MS : null;
}

/** ISO 8601 UTC of a typed time, or null. */
export function typedIso(text: string): string | null {
  const ms = typedMs(text);
  return ms === null ? null : new Date(ms).toISOString();
}

/** ISO 8601 UTC of the last second of a typed day: a licence "to 31/12" holds through that day. */
export function endOfDayIso(text: string): string | null {
  const ms = typedMs(text.slice(0, 10));
  return ms === null ? null : new Date(ms + 86_400_000 - 1000).toISOString();
}

/** What a time field holds for a moment: "2026-03-05T20:15" on Vietnam's clock. */
export function forTyping(ms: number): string {
  return new Date(ms + OFFSET_MS).toISOString().slice(0, 16);
}

/** What a day field holds for a moment: "2026-03-05" on Vietnam's clock. */
export function dayForTyping(ms: number): string {
  return forTyping(ms).slice(0, 10);
}
