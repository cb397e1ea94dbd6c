import type { JournalKind } from "../engine/engine";

/** Every kind of line, in the order in which the filter lists them, with what it is about. */
export const KINDS: readonly { kind: JournalKind; says: string }[] = [
  { kind: "election", says: "terms, votes and leaders" },
  { kind: "replication", says: "entries sent and appended" },
  { kind: "commit", says: "entries committed and applied" },
  { kind: "snapshot", says: "snapshots taken and installed" },
  { kind: "disk", says: "writes and what is synced" },
  { kind: "client", says: "commands given" },
  { kind: "network", says: "messages sent and received" },
  { kind: "fault", says: "crashes, pauses, cuts, losses" },
  { kind: "property", says: "properties violated" },
  { kind: "heartbeat", says: "heartbeats and timers" },
];

export const ALL_KINDS: readonly JournalKind[] = KINDS.map(({ kind }) => kind);

/** Hidden at first: each message and each heartbeat would bury all the rest. */
const BUSY: readonly JournalKind[] = ["network", "heartbeat"];
const USUAL: readonly JournalKind[] = ALL_KINDS.filter((kind) => !BUSY.includes(kind));

/** The kinds that a filter lets through; an empty filter is the usual one. */
export function shownKinds(filter: readonly string[]): JournalKind[] {
  return filter.length === 0 ? [...USUAL] : ALL_KINDS.filter((kind) => filter.includes(kind));
}

/** The filter in words. */
export function kindsInWords(filter: readonly string[]): string {
  const shown = shownKinds(filter);
  const hidden = ALL_KINDS.filter((kind) => !shown.includes(kind));
  if (hidden.length === 0) return "all kinds";
  if (hidden.length <= 2) return `all but ${hidden.join(", ")}`;
  if (shown.length <= 2) return shown.join(", ");
  return `${shown.length} of ${ALL_KINDS.length} kinds`;
}
