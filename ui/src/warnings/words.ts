/** A forecast in a sentence: "in about 3 h, 4 in 10 (41 %)". */
import type { Warning } from "../api/types.ts";
import type { Dictionary } from "../i18n/en.ts";
import { chance, fill, roughDuration } from "../i18n/format.ts";

export function leadText(warning: Warning, nowMs: number, words: Dictionary): string {
  if (warning.eta_median_time === null) return fill(words.warnings.within, { h: 12 });
  const lead = Date.parse(warning.eta_median_time) - nowMs;
  return lead <= 0 ? words.warnings.soon : fill(words.warnings.inAbout, { duration: roughDuration(lead, words) });
}

export function warningText(warning: Warning, nowMs: number, words: Dictionary): string {
  return `${leadText(warning, nowMs, words)}, ${chance(warning.p_12h, words)}`;
}
