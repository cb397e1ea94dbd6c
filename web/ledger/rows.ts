/** The rows of the ledger, made from a frame so that what did not change stays the same object. */
import type { EntryView, Frame, ServerView } from "../engine/engine";
import { roleWord } from "../stage/labels";

export interface Row {
  id: number;
  role: string;
  down: boolean;
  entries: EntryView[];
  /** Last entry of the snapshot that stands for the log's beginning. */
  snapshot: ServerView["snapshot"];
  syncedIndex: number;
  /** The indexes that the leader looked at keeps about this server. */
  nextIndex: number | null;
  matchIndex: number | null;
  /** All of the above as text, to compare by. */
  signature: string;
}

/** The leader whose nextIndex and matchIndex are drawn: the selected server, else the leader. */
export function lookedAt(frame: Frame, selected: number | null): ServerView | undefined {
  const leads = (id: number | null): ServerView | undefined =>
    frame.servers.find((server) => server.id === id && server.peers !== null);
  return leads(selected) ?? leads(frame.leader);
}

/** Rows of a frame; those equal to a row of `before` are that row. */
export function makeRows(
  frame: Pick<Frame, "servers">,
  leader: ServerView | undefined,
  before: Row[],
): Row[] {
  const rows = frame.servers.map((server, at) => {
    const peer = leader?.peers?.find(({ id }) => id === server.id);
    const row = makeRow(server, peer?.nextIndex ?? null, peer?.matchIndex ?? null);
    const old = before[at];
    return old?.signature === row.signature ? old : row;
  });
  const same = rows.length === before.length && rows.every((row, at) => row === before[at]);
  return same ? before : rows;
}

function makeRow(server: ServerView, nextIndex: number | null, matchIndex: number | null): Row {
  const role = roleWord(server);
  const { id, entries, snapshot, syncedIndex } = server;
  const texts = entries.map(
    (entry) =>
      `${entry.index}@${entry.term}${entry.command} ${+entry.committed}${+entry.applied}${+entry.synced}`,
  );
  const signature = [
    id,
    role,
    snapshot?.index,
    snapshot?.term,
    nextIndex,
    matchIndex,
    ...texts,
  ].join("|");
  return {
    id,
    role,
    down: server.status !== "up",
    entries,
    snapshot,
    syncedIndex,
    nextIndex,
    matchIndex,
    signature,
  };
}

/** Describes an entry for a screen reader. */
export function entryLabel(server: number, entry: EntryView): string {
  const parts = [`${entry.index}@${entry.term} ${entry.command} on S${server}`];
  parts.push(entry.committed ? "committed" : "not committed");
  if (entry.applied) parts.push("applied");
  if (!entry.synced) parts.push("not synced");
  return parts.join(", ");
}
