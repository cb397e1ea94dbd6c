/** What the first visit suggests, one line at a time. A line goes when the thing was done. */
import type { Playground } from "../state/playground.svelte";

export interface Hint {
  id: string;
  /** `touch`: there is no keyboard to speak of. */
  says(playground: Playground, touch: boolean): string;
  done(playground: Playground, touch: boolean): boolean;
}

const gave = (word: RegExp) => (playground: Playground) =>
  playground.given.some((text) => word.test(text));

function crash(leader: number | null, touch: boolean): string {
  if (leader === null) return "Wait for a leader, then crash it.";
  const how = touch ? "hold a finger on it." : "press c, or right-click it.";
  return `S${leader} leads now. Crash it: ${how}`;
}

export const hints: Hint[] = [
  {
    id: "leader",
    says: () =>
      "Each arc is a server's election timer. The server whose timer runs out first asks for votes.",
    done: ({ frame }) => frame.leader !== null,
  },
  {
    id: "crash",
    says: ({ frame }, touch) => crash(frame.leader, touch),
    done: gave(/^crash/),
  },
  {
    id: "restart",
    says: (_, touch) =>
      touch
        ? "The others elect a new leader. Restart the crashed server: hold a finger on it."
        : "The others elect a new leader. Restart the crashed server: select it and press c.",
    done: gave(/^restart/),
  },
  {
    id: "start",
    says: (_, touch) =>
      touch
        ? "Give the leader something to replicate: Start at the leader."
        : "Give the leader something to replicate: press n, then Enter.",
    done: gave(/^start/),
  },
  {
    id: "cut",
    says: () =>
      "Drag a line across links to cut them, or round servers to part them from the rest.",
    done: gave(/^(cut|partition|isolate)/),
  },
  {
    id: "heal",
    says: (_, touch) => `Heal all links: ${touch ? "the button above" : "press h"}.`,
    done: gave(/^heal/),
  },
  {
    id: "speed",
    says: (_, touch) =>
      touch
        ? "Pause, run one event, or change the speed below."
        : "Space pauses, . runs one event, [ and ] change the speed. Press ? for all keys.",
    done: ({ dialog, slower }, touch) => (touch ? slower !== 20 : dialog?.name === "keys"),
  },
];
