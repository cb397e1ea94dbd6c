/** A browser that was closed or killed: a fresh tab offers the run of before. */
import { notices } from "../state/notices.svelte";
import type { Playground } from "../state/playground.svelte";
import { visible } from "../state/visible";
import { isOwned } from "./own";
import { all } from "./store";

export async function offer(playground: Playground): Promise<void> {
  const runs = await all().catch(() => []);
  for (const run of runs) {
    if (run.id === playground.runId || (await isOwned(run.id))) continue;
    const act = async (): Promise<void> => {
      const refusal = await playground.restore(run);
      if (refusal !== null) notices.error(`“${visible(run.name)}” cannot be opened: ${refusal}.`);
    };
    notices.offer(`Continue the run of before, “${visible(run.name)}”? It is in “My runs”.`, [
      { says: "Continue it", act: () => void act() },
    ]);
    return;
  }
}
