/** Keys that are pressed. What they do stands in a table that is fetched when somebody is there. */
import { isLent } from "../state/focus";
import { persist } from "../state/persist";
import type { Playground } from "../state/playground.svelte";

let table: typeof import("./key-table") | null = null;
let coming = false;
/** Pressed while the table is on its way. */
const early: string[] = [];

/** Fetches the table, and does what was pressed meanwhile, in order. */
export async function fetchKeys(playground: Playground): Promise<void> {
  if (coming) return;
  coming = true;
  table = await persist("What keys do", () => import("./key-table"));
  for (const key of early.splice(0)) press(key, playground);
}

/** True when every key belongs to the thing that has the focus. */
function isWrittenTo(event: KeyboardEvent): boolean {
  // Behind a dialog the page does nothing, wherever the focus is.
  if (document.querySelector("dialog[open]:modal")) return true;
  const fields = "input, textarea, select, [contenteditable], dialog, [role=menu], [role=dialog]";
  return event.target instanceof Element && event.target.closest(fields) !== null;
}

/** True when this key belongs to it. */
function isTaken(event: KeyboardEvent): boolean {
  const at = event.target;
  if (!(at instanceof Element)) return false;
  if (isLent(at) && (event.key === " " || at.closest("svg") !== null)) return false;
  if (event.key === " " || event.key === "Enter") {
    return (
      at.closest("button, a[href], summary, [role=button], [role=tab], [role=switch]") !== null
    );
  }
  const arrows =
    "[role=separator], [role=tablist], [role=grid], [role=listbox], [role=slider], [data-arrows]";
  return event.key.startsWith("Arrow") && at.closest(arrows) !== null;
}

/** The table may have a row for it; Enter and Backspace only mean something to a console that was asked for. */
function mayMeanSomething(key: string): boolean {
  return key.length === 1 || /^(Arrow|Home$|End$|Escape$)/.test(key) || early.includes("/");
}

/** True when what is typed is for a console that is on its way, whatever has the focus. */
function isTypedAhead(playground: Playground): boolean {
  return playground.consoleOpen ? playground.typedAhead !== null : early.includes("/");
}

/** Does what a key means. True when it means something. */
function press(key: string, playground: Playground): boolean {
  if (table?.typeAhead(key, playground)) return true;
  const row = table?.keyTable.find((candidate) => candidate.keys.includes(key));
  row?.run(playground, key);
  return row !== undefined;
}

/** Does what a key means, now or when that is known. */
export function handleKey(event: KeyboardEvent, playground: Playground): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isWrittenTo(event) || (!isTypedAhead(playground) && isTaken(event))) return;
  if (table === null) {
    if (!mayMeanSomething(event.key)) return;
    early.push(event.key);
    void fetchKeys(playground);
  } else if (!press(event.key, playground)) return;
  event.preventDefault();
  // Not every browser lets the button be when only the pressing of the key is prevented.
  if (event.key === " " && event.target instanceof HTMLButtonElement) event.target.blur();
}
