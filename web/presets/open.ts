/** Opens a staged run: at its moment, at its speed, paused. */
import { queryFor } from "../engine/look-only";
import { type Preset, presets } from "../pkg/presets";
import { paceOf } from "../record/pace";
import type { Playground } from "../state/playground.svelte";

export { type Preset, presets };

/** Gives the refusal's words, or null when it was done. */
export async function openPreset(
  playground: Playground,
  preset: Preset,
  /** The address does not name it yet. */
  fromHere = true,
): Promise<string | null> {
  const refusal = await playground.openRecorded(preset.run);
  if (refusal !== null) return refusal;
  playground.slower = preset.slower;
  playground.jumpKind = "note";
  const commands = playground.source.timeline()?.commands ?? [];
  playground.pace = paceOf(commands.map(({ at }) => at));
  const visit = { run: playground.runId, arrived: true };
  const address = `${location.pathname}${queryFor(playground.source)}#${preset.id}`;
  if (fromHere) history.pushState(visit, "", address);
  else history.replaceState(visit, "");
  return null;
}

export function presetOf(id: string): Preset | undefined {
  return presets.find((preset) => preset.id === id);
}
