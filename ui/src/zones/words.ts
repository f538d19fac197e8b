/** Short names of zones for the map and for rows; the whole name stands in the drawer. */
import type { ZoneProperties } from "../api/types.ts";
import type { Dictionary } from "../i18n/en.ts";
import { speech } from "../i18n/index.svelte.ts";
import type { Language } from "../i18n/index.svelte.ts";

/**
 * "A – remark / B – remark" → "A / B": what follows a dash explains and is too long for the map. A sample's name is
 * written in both languages, "Ranh giới MẪU / SAMPLE boundary": one of them is enough.
 */
export function shortZoneName(name: string, language: Language = speech.language): string {
  const parts = name.split(" / ");
  if (parts.length === 2) {
    const spoken = parts.find((part) => (language === "vi" ? /mẫu/i : /sample/i).test(part));
    if (spoken && parts.every((part) => /mẫu|sample/i.test(part))) return spoken.split(" – ")[0]!.trim();
  }
  return name
    .split(" / ")
    .map((part) => part.split(" – ")[0]!.trim())
    .join(" / ");
}

/**
 * Capitals with two marks (Ẫ, Ế, Ỗ) sit too low when MapLibre draws them from a local font: write such words as
 * "Mẫu" on the map. The lists keep them as they are.
 */
export function calmCapitals(text: string): string {
  return text.replace(/\p{Lu}{2,}/gu, (word) =>
    /[ẤẦẨẪẬẮẰẲẴẶẾỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰ]/.test(word) ? word[0] + word.slice(1).toLowerCase() : word,
  );
}

/** The name on the map itself; a sample carries the word, whatever its name says. */
export function zoneLabel(
  zone: Pick<ZoneProperties, "name" | "sample">,
  words: Dictionary,
  language: Language = speech.language,
): string {
  const short = calmCapitals(shortZoneName(zone.name, language));
  return !zone.sample || /sample|mẫu/i.test(short) ? short : `${words.zones.sample} · ${short}`;
}
