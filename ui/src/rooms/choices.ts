/** Closed lists of the desk as choices of a form, in the desk's order. */
import type { Choice } from "./fields.ts";

export function choicesOf(words: Record<string, string>, codes: readonly string[] = Object.keys(words)): Choice[] {
  return codes.map((value) => ({ value, label: words[value] ?? value }));
}
