import type { Playground } from "../state/playground.svelte";

/** These take effect as an event of their own, at this very moment. */
const EVENT = /^(drop|deliver) /;

/** Performs command lines. While the run is paused, what they bring about at once is let happen. */
export function act(playground: Playground, ...lines: string[]): void {
  if (playground.waits(() => act(playground, ...lines))) return;
  const done = playground.command(...lines);
  const waits = !playground.playing && lines.some((line) => EVENT.test(line));
  if (done && waits) playground.skipTo(playground.frame.now);
}
