/** Branches in the order of a tree: each under the one that it left. */
import type { BranchView } from "../engine/engine";

export interface Leaf {
  branch: BranchView;
  depth: number;
}

export function tree(branches: BranchView[]): Leaf[] {
  const under = (from: number | null, depth: number): Leaf[] =>
    branches
      .filter(({ fork }) => (fork?.from ?? null) === from)
      .flatMap((branch) => [{ branch, depth }, ...under(branch.id, depth + 1)]);
  return under(null, 0);
}
