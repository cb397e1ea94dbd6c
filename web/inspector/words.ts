/** The inspector's words for entries, sizes and messages. */
import type { EntryId, MessageView } from "../engine/engine";
import { count, seconds, span } from "../state/words";

export const entryName = (id: EntryId): string => `${id.index}@${id.term}`;

/** "1,482 B" */
export const size = (bytes: number): string => `${count(bytes)} B`;

/** Per thousand as the command language writes it: "2.5%". */
export const percent = (thousandths: number): string => `${thousandths / 10}%`;

export function messageName(message: MessageView): string {
  const name = message.heartbeat ? "heartbeat" : message.rpc;
  if (!message.reply) return name;
  return `${name} ${message.refused ? "refusal" : "reply"}`;
}

export function whereabouts(message: MessageView, now: number): string {
  const stopped = seconds(message.stoppedAt ?? now);
  if (message.state === "lost") return `Lost at ${stopped}.`;
  if (message.state === "held") return `Held since ${stopped}. Release it to let it go on.`;
  const left = Math.max(0, message.arrivesAt - now);
  return `Arrives at ${seconds(message.arrivesAt)}, in ${span(left)}.`;
}
