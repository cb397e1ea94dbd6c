/** A line's present place: its position among the matching lines, which moves when older ones are dropped. */
export interface Anchor {
  seq: number;
  place: number;
}

/**
 * The position of the line `anchor.seq`, or of the first after it. Lines only ever go at the front, so it is at
 * most where it was; `seqAt` gives the line at a position.
 */
export function placeOf(anchor: Anchor, seqAt: (place: number) => number | undefined): number {
  let low = 0;
  let high = anchor.place;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const seq = seqAt(middle);
    if (seq !== undefined && seq < anchor.seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
