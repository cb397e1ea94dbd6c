/** The page's words for times, speeds and counts. */

const SECOND = 1_000_000;
const COUNT = new Intl.NumberFormat("en-US");

/** "2.416 s" from microseconds: how every moment is written; with more digits where an axis is finer. */
export function seconds(micros: number, digits = 3): string {
  return `${(micros / SECOND).toFixed(Math.max(3, digits))} s`;
}

/** "31 ms", "1.2 s", "250 µs": a span of time in the unit that reads best. */
export function span(micros: number): string {
  if (micros < 1000) return `${Math.round(micros)} µs`;
  if (micros < SECOND) return `${trim(micros / 1000, micros < 10_000 ? 1 : 0)} ms`;
  return `${trim(micros / SECOND, micros < 10 * SECOND ? 1 : 0)} s`;
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** "1,204" */
export function count(value: number): string {
  return COUNT.format(value);
}

export const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

/** "real time" or "1/50": what a slow-down by `slower` is called. */
export function speedName(slower: number): string {
  return slower === 1 ? "real time" : `1/${slower}`;
}

/** Nobody waits longer for a heartbeat: where leaders send hardly any, it tells nothing of the speed. */
const LONG = 600 * SECOND;

/** "1/50: a heartbeat takes 5 s", or "1/50: 1 ms takes 50 ms" */
export function speedWords(slower: number, heartbeat: number): string {
  const takes =
    heartbeat * slower > LONG
      ? `1 ms takes ${span(1000 * slower)}`
      : `a heartbeat takes ${span(heartbeat * slower)}`;
  return `${speedName(slower)}: ${takes}`;
}

export function serverName(id: number): string {
  return `S${id}`;
}
