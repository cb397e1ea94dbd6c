/** Reads two branches side by side, and finds where they differ. */
import type { JournalKind } from "../engine/engine";
import type { Source } from "../engine/source";
import { branchJournal } from "./ask";
import { align, type Pair } from "./align";

export interface Both {
  here: number;
  there: number;
  /** Only lines of these kinds. */
  kinds: JournalKind[];
  /** Both have come so far: after it, what only one has is no difference. */
  until: number;
}

export interface Stretch {
  pairs: Pair[];
  /** All up to this moment. */
  until: number;
}

/** Lines that are read at once when a difference is looked for. */
const MANY = 300;
/** The first stretch in which a difference is looked for, back from a moment, in microseconds. */
const NEAR = 250_000;

/** Reads both branches from one moment to another; less far when there are more lines than `count`. */
export function read(source: Source, both: Both, from: number, to: number, count: number): Stretch {
  const query = { server: null, kinds: both.kinds, first: 0, count };
  const here = branchJournal(source, both.here, [from, to], query);
  const there = branchJournal(source, both.there, [from, Math.min(to, here.until)], query);
  const until = there.until;
  const pairs = align(
    here.lines.filter(({ at }) => at <= until),
    there.lines,
  );
  for (const pair of pairs) if (pair.at > both.until) pair.differs = false;
  return { pairs, until };
}

/** Lets the page breathe: a search may go through all of a long run. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The first or last moment of a stretch at which something differs; null when there is none, or when it ends. */
async function find(
  source: Source,
  both: Both,
  [from, to]: [number, number],
  which: "first" | "last",
  stopped: () => boolean,
): Promise<number | null> {
  let found: number | null = null;
  for (let begin = from; begin <= to && !stopped();) {
    const { pairs, until } = read(source, both, begin, to, MANY);
    const differing = pairs.filter(({ differs }) => differs);
    found = differing.at(which === "first" ? 0 : -1)?.at ?? found;
    if (found !== null && which === "first") break;
    begin = until + 1;
    await breathe();
  }
  return found;
}

/** The first moment after another one at which something differs. */
export function next(
  source: Source,
  both: Both,
  after: number,
  stopped: () => boolean,
): Promise<number | null> {
  return find(source, both, [after + 1, both.until], "first", stopped);
}

/** The last moment before another one, and not before `start`, at which something differs. */
export async function previous(
  source: Source,
  both: Both,
  start: number,
  before: number,
  stopped: () => boolean,
): Promise<number | null> {
  let to = Math.min(before, both.until + 1) - 1;
  for (let near = NEAR; to >= start && !stopped(); near *= 4) {
    const from = Math.max(start, to - near);
    const found = await find(source, both, [from, to], "last", stopped);
    if (found !== null) return found;
    to = from - 1;
  }
  return null;
}
