/** Times of a row, in the words of the screen. The desk's clock is passed in. */
import { date, duration, fill, moment } from "../i18n/format.ts";
import type { Dictionary } from "../i18n/en.ts";
import type { Cell } from "./parts/rows.ts";
import type { RoomWords } from "./i18n.en.ts";

/** What every row builder needs: the rooms' words, the screen's words, the desk's clock. */
export interface Shown {
  words: RoomWords;
  screen: Dictionary;
  nowMs: number;
  language: "vi" | "en";
}

/** A moment of the answer, or "" where there is none. */
export function at(iso: string | null | undefined, nowMs: number): string {
  return iso ? moment(Date.parse(iso), nowMs) : "";
}

/** A deadline: its moment, and how long ago it passed. Amber has its square and its words. */
export function dueCell(iso: string | null, isOverdue: boolean, empty: string, { words, screen, nowMs }: Shown): Cell {
  if (!iso) return isOverdue ? { text: empty, mark: "high" } : { text: empty };
  const ms = Date.parse(iso);
  if (!isOverdue) return { text: moment(ms, nowMs) };
  return {
    text: fill(words.list.overdueBy, { duration: duration(nowMs - ms, screen) }),
    sub: moment(ms, nowMs),
    mark: "high",
  };
}

/** A day of the answer with its year. */
export function dayOf(iso: string): string {
  return date(Date.parse(iso), true);
}
