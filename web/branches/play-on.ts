import type { Playground } from "../state/playground.svelte";

/** Lets a branch go on to a moment. It stands where it stood, and the same branch is looked at as before. */
export async function playOn(playground: Playground, id: number, to: number): Promise<void> {
  const current = playground.branches.find((branch) => branch.current);
  if (current?.id !== id) playground.switchBranch(id);
  const { step } = playground.frame;
  playground.toEnd();
  await playground.goTo(to);
  playground.seekStep(step);
  // Also when it is looked at already: what is known of the branches is read anew.
  playground.switchBranch(current?.id ?? id);
}
