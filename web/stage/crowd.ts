/** Very many messages at once: most of them are drawn on a canvas, as marks without a life of their own. */
import type { MessageView } from "../engine/engine";
import { between, progress, type Lane, type Point } from "./geometry";

/** Number of messages that have an element each, and the keyboard reaches them; it takes some 20 µs a frame. */
const MOST = 100;

/** As near as this the pointer reaches a mark, in pixels. */
const REACH = 14;

export interface Parted {
  /** With an element each. */
  alone: MessageView[];
  /** The others. */
  crowd: MessageView[];
}

/** Parts the messages; whatever `wanted` says of has an element. */
export function part(messages: MessageView[], wanted: (id: number) => boolean): Parted {
  if (messages.length <= MOST) return { alone: messages, crowd: [] };
  const parted: Parted = { alone: [], crowd: [] };
  messages.forEach((message, at) => {
    const isAlone = at < MOST || message.state === "lost" || wanted(message.id);
    (isAlone ? parted.alone : parted.crowd).push(message);
  });
  return parted;
}

export type Lanes = Record<string, Lane>;

/** Returns a message's place on its way. */
export function place(message: MessageView, lanes: Lanes, now: number): Point | undefined {
  const lane = lanes[`${message.from} ${message.to}`];
  const done = progress(message.sentAt, message.arrivesAt, message.stoppedAt ?? now);
  return lane && between(lane.start, lane.end, done);
}

/** The message of the crowd that is nearest to a point, if it is near. */
export function nearest(
  messages: MessageView[],
  lanes: Lanes,
  now: number,
  to: Point,
): number | null {
  let [found, least]: [number | null, number] = [null, REACH];
  for (const message of messages) {
    const at = place(message, lanes, now);
    const far = at ? Math.hypot(at.x - to.x, at.y - to.y) : Infinity;
    if (far < least) [found, least] = [message.id, far];
  }
  return found;
}
