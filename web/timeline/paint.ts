/** Paints the strip: terms as blocks, one lane per server, ticks for what happened. */
import type { Timeline } from "../engine/engine";
import { seconds } from "../state/words";
import { type Ink, termInk } from "../kit/ink.svelte";
import { placeOn, type X } from "../record/axis";

export interface Strip {
  width: number;
  height: number;
  /** The moments at both edges, in microseconds. */
  from: number;
  end: number;
  servers: number;
  /** Room for the words of notes, in pixels. */
  flags: number;
}

const TERMS_TOP = 14;
const TERMS_HEIGHT = 7;
const TICKS_TOP = TERMS_TOP + TERMS_HEIGHT + 3;
const TICK = 5;
/** Top of the words of notes, or of the lanes. */
export const FLAGS_TOP = TICKS_TOP + TICK + 3;
const CUTS_HEIGHT = 6;
const AXIS_HEIGHT = 13;
/** As far apart as two times on the axis stand at least, in pixels. */
const APART = 72;

function laneHeight(strip: Strip): number {
  const room = strip.height - FLAGS_TOP - strip.flags - CUTS_HEIGHT - AXIS_HEIGHT;
  return Math.max(1, room / Math.max(1, strip.servers));
}

export function paint(
  context: CanvasRenderingContext2D,
  run: Timeline,
  strip: Strip,
  ink: Ink,
): void {
  const x = placeOn(strip);
  context.clearRect(0, 0, strip.width, strip.height);
  context.font = `${ink.type}px ${ink.font}`;
  context.textBaseline = "alphabetic";
  paintLanes(context, strip, ink);
  paintAxis(context, strip, ink, x);
  paintTerms(context, run, strip, ink, x);
  paintTicks(context, run, ink, x);
  paintServers(context, run, strip, ink, x);
  paintCuts(context, run, strip, ink, x);
  paintViolations(context, run, strip, ink, x);
}

function paintLanes(context: CanvasRenderingContext2D, strip: Strip, ink: Ink): void {
  const step = laneHeight(strip);
  if (step < 4) return;
  context.fillStyle = ink.line;
  for (let at = 0; at < strip.servers; at += 1) {
    context.fillRect(0, Math.round(FLAGS_TOP + strip.flags + (at + 0.5) * step), strip.width, 1);
  }
}

/** Times at round moments. */
function paintAxis(context: CanvasRenderingContext2D, strip: Strip, ink: Ink, x: X): void {
  const { from, end, width, height } = strip;
  const least = ((end - from) * APART) / Math.max(APART, width);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((by) => by * power).find((each) => each >= least) ?? 10 * power;
  const digits = Math.min(6, 6 - Math.floor(Math.log10(step)));
  context.fillStyle = ink.muted;
  for (let time = Math.ceil(from / step) * step; time <= end; time += step) {
    const left = Math.round(x(time));
    context.fillRect(left, height - AXIS_HEIGHT, 1, 4);
    const words = seconds(time, digits);
    if (left + 4 + context.measureText(words).width < width)
      context.fillText(words, left + 4, height - 2);
  }
}

function paintTerms(
  context: CanvasRenderingContext2D,
  run: Timeline,
  strip: Strip,
  ink: Ink,
  x: X,
): void {
  let written = -Infinity;
  run.terms.forEach(({ term, from }, at) => {
    const left = Math.max(0, x(from));
    const right = x(run.terms[at + 1]?.from ?? strip.end);
    if (right <= 0) return;
    context.fillStyle = termInk(ink, term);
    context.fillRect(left, TERMS_TOP, Math.max(1, right - left - 1), TERMS_HEIGHT);
    const words = `term ${term}`;
    const wide = context.measureText(words).width;
    // A name is left out where it would run into the one before.
    if (left < written + 8 || left + wide > strip.width) return;
    context.fillStyle = ink.muted;
    context.fillText(words, left, TERMS_TOP - 4);
    written = left + wide;
  });
}

/** Marks that fall on the same pixel are painted once: a long run has many thousands. */
function onePerPixel(times: number[], x: X, draw: (left: number, time: number) => void): void {
  let painted = -1;
  for (const time of times) {
    const left = Math.round(x(time));
    if (left !== painted && left >= 0) draw(left, time);
    painted = left;
  }
}

