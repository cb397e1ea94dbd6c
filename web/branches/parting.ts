/** Finds where two branches part, from what each says of where it left which other one. */
import type { BranchView } from "../engine/engine";

export interface Parting {
  /** The moment until which both are the same. */
  at: number;
  step: number;
  /** The one that did something else there; null when they have nothing known in common. */
  left: BranchView | null;
}

interface Stage extends Parting {
  id: number;
}

/** A branch and those that it comes from, each with where the way to the branch leaves it. */
function way(branches: BranchView[], branch: BranchView): Stage[] {
  const stages: Stage[] = [{ id: branch.id, at: Infinity, step: Infinity, left: null }];
  let left: BranchView | undefined = branch;
  while (left?.fork) {
    const fork: NonNullable<BranchView["fork"]> = left.fork;
    const before = stages.at(-1);
    const earlier =
      before && before.step < fork.step ? before : { at: fork.at, step: fork.step, left };
    stages.push({ ...earlier, id: fork.from });
    left = branches.find(({ id }) => id === fork.from);
  }
  return stages;
}

export function parting(branches: BranchView[], here: BranchView, there: BranchView): Parting {
  const others = way(branches, there);
  for (const stage of way(branches, here)) {
    const other = others.find(({ id }) => id === stage.id);
    if (other) return other.step < stage.step ? other : stage;
  }
  return { at: 0, step: 0, left: null };
}
