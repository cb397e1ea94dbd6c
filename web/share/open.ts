/** Opens runs that come from outside: links, files, pasted or dropped text. */
import { notices } from "../state/notices.svelte";
import type { Playground } from "../state/playground.svelte";
import { isLink } from "./hash";
import { textOf } from "./link";

/** As much as the engine reads. */
const LONGEST_FILE = 4 * 1024 * 1024;

/** Opens a link or a run's text. Gives the reason why not, or null when it was done. */
export async function openText(playground: Playground, source: string): Promise<string | null> {
  try {
    const text = isLink(source) ? await textOf(source) : source;
    if (text.trim() === "")
      return "There is nothing in it: a run's text begins with `raft-playground 1`.";
    return playground.openRecorded(text);
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
  const opened = playground.opened;
  if (opened?.verdict === "identical")
    notices.info(`${what} is open. Executed again: ${opened.says}.`);
  else if (opened?.verdict === "unchecked") notices.info(`${what} is open, ${opened.says}.`);
  if (typeof opened?.engine === "string" && opened.verdict !== "diverged") {
    notices.info(`It was made by engine ${opened.engine}, and runs the same on this one.`);
  }
  return true;
}

export async function openFile(playground: Playground, file: File): Promise<boolean> {
  if (file.size > LONGEST_FILE) {
    notices.error(`${file.name} has ${file.size} bytes; a run's text has ${LONGEST_FILE} at most.`);
    return false;
  }
  return openAndSay(playground, await file.text(), `“${file.name}”`);
}
