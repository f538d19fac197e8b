/** Rows are 44 px, 56 px under a finger: the same number as the token `--row`, which script needs for lists. */
export function rowHeight(): number {
  return matchMedia("(pointer: coarse)").matches ? 56 : 44;
}
