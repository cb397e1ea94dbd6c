/** Words for all that the diagram shows. */
import { messageName } from "../stage/labels";
import { count, seconds, span } from "../state/words";
import type { Arrows, Plan } from "./plan";
import type { Passage, Point } from "./history";

export function title(thing: Passage | Point): string {
  if ("rpc" in thing) {
    const answer = thing.reply ? (thing.refused ? ", refuses" : ", agrees") : "";
    return `message ${thing.id}: ${messageName(thing)}${answer}, S${thing.from} to S${thing.to}, term ${thing.term}`;
  }
  return thing.server === 0 ? thing.words : `S${thing.server} ${thing.words}`;
}

/** Says when it was, and what became of it. */
export function when(thing: Passage | Point): string {
  if (!("rpc" in thing)) return `at ${seconds(thing.at)}`;
  const sent = `sent ${seconds(thing.sentAt)}`;
  const after = span(thing.endAt - thing.sentAt);
  switch (thing.state) {
    case "arrived":
      return `${sent}, arrived after ${after}`;
    case "lost":
      return `${sent}, lost after ${after}: ${thing.why}`;
    case "held":
      return `${sent}, held since ${seconds(thing.endAt)}`;
    case "waiting":
      return `${sent}, waits for S${thing.to}, which is paused`;
    case "flying":
      return `${sent}, on its way`;
  }
}

/** Says how many messages led to it, and how many follow from it. */
export function around(before: number, after: number): string {
  const messages = before === 1 ? "1 message" : `${count(before)} messages`;
  return `${messages} led to it, ${count(after)} follow${after === 1 ? "s" : ""} from it`;
}

/** Sums up the messages in sight. */
export function summary({ all, messages, thinned }: Arrows): string {
  const lost = messages.filter(({ state }) => state === "lost").length;
  const parts = [all === 1 ? "1 message" : `${count(all)} messages`];
  if (lost > 0) parts.push(`${count(lost)} lost`);
  if (thinned.others > 1) parts.push(`1 in ${thinned.others} drawn`);
  else if (thinned.heartbeats > 1) parts.push(`1 in ${thinned.heartbeats} heartbeats drawn`);
  return parts.join(" · ");
}

/** From when to when. */
export function stretch({ view }: Plan, until: number): string {
  return `${seconds(Math.max(0, view.from))} to ${seconds(Math.max(0, Math.min(view.to, until)))}`;
}
