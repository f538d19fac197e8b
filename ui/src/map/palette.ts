/** The map draws with the same tokens as the page: read from CSS, so that a colour stands in one file only. */

const NAMES = [
  "sea", "sea-deep", "land", "coast", "depth", "panel", "line", "text", "muted", "place", "select",
  "critical", "high", "notice", "future", "law", "vessel", "vessel-other", "ours",
] as const; // prettier-ignore
export type ColourName = (typeof NAMES)[number];
export type Colours = Record<ColourName, string>;

export function readColours(element: Element = document.documentElement): Colours {
  const style = getComputedStyle(element);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Colours;
}

/** "#4cc3ff" → [0.30, 0.76, 1]: what a shader takes. */
export function toRgb(hex: string): [number, number, number] {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, "$&$&") : hex;
  const value = Number.parseInt(full.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
