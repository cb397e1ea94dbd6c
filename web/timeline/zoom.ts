/** The stretch of the run that the timeline shows, and how it changes. */
import { axisEnd } from "../record/axis";

export interface Stretch {
  from: number;
  to: number;
}

/** Nothing shorter is shown, in microseconds. */
const SHORTEST = 200;

/** Larger (`by` over 1) or smaller, round a moment that keeps its place; null when that shows the whole run. */
export function zoomed(
  { from, to }: Stretch,
  by: number,
  round: number,
  end: number,
): Stretch | null {
  const whole = axisEnd(end);
  const span = Math.max(SHORTEST, (to - from) / by);
  if (span >= whole) return null;
  const share = Math.min(1, Math.max(0, (round - from) / (to - from)));
  return within({ from: round - share * span, to: round + (1 - share) * span }, whole);
}

/** Earlier or later by so much. */
export function moved({ from, to }: Stretch, by: number, end: number): Stretch {
  return within({ from: from + by, to: to + by }, axisEnd(end));
}

function within({ from, to }: Stretch, whole: number): Stretch {
  const shift = from < 0 ? -from : Math.min(0, whole - to);
  return { from: from + shift, to: to + shift };
}
