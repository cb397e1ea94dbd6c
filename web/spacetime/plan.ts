/** Finds the places of things in the diagram, and the messages that are in sight. */
import type { History, Passage } from "./history";
import type { View } from "./view";

export interface Plan {
  view: View;
  width: number;
  height: number;
  servers: number;
  /** The edge at which the servers' names end and time begins. */
  left: number;
  top: number;
  bottom: number;
  /** The size of type. */
  type: number;
}

export function plan(
  view: View,
  width: number,
  height: number,
  servers: number,
  type: number,
): Plan {
  const bottom = Math.max(40, height - 2.2 * type);
  return { view, width, height, servers, left: 3 * type, top: 1.9 * type, bottom, type };
}

export function x({ view, left, width }: Plan, time: number): number {
  return left + ((time - view.from) / (view.to - view.from)) * (width - left);
}

export function timeAt({ view, left, width }: Plan, at: number): number {
  return view.from + ((at - left) / (width - left)) * (view.to - view.from);
}

export function lane({ top, bottom, servers }: Plan): number {
  return (bottom - top) / Math.max(1, servers);
}

export function y(plan: Plan, server: number): number {
  return plan.top + (server - 0.5) * lane(plan);
}

/** The server whose lane is at a height; null outside. */
export function serverAt(plan: Plan, at: number): number | null {
  const server = Math.ceil((at - plan.top) / lane(plan));
  return server >= 1 && server <= plan.servers ? server : null;
}

/** The messages in sight. */
export interface Arrows {
  messages: Passage[];
  /** x1, y1, x2, y2 of each. */
  ends: Float64Array;
  /** One in so many heartbeats is drawn, and one in so many other messages; lost ones all are. */
  thinned: { heartbeats: number; others: number };
  /** Number of messages in sight, drawn or not. */
  all: number;
}

/** Most messages that are drawn before they are thinned out. */
const FREELY = 4_000;

export function arrows(history: History, plan: Plan, withHeartbeats: boolean): Arrows {
  const { from, to } = plan.view;
  const inSight: Passage[] = [];
  let heartbeats = 0;
  let others = 0;
  for (const message of history.messages) {
    if (message.sentAt > to || reached(message, history) < from) continue;
    const isLost = message.state === "lost";
    if (message.heartbeat && !withHeartbeats && !isLost) continue;
    inSight.push(message);
    if (isLost) continue;
    if (message.heartbeat) heartbeats += 1;
    else others += 1;
  }
  const room = Math.max(0.1 * FREELY, FREELY - others);
  const thinned = {
    heartbeats: Math.ceil(Math.max(1, heartbeats / room)),
    others: Math.ceil(Math.max(1, others / FREELY)),
  };
  // By their numbers, so that the same ones stay while the view is moved.
  const messages = inSight.filter(
    ({ id, state, heartbeat }) =>
      state === "lost" || id % (heartbeat ? thinned.heartbeats : thinned.others) === 0,
  );
  const ends = new Float64Array(4 * messages.length);
  messages.forEach((message, at) => put(ends, 4 * at, message, history, plan));
  return { messages, ends, thinned, all: inSight.length };
}

/** Until when a message has something to show. */
function reached({ state, endAt }: Passage, { until }: History): number {
  return state === "arrived" || state === "lost" ? endAt : until;
}

/** A message that is lost where it set out shows at least so much of its way. */
const LEAST = 0.22;

/** The share of its way that a message has come, as far as is known. */
export function share(message: Passage, until: number): number {
  if (message.state === "arrived") return 1;
  if (message.state === "lost") return Math.max(LEAST, message.share);
  const at = message.state === "held" ? message.endAt : until;
  const whole = message.arrivesAt - message.setOutAt;
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, (at - message.setOutAt) / whole));
}

function put(ends: Float64Array, at: number, message: Passage, history: History, plan: Plan): void {
  const y1 = y(plan, message.from);
  const done = share(message, history.until);
  const last =
    message.state === "flying" || message.state === "waiting"
      ? Math.min(history.until, message.arrivesAt)
      : message.endAt;
  ends[at] = x(plan, message.sentAt);
  ends[at + 1] = y1;
  ends[at + 2] = x(plan, last);
  ends[at + 3] = y1 + done * (y(plan, message.to) - y1);
}