function paintTicks(context: CanvasRenderingContext2D, run: Timeline, ink: Ink, x: X): void {
  context.fillStyle = ink.muted;
  const commits = run.commits.map(({ at }) => at);
  onePerPixel(commits, x, (left) => context.fillRect(left, TICKS_TOP, 1, TICK));
  context.fillStyle = ink.accent;
  const commands = run.commands.map(({ at }) => at);
  onePerPixel(commands, x, (left) => {
    context.beginPath();
    context.moveTo(left, TICKS_TOP - 1);
    context.lineTo(left + 3.5, TICKS_TOP + TICK + 1);
    context.lineTo(left - 3.5, TICKS_TOP + TICK + 1);
    context.fill();
  });
}

function paintServers(
  context: CanvasRenderingContext2D,
  run: Timeline,
  strip: Strip,
  ink: Ink,
  x: X,
): void {
  const step = laneHeight(strip);
  const thick = Math.max(1, Math.min(5, step * 0.5));
  const middle = (server: number): number => FLAGS_TOP + strip.flags + (server - 0.5) * step;
  for (const { server, term, from, to } of run.leaders) {
    context.fillStyle = termInk(ink, term);
    const wide = Math.max(1, x(to ?? strip.end) - x(from));
    context.fillRect(x(from), middle(server) - thick / 2, wide, thick);
  }
  for (const { server, term, at } of run.elections) {
    context.strokeStyle = termInk(ink, term);
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(x(at), middle(server), Math.min(2.5, thick), 0, 7);
    context.stroke();
  }
  for (const { server, paused, from, to } of run.down) {
    const wide = Math.max(1, x(to ?? strip.end) - x(from));
    context.fillStyle = ink.lineStrong;
    context.globalAlpha = paused ? 0.25 : 0.5;
    context.fillRect(x(from), middle(server) - thick / 2, wide, thick);
    context.globalAlpha = 1;
    if (!paused && step >= 5) paintCross(context, x(from), middle(server), ink.bad);
  }
}

function paintCross(context: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.6;
  context.beginPath();
  context.moveTo(x - 3, y - 3);
  context.lineTo(x + 3, y + 3);
  context.moveTo(x + 3, y - 3);
  context.lineTo(x - 3, y + 3);
  context.stroke();
}

/** A line through all, with a word where there is room for it: nothing else matters as much. */
function paintViolations(
  context: CanvasRenderingContext2D,
  run: Timeline,
  strip: Strip,
  ink: Ink,
  x: X,
): void {
  let written = -Infinity;
  onePerPixel(
    run.violations.map(({ at }) => at),
    x,
    (left, time) => {
      context.fillStyle = ink.bad;
      const line = Math.max(0, left - 2);
      context.fillRect(line, TERMS_TOP, 2, strip.height - TERMS_TOP - AXIS_HEIGHT);
      const named = run.violations.find(({ at }) => at === time);
      const words = `✕ ${named?.property ?? ""}`;
      const wide = context.measureText(words).width;
      const from = Math.max(0, line - wide - 3);
      if (from < written + 4) return;
      context.fillStyle = ink.panel;
      context.fillRect(from - 2, TICKS_TOP - 1, wide + 4, 11);
      context.fillStyle = ink.bad;
      context.fillText(words, from, TICKS_TOP + 8);
      written = line;
    },
  );
}

function paintCuts(
  context: CanvasRenderingContext2D,
  run: Timeline,
  strip: Strip,
  ink: Ink,
  x: X,
): void {
  context.strokeStyle = ink.bad;
  context.lineWidth = 2;
  context.setLineDash([2, 4]);
  for (const { from, to } of run.cut) {
    const y = strip.height - AXIS_HEIGHT - CUTS_HEIGHT / 2;
    context.beginPath();
    context.moveTo(x(from), y);
    context.lineTo(Math.max(x(from) + 2, x(to ?? strip.end)), y);
    context.stroke();
  }
  context.setLineDash([]);
}
