/** Notes: a person's own words on moments of the run. */
import type { Remark } from "../engine/engine";

export interface Note {
  /** Its place among all that was remarked, by which the engine knows it. */
  place: number;
  at: number;
  words: string;
}

/** As many characters as a note may have. */
export const LONGEST = 400;

/** Returns the words to note when a typed line is a `note` command; null for any other line. */
export function wordsOf(line: string): string | null {
  return /^\s*note(?:\s+(.*))?$/s.exec(line)?.[1]?.trim() ?? (line.trim() === "note" ? "" : null);
}

/** The notes among all that was remarked, in the order of time. */
export function notesOf(remarks: Remark[]): Note[] {
  const all = remarks.map((remark, place) => ({ remark, place }));
  return all
    .filter(({ remark }) => remark.lane === "note")
    .map(({ remark, place }) => ({ place, at: remark.from, words: remark.asked }))
    .sort((a, b) => a.at - b.at || a.place - b.place);
}

/** The note that is meant by pointing at a moment. */
export function noteNear(notes: Note[], at: number, reach: number): Note | null {
  const distance = (note: Note): number => Math.abs(note.at - at);
  const near = notes.filter((note) => distance(note) <= reach);
  return near.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}
