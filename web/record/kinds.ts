import type { JournalKind } from "../engine/engine";

/** Every kind of line, in the order in which the filter lists them, with what it is about. */
const SAYS: Readonly<Record<JournalKind, string>> = {
  election: "terms, votes and leaders",
  replication: "entries sent and appended",
  commit: "entries committed and applied",
  snapshot: "snapshots taken and installed",
  disk: "writes and what is synced",
  client: "commands given",
  network: "messages sent and received",
  fault: "crashes, pauses, cuts, losses",
  property: "properties violated",
  heartbeat: "heartbeats and timers",
};

export const KINDS = (Object.keys(SAYS) as JournalKind[]).map((kind) => ({
  kind,
  says: SAYS[kind],
}));

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
