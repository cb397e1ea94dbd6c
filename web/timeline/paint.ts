/** Paints the strip: terms as blocks, one lane per server, ticks for what happened. */
import type { Timeline } from "../engine/engine";
import { type Ink, termInk } from "../styles/ink.svelte";

export interface Strip {
  width: number;
  height: number;
  /** The moment at the right edge, in microseconds. */
  end: number;
  servers: number;
}

export const TERMS_TOP = 18;
const TERMS_HEIGHT = 9;
const TICKS_TOP = TERMS_TOP + TERMS_HEIGHT + 2;
const TICK = 5;
export const LANES_TOP = TICKS_TOP + TICK + 4;
const CUTS_HEIGHT = 7;
const FLAG_TOP = TERMS_TOP + TERMS_HEIGHT + 1;

/** The end of the axis: grows in leaps, so that the strip stands still in between. */
export function axisEnd(now: number): number {
  let end = 2_000_000;
  for (const by of leaps()) {
    if (end >= now * 1.02) return end;
    end *= by;
  }
  return end;
}

function* leaps(): Generator<number> {
  for (;;) yield* [2.5, 2, 2];
}

export function laneHeight(strip: Strip): number {
  return Math.max(1, (strip.height - LANES_TOP - CUTS_HEIGHT - 2) / Math.max(1, strip.servers));
}

export function paint(
  context: CanvasRenderingContext2D,
  run: Timeline,
  strip: Strip,
  ink: Ink,
): void {
  const x = (time: number): number => (time / strip.end) * strip.width;
  context.clearRect(0, 0, strip.width, strip.height);
  context.font = `${ink.type}px ${ink.font}`;
  context.textBaseline = "alphabetic";
  paintLanes(context, strip, ink);
  paintTerms(context, run, strip, ink, x);
  paintTicks(context, run, ink, x);
  paintServers(context, run, strip, ink, x);
  paintCuts(context, run, strip, ink, x);
  paintViolations(context, run, strip, ink, x);
}

/** A flag for each note, on a pole that shows the moment through all lanes. */
export function paintNotes(
  context: CanvasRenderingContext2D,
  notes: number[],
  strip: Strip,
  ink: Ink,
): void {
  const x = (time: number): number => (time / strip.end) * strip.width;
  onePerPixel(notes, x, (left) => {
    // Before the moment, not after it: what has not happened yet is covered.
    const pole = Math.max(0, left - 1);
    const tip = left < 9 ? pole + 9 : pole - 8;
    context.fillStyle = ink.muted;
    context.fillRect(pole, FLAG_TOP, 1, strip.height - FLAG_TOP);
    context.fillStyle = ink.ink;
    context.beginPath();
    context.moveTo(pole + (tip > pole ? 1 : 0), FLAG_TOP);
    context.lineTo(tip, FLAG_TOP + 3.5);
    context.lineTo(pole + (tip > pole ? 1 : 0), FLAG_TOP + 7);
    context.fill();
  });
}

type X = (time: number) => number;

function paintLanes(context: CanvasRenderingContext2D, strip: Strip, ink: Ink): void {
  const step = laneHeight(strip);
  if (step < 4) return;
  context.fillStyle = ink.line;
  for (let at = 0; at < strip.servers; at += 1) {
    context.fillRect(0, Math.round(LANES_TOP + (at + 0.5) * step), strip.width, 1);
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
    const left = x(from);
    const right = x(run.terms[at + 1]?.from ?? strip.end);
    context.fillStyle = termInk(ink, term);
    context.fillRect(left, TERMS_TOP, Math.max(1, right - left - 1), TERMS_HEIGHT);
    const words = `term ${term}`;
    const wide = context.measureText(words).width;
    // A name is left out where it would run into the one before.
    if (left < written + 8 || left + wide > strip.width) return;
    context.fillStyle = ink.muted;
    context.fillText(words, left, TERMS_TOP - 5);
    written = left + wide;
  });
}

/** Marks that fall on the same pixel are painted once: a long run has many thousands. */
function onePerPixel(times: number[], x: X, draw: (left: number) => void): void {
  let painted = -1;
  for (const time of times) {
    const left = Math.round(x(time));
    if (left !== painted) draw(left);
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
  const middle = (server: number): number => LANES_TOP + (server - 0.5) * step;
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
    (left) => {
      context.fillStyle = ink.bad;
      const line = Math.max(0, left - 2);
      context.fillRect(line, TERMS_TOP, 2, strip.height - TERMS_TOP);
      const words = "✕ broken";
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
    const y = strip.height - CUTS_HEIGHT / 2;
    context.beginPath();
    context.moveTo(x(from), y);
    context.lineTo(Math.max(x(from) + 2, x(to ?? strip.end)), y);
    context.stroke();
  }
  context.setLineDash([]);
}
