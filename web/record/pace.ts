/** The pace of a staged run: stretches in which nothing is to be seen pass in real time, the others slowly. */
import type { Frame } from "../engine/engine";

/** Gives the moment up to which nothing is to be seen; null while something is, and where all has been played. */
export type Pace = (frame: Frame) => number | null;

/** `commands`: the moments at which something is done. */
export function paceOf(commands: number[]): Pace {
  return ({ now, end, live, messages, servers }) => {
    const busy =
      messages.some(({ state }) => state === "flying") ||
      servers.some(({ unsyncedBytes }) => unsyncedBytes > 0);
    if (live || busy) return null;
    const timers = servers.flatMap(({ timer }) => timer?.firesAt ?? []);
    return Math.min(end, ...[...commands, ...timers].filter((at) => at > now));
  };
}
