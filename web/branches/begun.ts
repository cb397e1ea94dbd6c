/** A branch has just begun: says so, and offers to keep what was done later in the other one. */
import type { Playground } from "../state/playground.svelte";
import { notices } from "../state/notices.svelte";
import { preferences } from "../state/preferences.svelte";
import { keepLater, laterCommands, summaryOf } from "./keep";

const ALWAYS = "keep-later";

export const keepsAlways = (): boolean => preferences.extra[ALWAYS] === "yes";

export function setKeepsAlways(keeps: boolean): void {
  preferences.extra[ALWAYS] = keeps ? "yes" : "no";
}

/** The next branch keeps what was done later, whatever the setting says. */
let once = false;

export function keepOnce(): void {
  once = true;
}

export async function begun(playground: Playground, command: string): Promise<void> {
  const keeps = once || keepsAlways();
  once = false;
  const branch = playground.branches.find(({ current }) => current);
  const begins = `${branch?.name ?? "A branch"} begins here with “${command}”. The other future stays.`;
  let later = 0;
  try {
    later = laterCommands(playground);
  } catch {
    // Where there is nothing to keep, the branch begins all the same.
  }
  if (later === 0) notices.info(begins);
  else if (keeps) await keep(playground, begins);
  else offer(playground, later, begins);
}

function offer(playground: Playground, later: number, begins: string): void {
  const what = later === 1 ? "The command that was given" : `The ${later} commands that were given`;
  const it = later === 1 ? "it" : "them";
  notices.offer(
    `${begins}\n${what} later in it can be kept here, too: at the same time, where possible.`,
    [
      { says: `Keep ${it}`, act: () => void keep(playground, begins) },
      {
        says: `Always keep ${it === "it" ? "them" : it}`,
        act: () => {
          setKeepsAlways(true);
          void keep(playground, begins);
        },
      },
    ],
  );
}

async function keep(playground: Playground, begins: string): Promise<void> {
  try {
    const carried = await keepLater(playground);
    if (carried) notices.offer(`${begins}\n${summaryOf(carried)}`, []);
    else notices.info(begins);
  } catch (error) {
    notices.error(`The later commands were not kept: ${(error as Error).message}`);
  }
}
