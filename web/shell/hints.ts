/** All that the first visit suggests, one line at a time. It is fetched at the first sign of a person. */
import { firstHints, gave, type Hint } from "./first-hints";

export const hints: Hint[] = [
  ...firstHints,
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
