/**
 * Hints of the first visit, before anybody has done anything; `hints.ts` has the rest. A line goes when the thing was
 * done.
 */
import type { Playground } from "../state/playground.svelte";

export interface Hint {
  id: string;
  /** `touch`: there is no keyboard to speak of. */
  says(playground: Playground, touch: boolean): string;
  done(playground: Playground, touch: boolean): boolean;
}

export const gave = (word: RegExp) => (playground: Playground) =>
  playground.given.some((text) => word.test(text));

function crash(leader: number | null, touch: boolean): string {
  if (leader === null) return "Wait for a leader, then crash it.";
  const how = touch ? "hold a finger on it." : "press c, or right-click it.";
  return `S${leader} leads now. Crash it: ${how}`;
}

export const firstHints: Hint[] = [
  {
    id: "leader",
    says: () =>
      "Each arc is a server's election timer. The server whose timer runs out first asks for votes.",
    done: ({ frame }) => frame.leader !== null,
  },
  {
    id: "crash",
    says: ({ frame }, touch) => crash(frame.leader, touch),
    done: gave(/^crash(?!.* (between|after|cancel))/),
  },
];
