/** Why a line was rejected, in words; an unknown code is shown as it came. */
import type { Dictionary } from "../i18n/en.ts";

export function reasonWord(code: string, words: Dictionary): string {
  return words.rejects[code as keyof Dictionary["rejects"]] ?? code;
}
