/** Lists as data: what stands in a row. Built by plain functions, so that tests read them without a browser. */
import type { Severity } from "../../api/types.ts";

export interface Cell {
  text: string;
  /** A second, quieter line. */
  sub?: string;
  /** A severity's shape before the text; the text says it in words too. */
  mark?: Severity;
  /** Done or healthy. */
  isDone?: boolean;
  isStruck?: boolean;
}

export interface Row {
  id: string;
  /** By column id; a missing cell is empty. */
  cells: Record<string, Cell>;
}

export interface Column {
  id: string;
  label: string;
  /** On a phone: the first line's left or right, the text below it, a quieter line at the end, or left out. */
  phone: "main" | "end" | "body" | "sub" | "out";
  isNumber?: boolean;
  /** A time, a state, a count: never broken over lines. */
  isShort?: boolean;
}
