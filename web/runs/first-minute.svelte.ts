/**
 * The first run of somebody who is new here does not stay empty: some commands are started at its leader, and the
 * leader is selected. Whoever does something themselves is left alone. It is fetched at the first sign of a person.
 */
import { demonstrated } from "./demonstrated";
import { preferences } from "../state/preferences.svelte";
import type { Playground } from "../state/playground.svelte";

/** Commands that are started, each with its time after the leader's election, in microseconds. */
const COMMANDS: readonly [after: number, text: string][] = [
  [50_000, "start leader x=1"],
  [250_000, "start leader y=2"],
  [450_000, "start leader x=3"],
];

/** Nobody is new here who has started a command, or has no use for hints. */
const isNew = (): boolean => !preferences.hintsClosed && !preferences.hintsDone.includes("start");

function start(playground: Playground, text: string): void {
  try {
    playground.source.command(text);
    demonstrated.run = playground.runId;
    demonstrated.commands += 1;
  } catch {
    // There may be no leader any more.
  }
  playground.redraw();
}

export function firstMinute(playground: Playground): void {
  if (!isNew()) return;
  const stop = $effect.root(() => {
    let elected: number | null = null;
    let chosen = playground.selection !== null;
    let next = 0;

    $effect(() => {
      const { frame, selection, isFirst, given, notes } = playground;
      chosen ||= selection !== null;
      if (!isFirst || given.length > 0 || notes.length > 0 || preferences.hintsClosed) stop();
      else if (frame.leader !== null && frame.live && playground.source.isWhole) {
        elected ??= frame.now;
        if (!chosen) playground.select({ kind: "server", id: frame.leader });
        const [after, text] = COMMANDS[next] ?? [Infinity, ""];
        if (!playground.playing || frame.now < elected + after) return;
        next += 1;
        start(playground, text);
        if (next === COMMANDS.length) stop();
      }
    });
  });
}
