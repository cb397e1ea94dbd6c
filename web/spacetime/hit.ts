/** Finds the thing that lies under the pointer. */
import type { Passage, Point } from "./history";
import { marksInSight, placeOf } from "./marks";
import type { Scene } from "./paint";

export type Thing = Passage | Point;

/** The nearest mark or message within reach; marks before messages. */
export function thingAt(scene: Scene, left: number, up: number, reach: number): Thing | null {
  return markAt(scene, left, up, reach + 2) ?? messageAt(scene, left, up, reach);
}

function markAt({ history, plan }: Scene, left: number, up: number, reach: number): Point | null {
  let found: Point | null = null;
  let nearest = reach;
  for (const mark of marksInSight(history, plan)) {
    const [x, y] = placeOf(mark, plan);
    const far = Math.hypot(x - left, y - up);
    if (far >= nearest) continue;
    nearest = far;
    found = mark;
  }
  return found;
}

function messageAt({ arrows }: Scene, left: number, up: number, reach: number): Passage | null {
  let found: Passage | null = null;
  let nearest = reach;
  const { messages, ends } = arrows;
  messages.forEach((message, at) => {
    const [x1 = 0, y1 = 0] = [ends[4 * at], ends[4 * at + 1]];
    const [x2 = 0, y2 = 0] = [ends[4 * at + 2], ends[4 * at + 3]];
    const far = distance(left, up, x1, y1, x2, y2);
    if (far >= nearest) return;
    nearest = far;
    found = message;
  });
  return found;
}

/** From a point to a line between two others. */
export function distance(
  x: number,
  y: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): number {
  const square = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const along = square === 0 ? 0 : ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / square;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1));
}
