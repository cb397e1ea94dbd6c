/** Draws a crowd of messages on a canvas. */
import type { MessageView } from "../engine/engine";
import { type Ink, termInk } from "../kit/ink.svelte";
import { place, type Lanes } from "./crowd";
import type { Point } from "./geometry";

/** The marks' outlines: the same shapes as those with an element have. */
function outline(message: MessageView, at: Point, size: number, path: Path2D): void {
  const box = (x: number, y: number, side: number): void => {
    path.rect(at.x + x * size, at.y + y * size, side * size, side * size);
  };
  if (message.rpc === "RequestVote") {
    const far = 8.5 * size;
    path.moveTo(at.x, at.y - far);
    path.lineTo(at.x + far, at.y);
    path.lineTo(at.x, at.y + far);
    path.lineTo(at.x - far, at.y);
    path.closePath();
  } else if (message.rpc === "InstallSnapshot") {
    box(-4, -8, 12);
    box(-8, -4, 12);
  } else if (message.heartbeat) {
    path.moveTo(at.x + 4.5 * size, at.y);
    path.arc(at.x, at.y, 4.5 * size, 0, 2 * Math.PI);
  } else {
    box(-7, -7, 14);
  }
}

/** Draws all of them; those of one look in one go. */
export function drawCrowd(
  context: CanvasRenderingContext2D,
  messages: MessageView[],
  { lanes, now, size }: { lanes: Lanes; now: number; size: number },
  ink: Ink,
): void {
  const looks = new Map<string, { colour: string; reply: boolean; marks: Path2D }>();
  const refused = new Path2D();
  for (const message of messages) {
    const at = place(message, lanes, now);
    if (!at) continue;
    const colour = termInk(ink, message.term);
    const name = `${colour} ${message.reply}`;
    const look = looks.get(name) ?? { colour, reply: message.reply, marks: new Path2D() };
    looks.set(name, look);
    outline(message, at, size, look.marks);
    if (message.refused) {
      refused.moveTo(at.x - 9 * size, at.y + 9 * size);
      refused.lineTo(at.x + 9 * size, at.y - 9 * size);
    }
  }
  context.lineJoin = "round";
  context.lineWidth = 2 * size;
  for (const { colour, reply, marks } of looks.values()) {
    context.fillStyle = reply ? ink.panel : colour;
    context.strokeStyle = colour;
    context.fill(marks);
    context.stroke(marks);
  }
  context.strokeStyle = ink.bad;
  context.lineWidth = 2.4 * size;
  context.stroke(refused);
}
