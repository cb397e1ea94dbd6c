/** From event to event, for those who do not use a pointer. */
import type { Thing } from "./hit";
import type { Point } from "./history";

/** A message is met where it sets out. */
function isMet({ kind, message }: Point, heartbeats: boolean): boolean {
  if (kind === "arrived") return false;
  return kind !== "sent" || heartbeats || message?.heartbeat !== true || message.state === "lost";
}

/** The next or previous event: after the one that is chosen, else from a moment on. */
export function neighbour(
  points: readonly Point[],
  chosen: Thing | null,
  moment: number,
  way: 1 | -1,
  heartbeats: boolean,
): Thing | null {
  const here = chosen && "rpc" in chosen ? chosen.sent : chosen;
  const first = points.findIndex(({ at }) => at > moment);
  const between = first < 0 ? points.length : first;
  let at = here ? here.order + way : way === 1 ? between : between - 1;
  for (; at >= 0 && at < points.length; at += way) {
    const point = points[at];
    if (point && isMet(point, heartbeats)) return point.kind === "sent" ? point.message : point;
  }
  return null;
}
