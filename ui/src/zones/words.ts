/** Short names of zones for the map and for rows; the whole name stands in the drawer. */
import type { ZoneProperties } from "../api/types.ts";
import type { Dictionary } from "../i18n/en.ts";

/** "A – remark / B – remark" → "A / B": what follows a dash explains and is too long for the map. */
export function shortZoneName(name: string): string {
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
export function zoneLabel(zone: Pick<ZoneProperties, "name" | "sample">, words: Dictionary): string {
  const short = calmCapitals(shortZoneName(zone.name));
  return !zone.sample || /sample|mẫu/i.test(short) ? short : `${words.zones.sample} · ${short}`;
}
