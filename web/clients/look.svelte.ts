/** The operation that is looked at, in the lanes and in the list. */
import type { OperationView } from "../engine/engine";
import type { Playground } from "../state/playground.svelte";

class Look {
  /** "1 7": the seventh of c1. */
  key: string | null = $state(null);

  /** Looks at an operation: the list opens at it, and its entry is selected. */
  at(playground: Playground, operation: OperationView): void {
    this.key = keyOf(operation);
    const { entry, server } = operation;
    if (entry) playground.select({ kind: "entry", server, index: entry.index });
    playground.openDialog("clients");
  }
}

export const look = new Look();

export const keyOf = ({ client, sequence }: OperationView): string => `${client} ${sequence}`;

/** As many operations as the lanes draw. */
export const MOST_DRAWN = 600;
