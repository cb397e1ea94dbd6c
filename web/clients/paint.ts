/** Paints what clients asked: a bar from the call to the answer, and a mark where it took effect. */
import type { OperationView } from "../engine/engine";
import type { Ink } from "../kit/ink.svelte";
import { placeOn } from "../record/axis";

export interface Axis {
  width: number;
  /** The moments at both edges, and the one that is shown, in microseconds. */
  from: number;
  end: number;
  now: number;
  /** Height of one client's lane. */
  lane: number;
  clients: number;
}

const LEAST = 2;

export function paintClients(
  context: CanvasRenderingContext2D,
  operations: OperationView[],
  axis: Axis,
  ink: Ink,
): void {
  const { width, lane, clients } = axis;
  context.clearRect(0, 0, width, lane * clients);
  context.fillStyle = ink.line;
  for (let at = 0; at < clients; at += 1) {
    context.fillRect(0, Math.round((at + 0.5) * lane), width, 1);
  }
  for (const operation of operations) paintOne(context, operation, axis, ink);
}

function paintOne(
  context: CanvasRenderingContext2D,
  operation: OperationView,
  axis: Axis,
  ink: Ink,
): void {
  const { now, lane } = axis;
  const x = placeOn(axis);
  const high = Math.max(3, Math.round(lane * 0.6));
  const top = Math.round((operation.client - 0.5) * lane - high / 2);
  const left = x(operation.invoked);
  const wide = Math.max(LEAST, x(operation.returned ?? now) - left);
  const colour = operation.stuck ? ink.bad : operation.place === null ? ink.lineStrong : ink.accent;
  if (operation.returned === null) {
    // Open: an outline up to now; for ever, when nobody waits for it.
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.setLineDash(operation.unheard ? [1, 3] : [3, 2]);
    context.strokeRect(left + 0.5, top + 0.5, Math.max(1, wide - 1), high - 1);
    context.setLineDash([]);
  } else {
    context.globalAlpha = operation.stuck || operation.place !== null ? 1 : 0.55;
    context.fillStyle = colour;
    context.fillRect(left, top, wide, high);
    context.globalAlpha = 1;
  }
  if (operation.applied !== null) {
    context.fillStyle = ink.ink;
    context.fillRect(Math.round(x(operation.applied)) - 0.5, top - 1, 1.5, high + 2);
  }
}

/** The operation at a place: the shortest of those that the pointer is on or near. */
export function operationAt(
  operations: OperationView[],
  { x, y }: { x: number; y: number },
  { width, from, end, now, lane }: Axis,
  reach: number,
): OperationView | null {
  const client = Math.floor(y / lane) + 1;
  const time = from + (x / width) * (end - from);
  const near = (reach / width) * (end - from);
  const length = (operation: OperationView): number =>
    (operation.returned ?? now) - operation.invoked;
  const under = operations.filter(
    (operation) =>
      operation.client === client &&
      operation.invoked - near <= time &&
      (operation.returned ?? now) + near >= time,
  );
  return under.sort((a, b) => length(a) - length(b))[0] ?? null;
}
