/** Labels of the things on the stage, for a screen reader. */
import type { LinkView, MessageView, ServerView } from "../engine/engine";
import { span } from "../state/words";

export function roleWord(server: ServerView): string {
  return server.status === "up" ? server.role : server.status;
}

/** The claim of a server that takes itself for a leader beside the leader of the newest term; "" for all others. */
export function claim(server: ServerView, leader: ServerView | undefined): string {
  if (server.role !== "leader" || server.status !== "up" || !leader || server === leader) return "";
  const also = server.currentTerm === leader.currentTerm;
  return `${also ? "also leads" : "still believes that it leads"} term ${server.currentTerm}`;
}

export function serverLabel(server: ServerView): string {
  const { index, term } = server.lastLog;
  const parts = [`S${server.id}`, roleWord(server), `term ${server.currentTerm}`];
  if (server.status === "up" && server.role === "candidate") {
    parts.push(`${server.votes.length} of ${server.votesNeeded} votes`);
  }
  if (server.diskMark) parts.push(server.diskMark);
  parts.push(index === 0 ? "log empty" : `log to ${index}@${term}`);
  parts.push(`committed ${server.commitIndex}`);
  return parts.join(", ");
}

export function messageName(
  message: Pick<MessageView, "rpc" | "reply" | "heartbeat" | "label">,
): string {
  if (message.heartbeat) return message.reply ? "reply to a heartbeat" : "heartbeat";
  const name = message.label === "" ? message.rpc : `${message.rpc} ${message.label}`;
  return message.reply ? `reply to ${name}` : name;
}

export function messageLabel(message: MessageView): string {
  const parts = [
    `message ${message.id}`,
    `${messageName(message)} from S${message.from} to S${message.to}`,
    `term ${message.term}`,
  ];
  if (message.refused) parts.push("refuses");
  if (message.state !== "flying") parts.push(message.state);
  return parts.join(", ");
}

const percent = (perThousand: number): string => `${Number((perThousand / 10).toFixed(1))} %`;

/** Describes how a link differs from its preset, in a few words; "" when only cut. */
export function linkWords(link: LinkView): string {
  const parts: string[] = [];
  if (link.loss > 0) parts.push(`${percent(link.loss)} lost`);
  if (link.duplicate > 0) parts.push(`${percent(link.duplicate)} twice`);
  if (link.reorder > 0) parts.push(`${percent(link.reorder)} late`);
  parts.push(
    link.latencyMin === link.latencyMax
      ? span(link.latencyMin)
      : `${span(link.latencyMin)}–${span(link.latencyMax)}`,
  );
  return parts.join(" · ");
}
