/** Compares the facts about a server in two branches, and marks those that differ. */
import type { ServerView } from "../engine/engine";
import { roleWord } from "../stage/labels";

export interface Fact {
  name: string;
  words: string;
  differs: boolean;
}

/** The facts about a server, without those that it has forgotten in a crash. */
function wordsOf(server: ServerView): Record<string, string> {
  const gone = server.status === "crashed";
  return {
    role: server.status === "paused" ? `paused ${server.role}` : roleWord(server),
    term: `term ${server.currentTerm}`,
    vote: server.votedFor === null ? "no vote" : `vote S${server.votedFor}`,
    commitIndex: gone ? "no commitIndex" : `commitIndex ${server.commitIndex}`,
  };
}

/** The facts of the one, each with whether the other's is another one, and from which entry on the logs differ. */
export function facts(server: ServerView, other: ServerView | undefined, logs: number[]): Fact[] {
  const others = other && wordsOf(other);
  const found = Object.entries(wordsOf(server)).map(([name, words]) => ({
    name,
    words,
    differs: others !== undefined && others[name] !== words,
  }));
  const [first] = logs;
  if (first !== undefined) found.push({ name: "log", words: `log from ${first}`, differs: true });
  return found;
}
