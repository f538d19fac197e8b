/** Word for an event kind; an unknown kind is shown as it came. */
import type { Dictionary } from "../i18n/en.ts";

export function eventWord(kind: string, words: Dictionary): string {
  return words.events[kind as keyof Dictionary["events"]] ?? kind;
}
