/** The stretch of time that is in sight, and how it is moved. Times are in microseconds. */

export interface View {
  from: number;
  to: number;
}

/** One press of a key or a button. */
export const ZOOM = 1.5;
/** Nothing happens between two microseconds. */
const SHORTEST = 40;
/** Place of the present when it is followed, as a share of the width from the left edge. */
const FOLLOWED = 0.9;

/** A view of another length, in which the moment `around` keeps its place. */
export function zoom(view: View, by: number, around: number, end: number): View {
  const span = view.to - view.from;
  const longest = Math.max(1_000_000, everything(end).to - everything(end).from);
  const next = Math.min(longest, Math.max(SHORTEST, span / by));
  const share = (around - view.from) / span;
  return within({ from: around - share * next, to: around + (1 - share) * next }, end);
}

export function pan(view: View, by: number, end: number): View {
  return within({ from: view.from + by, to: view.to + by }, end);
}

/** All that has happened. */
export function everything(end: number): View {
  const span = Math.max(1000, end);
  return { from: -0.02 * span, to: 1.12 * span };
}

/** The same length, with the present in it. */
export function follow(view: View, now: number): View {
  const span = view.to - view.from;
  const newest = view.from + FOLLOWED * span;
  if (now > newest) return { from: now - FOLLOWED * span, to: now + (1 - FOLLOWED) * span };
  if (now < view.from) return { from: now - span / 2, to: now + span / 2 };
  return view;
}

/** A good part of what has happened stays in sight. */
function within(view: View, end: number): View {
  const span = view.to - view.from;
  const first = -0.25 * span;
  const last = Math.max(first, end - 0.25 * span);
  const from = Math.min(last, Math.max(first, view.from));
  return { from, to: from + span };
}

/** The moments that the axis names, and how many digits they need. */
export function ticks(view: View, most: number): { times: number[]; digits: number } {
  const least = (view.to - view.from) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= least) ?? 10);
  const times: number[] = [];
  for (let at = Math.ceil(Math.max(0, view.from) / step) * step; at <= view.to; at += step) {
    times.push(at);
  }
  // In seconds, so that two neighbours do not read alike.
  return { times, digits: Math.max(0, Math.min(6, 6 - Math.floor(Math.log10(step)))) };
}
