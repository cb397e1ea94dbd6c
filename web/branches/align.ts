/** The lines of two branches beside one another, by time. */
import type { JournalLine } from "../engine/engine";

/** A row: the same line of both, a line of one, or two lines of the same moment that differ. */
export interface Pair {
  at: number;
  here: JournalLine | null;
  there: JournalLine | null;
  differs: boolean;
}

/** In a moment of more lines, so many times so many, only lines at the same place are found to be the same. */
const MOST = 100 * 100;

/** The words, but for the number of the message: messages are counted on after any difference. */
function words({ text, message }: JournalLine): string {
  return message === null ? text : text.replace(`message ${message}`, "message");
}

function isSame(here: JournalLine, there: JournalLine): boolean {
  return here.server === there.server && words(here) === words(there);
}

export function align(here: JournalLine[], there: JournalLine[]): Pair[] {
  const pairs: Pair[] = [];
  let [a, b] = [0, 0];
  while (a < here.length || b < there.length) {
    const at = Math.min(here[a]?.at ?? Infinity, there[b]?.at ?? Infinity);
    const [fromA, fromB] = [a, b];
    while (here[a]?.at === at) a += 1;
    while (there[b]?.at === at) b += 1;
    alignMoment(at, here.slice(fromA, a), there.slice(fromB, b), pairs);
  }
  return pairs;
}

/** Lines of one moment: those that are the same stand in one row, those between them side by side. */
function alignMoment(at: number, here: JournalLine[], there: JournalLine[], pairs: Pair[]): void {
  const ahead = sameAhead(here, there);
  let [a, b] = [0, 0];
  let [fromA, fromB] = [0, 0];
  const differing = (toA: number, toB: number): void => {
    for (; fromA < toA || fromB < toB; fromA += 1, fromB += 1) {
      const left = fromA < toA ? here[fromA] : undefined;
      const right = fromB < toB ? there[fromB] : undefined;
      pairs.push({ at, here: left ?? null, there: right ?? null, differs: true });
    }
  };
  while (a < here.length && b < there.length) {
    const [left, right] = [here[a], there[b]];
    if (left && right && isSame(left, right)) {
      differing(a, b);
      pairs.push({ at, here: left, there: right, differs: false });
      [fromA, fromB] = [(a += 1), (b += 1)];
    } else if (ahead(a, b) === 0) {
      a += 1;
      b += 1;
    } else if (ahead(a + 1, b) === ahead(a, b)) a += 1;
    else b += 1;
  }
  differing(here.length, there.length);
}

/** Returns, for a pair of places, the largest number of lines in order that are the same in both from there on. */
function sameAhead(here: JournalLine[], there: JournalLine[]): (a: number, b: number) => number {
  if (here.length * there.length > MOST) return () => 0;
  const ahead = new Uint16Array((here.length + 1) * (there.length + 1));
  const place = (a: number, b: number): number => a * (there.length + 1) + b;
  const at = (a: number, b: number): number => ahead[place(a, b)] ?? 0;
  for (let a = here.length - 1; a >= 0; a -= 1) {
    for (let b = there.length - 1; b >= 0; b -= 1) {
      const [left, right] = [here[a], there[b]];
      const same = left && right && isSame(left, right);
      ahead[place(a, b)] = same ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1));
    }
  }
  return at;
}
