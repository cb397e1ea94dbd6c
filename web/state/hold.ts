/** Lets the run stand still while something is written about it. */
import type { Playground } from "./playground.svelte";

/** Pauses; the returned function goes on with what was playing, unless the run was moved meanwhile. */
export function holdStill(playground: Playground): () => void {
  const { playing, runId } = playground;
  playground.pause();
  const { step } = playground.frame;
  return () => {
    const isMoved = playground.runId !== runId || playground.frame.step !== step;
    if (playing && !isMoved) playground.play();
  };
}
