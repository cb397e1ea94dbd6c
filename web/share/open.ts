/** Opens runs that come from outside: links, files, pasted or dropped text. */
import { lookOnly } from "../engine/look-only";
import { notices } from "../state/notices.svelte";
import type { Playground } from "../state/playground.svelte";
import { visible } from "../state/visible";
import { isLink, isLookLink } from "./hash";
import { textOf } from "./link";

/** As much as the engine reads. */
const LONGEST_FILE = 4 * 1024 * 1024;

/** Opens a link or a run's text. Gives the reason why not, or null when it was done. */
export async function openText(playground: Playground, source: string): Promise<string | null> {
  try {
    const text = isLink(source) ? await textOf(source) : source;
    if (text.trim() === "")
      return "There is nothing in it: a run's text begins with `raft-playground 1`.";
    return await playground.openRecorded(
      text,
      undefined,
      isLookLink(source) ? lookOnly : undefined,
    );
  } catch (error) {
    return (error as Error).message;
  }
}

/** The same, with the outcome as a notice. True when it was done. */
export async function openAndSay(
  playground: Playground,
  source: string,
  what: string,
): Promise<boolean> {
  const refusal = await openText(playground, source);
  if (refusal !== null) {
    notices.error(`${what} was not opened, and nothing has changed: ${refusal}.`);
    return false;
  }
  sayOpened(playground, what);
  return true;
}

/** Says what executing an opened run again came to. */
export function sayOpened(playground: Playground, what: string): void {
  const opened = playground.opened;
  if (!opened || opened.verdict === "diverged") return;
  const identical = opened.verdict === "identical";
  notices.info(`${what} is open${identical ? ". Replayed here:" : ","} ${opened.says}.`);
  if (opened.engine === null) return;
  const same = identical ? "and runs the same on this one" : "and holds nothing to compare with";
  notices.info(`It was made by engine ${opened.engine}, ${same}.`);
}

export async function openFile(playground: Playground, file: File): Promise<boolean> {
  const name = visible(file.name);
  if (file.size > LONGEST_FILE) {
    notices.error(`${name} has ${file.size} bytes; a run's text has ${LONGEST_FILE} at most.`);
    return false;
  }
  return openAndSay(playground, await file.text(), `“${name}”`);
}

/** Opens what was pasted into the page; anything but a run was not meant for it. */
export async function openPasted(playground: Playground, text: string): Promise<void> {
  if (!isLink(text) && !text.startsWith("raft-playground ")) return;
  await openAndSay(playground, text, "The pasted run");
}
