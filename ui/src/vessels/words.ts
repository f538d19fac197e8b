/** Words for a vessel's kind and gear; an unknown code is shown as it came, never hidden. */
import type { Dictionary } from "../i18n/en.ts";

export function kindWord(kind: string, words: Dictionary): string {
  return words.kind[kind as keyof Dictionary["kind"]] ?? kind;
}

export function gearWord(gear: string | null, words: Dictionary): string {
  return gear === null ? "" : (words.gear[gear as keyof Dictionary["gear"]] ?? gear);
}
