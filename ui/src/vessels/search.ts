/** Search as an officer types: no marks, đ as d, registration numbers with or without spaces and dashes. */
import type { LiveVessel } from "../api/types.ts";

/** Fold a text for comparing: "Đà Nẵng" → "da nang". */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "d").toLowerCase().trim();
}

/** Fold and drop everything but letters and digits: "QNa-91234 TS" → "qna91234ts". */
export function squeeze(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]/gu, "");
}

/** The text a vessel is found by. Cached by object: a vessel's description is replaced, never changed. */
const keys = new WeakMap<LiveVessel, string>();

export function searchKey(vessel: LiveVessel): string {
  let key = keys.get(vessel);
  if (key === undefined) {
    const names = [vessel.label, vessel.name, vessel.registration, vessel.mmsi, vessel.vessel_id];
    key = names
      .filter((name): name is string => Boolean(name))
      .map((name) => `${fold(name)}\n${squeeze(name)}`)
      .join("\n");
    keys.set(vessel, key);
  }
  return key;
}

/** Whether all words of the query occur in the key, or the query as one run of letters and digits. */
export function matches(key: string, query: string): boolean {
  const folded = fold(query);
  if (!folded) return true;
  const run = squeeze(query);
  if (run && key.includes(run)) return true;
  return folded.split(/\s+/).every((word) => key.includes(word));
}
