/** What the light in the header says of all promises. */
import type { Frame } from "../engine/engine";

export type Mood = "good" | "bad" | "warn";

/** What the light in the header says of all of them. */
export function pillWords(
  { holding, fallen, outside }: Frame,
  narrow: boolean,
): { mood: Mood; says: string } {
  if (fallen > 0) {
    const promises = `${fallen} ${fallen === 1 ? "promise" : "promises"} fell`;
    return { mood: "bad", says: narrow ? `${fallen} fell` : promises };
  }
  if (outside > 0) {
    return { mood: "warn", says: narrow ? "outside" : "outside Raft’s assumptions" };
  }
  return { mood: "good", says: narrow ? "all hold" : `all ${holding} promises hold` };
}
