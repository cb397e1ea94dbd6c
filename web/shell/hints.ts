/** All that the first visit suggests, one line at a time. It is fetched at the first sign of a person. */
import { preferences } from "../state/preferences.svelte";
import { firstHints, gave, type Hint } from "./first-hints";

/** After the election, in a first run: `first-minute.svelte.ts` has started them. */
const started: Hint = {
  id: "started",
  says: ({ frame: { leader } }, touch) =>
    `Commands start at ${leader === null ? "the leader" : `S${leader}`}: ` +
    `each is committed once a majority has it${touch ? " (see Logs)" : ""}.`,
  done: ({ isFirst, given, frame: { servers } }) =>
    !isFirst ||
    given.length > 0 ||
    preferences.hintsDone.includes("start") ||
    servers.some(({ commitIndex }) => commitIndex > 1),
};

const [elected, ...later] = firstHints;

export const hints: Hint[] = [
  ...(elected ? [elected] : []),
  started,
  ...later,
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
