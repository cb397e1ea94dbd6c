/** Words for the operations of clients. */
import type { OperationView } from "../engine/engine";
import { seconds, span } from "../state/words";

export const clientName = (id: number): string => `c${id}`;

/** "x+=1: done", or what it waits for. */
export function outcomeWords(operation: OperationView): string {
  if (operation.returned !== null) return operation.outcome;
  return operation.unheard ? "nobody waits for the answer any more" : "not answered yet";
}

export function whenWords({ invoked, returned }: OperationView): string {
  if (returned === null) return `since ${seconds(invoked)}`;
  return `${seconds(invoked)}, for ${span(returned - invoked)}`;
}

/** Says that an operation fits nowhere, or where it stands in the longest order that fits. */
export function orderWords({ place, stuck }: OperationView): string {
  if (stuck) return "fits nowhere";
  return place === null ? "" : `${place}. in the longest order that fits`;
}

/** One line for those who do not see the lanes. */
export function summaryOf(operations: OperationView[], count: number): string {
  const open = operations.filter(({ returned }) => returned === null).length;
  const clients = `${count} ${count === 1 ? "client" : "clients"}`;
  return `${clients}: ${operations.length - open} operations answered, ${open} open`;
}
