/** How many events began in each slice of the last day: the hills over the time line. */
export function density(startsMs: readonly number[], nowMs: number, spanMs: number, slices: number): number[] {
  const counts = Array.from({ length: slices }, () => 0);
  for (const start of startsMs) {
    const slice = Math.floor(((start - (nowMs - spanMs)) / spanMs) * slices);
    if (slice >= 0 && slice < slices) counts[slice]!++;
  }
  return counts;
}
