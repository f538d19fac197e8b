/** The language in use. Components read `t()` and format functions; changing the language redraws them. */
import { en, type Dictionary } from "./en.ts";
import { vi } from "./vi.ts";

export type Language = "vi" | "en";

class Speech {
  language = $state<Language>("vi");
  words: Dictionary = $derived(this.language === "vi" ? vi : en);
}

export const speech = new Speech();

/** Return the dictionary of the language in use. */
export function t(): Dictionary {
  return speech.words;
}

/** Pick the text of the language in use from a pair the server sends. */
export function pick(textVi: string, textEn: string): string {
  return speech.language === "vi" ? textVi || textEn : textEn || textVi;
}
