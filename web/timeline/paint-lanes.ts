/** Paints the lanes: a bar for each stretch, whose shape and colour say how it went. */
import type { Remark } from "../engine/engine";
import type { Ink } from "../kit/ink.svelte";
import { placeOn } from "../record/axis";

/** A lane, with its place. */
export interface Row {
  remarks: Remark[];
  top: number;
  height: number;
  /** Bars that say little are thin. */
  thin: boolean;
}

export interface Axis {
  width: number;
  height: number;
  /** The moments at both edges, in microseconds. */
  from: number;
  end: number;
}

/** Nothing is too short to be seen. */
const LEAST = 2;
/** Verdicts in the order in which they are painted: the worse come later, so that nothing hides them. */
const ORDER: Remark["verdict"][] = ["said", "passed", "abandoned", "failed"];

export function paintLanes(
  context: CanvasRenderingContext2D,
  rows: Row[],
  axis: Axis,
  ink: Ink,
): void {
  const x = placeOn(axis);
  context.clearRect(0, 0, axis.width, axis.height);
  for (const row of rows) {
    const middle = Math.round(row.top + row.height / 2);
    context.fillStyle = ink.line;
    context.fillRect(0, middle, axis.width, 1);
    for (const verdict of ORDER) {
      let painted = -Infinity;
      for (const remark of row.remarks) {
        if (remark.verdict !== verdict) continue;
        const left = x(remark.from);
        const right = Math.max(left + LEAST, x(remark.to) - 1);
        // A long run has many thousands; those behind one another are painted once.
        if (right <= painted) continue;
        const height = row.thin ? Math.ceil(row.height / 2) : row.height;
        paintBar(context, { left, wide: right - left, middle, height }, verdict, ink);
        painted = right;
      }
    }
  }
}

interface Bar {
  left: number;
  wide: number;
  middle: number;
  height: number;
}

function paintBar(
  context: CanvasRenderingContext2D,
  { left, wide, middle, height }: Bar,
  verdict: Remark["verdict"],
  ink: Ink,
): void {
  const high = Math.max(3, height - 4);
  const thin = Math.max(2, high / 2);
  switch (verdict) {
    case "passed":
      context.fillStyle = ink.good;
      context.fillRect(left, middle - high / 2, wide, high);
      return;
    case "failed":
      context.fillStyle = ink.bad;
      context.fillRect(left, middle - height / 2, wide, height);
      paintCross(context, left + wide / 2, middle, ink);
      return;
    case "abandoned":
      context.strokeStyle = ink.muted;
      context.lineWidth = 1;
      context.fillStyle = ink.panel;
      context.fillRect(left, middle - high / 2, wide, high);
      context.strokeRect(left + 0.5, middle - high / 2 + 0.5, Math.max(1, wide - 1), high - 1);
      return;
    case "said":
      context.fillStyle = ink.lineStrong;
      context.fillRect(left, middle - thin / 2, wide, thin);
  }
}

/** On a ground of its own: it must be seen on any bar. */
function paintCross(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  { panel, bad }: Ink,
): void {
  for (const [colour, thick] of [
    [panel, 4],
    [bad, 1.6],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = thick;
    context.beginPath();
    context.moveTo(x - 3.5, y - 3.5);
    context.lineTo(x + 3.5, y + 3.5);
    context.moveTo(x + 3.5, y - 3.5);
    context.lineTo(x - 3.5, y + 3.5);
    context.stroke();
  }
}
