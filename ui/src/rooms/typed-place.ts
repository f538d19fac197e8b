/** A place as officers and radios give it: "15°52.8′N 108°23.4′E", "15 52 48 N 108 23 24 E", "15.88, 108.39". */

export interface Place {
  latDeg: number;
  lonDeg: number;
}

/** Numbers of a text; a comma is a decimal sign where the text has no point, as Vietnamese write. */
function numbersOf(text: string): number[] {
  const pointed = text.includes(".") ? text : text.replace(/(\d),(?=\d)/g, "$1.");
  return [...pointed.matchAll(/\d+(?:\.\d+)?/g)].map(([number]) => Number(number));
}

function angleOf(parts: number[]): number | null {
  const [deg = Number.NaN, min = 0, sec = 0] = parts;
  if (min >= 60 || sec >= 60) return null;
  return deg + min / 60 + sec / 3600;
}

/** Return the place a text names, or null: not two angles, minutes of 60 and more, off the globe. */
export function typedPlace(text: string): Place | null {
  const upper = text.toUpperCase();
  if (/[^\d\s.,;:°º'’′"”″NSEW+-]/.test(upper)) return null;
  const numbers = numbersOf(upper);
  if (numbers.length !== 2 && numbers.length !== 4 && numbers.length !== 6) return null;
  const half = numbers.length / 2;
  const angles = [angleOf(numbers.slice(0, half)), angleOf(numbers.slice(half))];
  if (angles[0] === null || angles[1] === null) return null;
  const letters = [...upper.matchAll(/[NSEW]/g)].map(([letter]) => letter);
  const minus = [...upper.matchAll(/(-?)\s*\d+(?:[.,]\d+)?/g)].map(([, sign]) => (sign ? -1 : 1));
  let [lat, lon] = [angles[0]! * minus[0]!, angles[1]! * (minus[half] ?? 1)];
  if (letters.length > 0) {
    if (letters.length !== 2) return null;
    const isEastFirst = "EW".includes(letters[0]!);
    if (isEastFirst === "EW".includes(letters[1]!)) return null;
    [lat, lon] = isEastFirst ? [angles[1]!, angles[0]!] : [angles[0]!, angles[1]!];
    if (letters.includes("S")) lat = -lat;
    if (letters.includes("W")) lon = -lon;
  }
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { latDeg: lat, lonDeg: lon } : null;
}
