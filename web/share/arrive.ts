/** Opens what the address names: a link, an example, or a run that this browser keeps. */
import { lookOnly, looks } from "../engine/look-only";
import { openPreset, presetOf } from "../presets/open";
import { find } from "../runs/store";
import { notices } from "../state/notices.svelte";
import type { Playground } from "../state/playground.svelte";
import { visible } from "../state/visible";
import { isLink } from "./hash";
import { openAndSay } from "./open";

/** Data that this page stores with an entry of the browser's history. */
export interface Visit {
  /** The run that the address was written for. */
  run?: string;
  /** The address is the one that was opened: it stays until the run changes. */
  arrived?: boolean;
}

export const visit = (): Visit => (history.state as Visit | null) ?? {};

/** The address stays as it is, and belongs to the run that it has opened. */
function stay(playground: Playground): void {
  history.replaceState({ run: playground.runId, arrived: true }, "");
}

export async function arrive(playground: Playground, hash: string): Promise<void> {
  const named = /^#run-([\w-]+)$/.exec(hash)?.[1];
  const id = visit().run ?? named;
  const kept = id === undefined ? undefined : await find(id).catch(() => undefined);
  if (kept) {
    const refusal = await playground.restore(kept, looks() ? lookOnly : undefined);
    if (refusal === null) return;
    notices.error(`“${visible(kept.name)}” cannot be opened: ${refusal}`);
  } else if (isLink(hash)) {
    const link = location.search + hash;
    if (await openAndSay(playground, link, "The link's run")) stay(playground);
  } else if (named !== undefined) {
    notices.error(
      "This address names a run that was kept in another browser, or was deleted. “My runs” lists those that are kept here.",
    );
  } else await arriveAtExample(playground, hash.slice(1));
}

async function arriveAtExample(playground: Playground, id: string): Promise<void> {
  const preset = presetOf(id);
  if (preset) {
    const refusal = await openPreset(playground, preset, false);
    if (refusal !== null) notices.error(`“${preset.title}” was not opened: ${refusal}.`);
  } else if (/^[a-z][a-z0-9-]*$/.test(id)) {
    notices.error(`There is no example called “${id}”. “Examples” lists them all.`);
  }
}
