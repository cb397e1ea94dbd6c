/** Keeps what is typed into the console while the console is still fetched. */
import type { Playground } from "../state/playground.svelte";

/** Keeps what is meant for a console that is on its way; false when there is none. */
export function typeAhead(key: string, playground: Playground): boolean {
  const typed = playground.typedAhead;
  if (!playground.consoleOpen || typed === null) return false;
  if (key.length === 1) playground.typedAhead = typed + key;
  else if (key === "Enter") playground.typedAhead = typed + "\n";
  else if (key === "Backspace") playground.typedAhead = typed.replace(/.$/u, "");
  else if (key === "Escape") {
    playground.typedAhead = entered(typed)
      .map((line) => line + "\n")
      .join("");
    playground.consoleOpen = false;
  } else return false;
  return true;
}

/** The lines for which Enter was pressed. */
export const entered = (typed: string): string[] => typed.split("\n").slice(0, -1);

/** The line that is not finished yet. */
export const unfinished = (typed: string): string => typed.slice(typed.lastIndexOf("\n") + 1);
