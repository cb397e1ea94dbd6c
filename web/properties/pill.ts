/** The words of the light in the header, which stands for all properties. */
import type { Frame } from "../engine/engine";

export type Mood = "good" | "bad" | "warn";

/** Returns the mood of the light in the header, and its words. */
export function pillWords(
  { holding, violated, outside }: Frame,
  narrow: boolean,
): { mood: Mood; says: string } {
  if (violated > 0) {
    const properties = `${violated} ${violated === 1 ? "property" : "properties"} violated`;
    return { mood: "bad", says: narrow ? `${violated} violated` : properties };
  }
  if (outside > 0) {
    return { mood: "warn", says: narrow ? "outside" : "outside Raft’s fault model" };
  }
  return { mood: "good", says: narrow ? "all hold" : `${holding} properties hold` };
}
