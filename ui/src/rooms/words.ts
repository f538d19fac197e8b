/** The rooms' own dictionary, in the language of the screen; it travels with the rooms, not with the watch. */
import { speech } from "../i18n/index.svelte.ts";
import { en, type RoomWords } from "./i18n.en.ts";
import { vi } from "./i18n.vi.ts";

/** Return the rooms' words in the language in use. */
export function w(): RoomWords {
  return speech.language === "vi" ? vi : en;
}

/** Return the word of a code, or the code as it came: an unknown code is shown, never hidden. */
export function word(words: Record<string, string>, code: string | null | undefined): string {
  return code ? (words[code] ?? code) : "";
}
