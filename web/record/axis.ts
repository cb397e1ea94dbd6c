/** The axis of time that the timeline and all lanes over it share. */

/** Maps a moment to pixels. */
export type X = (time: number) => number;

const LEAST = 2_000_000;
const LEAP = 1.1;

/** The end of the axis: grows in small leaps, so that the strip stands still in between and is nearly filled. */
export function axisEnd(now: number): number {
  const leaps = Math.ceil(Math.log((now * 1.01) / LEAST) / Math.log(LEAP));
  return LEAST * LEAP ** Math.max(0, leaps);
}

/** Maps moments to pixels on an axis. */
export function placeOn({ from, end, width }: { from: number; end: number; width: number }): X {
  return (time) => ((time - from) / (end - from)) * width;
}
