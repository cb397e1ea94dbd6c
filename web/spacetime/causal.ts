/** Finds the causes and effects of a point: along the servers' lines and the messages. */
import type { Passage, Point } from "./history";

export interface Cone {
  /** The messages that arrived in its past. */
  before: Set<Passage>;
  /** The messages that set out in its future. */
  after: Set<Passage>;
  /** By server: the last moment that can have had a part in it. */
  until: Map<number, number>;
  /** By server: the first moment that it can have had a part in. */
  since: Map<number, number>;
}

/** The past of the one point and the future of the other: a message begins with one and ends with another. */
export function cone(points: readonly Point[], first: Point | null, last: Point | null): Cone {
  const { before, until } = past(points, first);
  const { after, since } = future(points, last);
  return { before, after, until, since };
}

function past(points: readonly Point[], point: Point | null): Pick<Cone, "before" | "until"> {
  const before = new Set<Passage>();
  const until = new Map<number, number>();
  if (!point) return { before, until };
  // By server: the place of its last point that lies in the past.
  const bound = new Map([[point.server, point.order]]);
  until.set(point.server, point.at);
  for (let at = point.order; at >= 0; at -= 1) {
    const here = points[at];
    if (!here || here.server === 0 || here.order > (bound.get(here.server) ?? -1)) continue;
    if (here.kind !== "arrived" || !here.message) continue;
    const { message } = here;
    before.add(message);
    const { from, sent, sentAt } = message;
    until.set(from, Math.max(until.get(from) ?? 0, sentAt));
    if (sent && sent.order > (bound.get(from) ?? -1)) bound.set(from, sent.order);
  }
  return { before, until };
}

function future(points: readonly Point[], point: Point | null): Pick<Cone, "after" | "since"> {
  const after = new Set<Passage>();
  const since = new Map<number, number>();
  if (!point) return { after, since };
  const bound = new Map([[point.server, point.order]]);
  since.set(point.server, point.at);
  for (let at = point.order; at < points.length; at += 1) {
    const here = points[at];
    if (!here || here.server === 0 || here.order < (bound.get(here.server) ?? Infinity)) continue;
    if (here.kind !== "sent" || !here.message) continue;
    const { message } = here;
    after.add(message);
    const { to, end } = message;
    if (!end) continue;
    if (end.order < (bound.get(to) ?? Infinity)) {
      bound.set(to, end.order);
      since.set(to, end.at);
    }
  }
  return { after, since };
}
