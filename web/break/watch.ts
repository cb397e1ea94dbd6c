/** Opens the runs of the catalogue, and runs in which something is broken. */
import { readHeader, writeHeader } from "../controls/run-text";
import type { Example } from "../pkg/mutants";
import type { Playground } from "../state/playground.svelte";
import { SPEEDS } from "../state/words";

/** Wall time until the property is violated, in microseconds. */
const WATCHED_FOR = 6_000_000;
/** Time to start before the violation when no command comes before it, in microseconds. */
const BEFORE = 50_000;

/** Opens the smallest run, paused before what is done last before the property is violated. */
export async function watch(playground: Playground, example: Example): Promise<string | null> {
  const refusal = await playground.openRecorded(example.run);
  if (refusal !== null) return refusal;
  playground.toEnd();
  const falls = playground.source.properties().find(({ name }) => name === example.property);
  const at = falls?.at ?? playground.frame.end;
  const commands = playground.source.timeline()?.commands ?? [];
  const last = commands.findLast((command) => command.at < at)?.at ?? at - BEFORE;
  // The command itself is still to come.
  playground.seek(Math.max(0, last - 1));
  playground.speedAfter = playground.slower;
  const wanted = WATCHED_FOR / Math.max(1, at - last);
  playground.slower = SPEEDS.findLast((slower) => slower <= wanted) ?? 1;
  playground.verdict = [];
  const server = falls?.servers[0];
  if (server !== undefined) playground.select({ kind: "server", id: server });
  return null;
}

/** Begins a run with the present settings, in which nothing but this is broken: values of that setting, a line each. */
export async function start(playground: Playground, broken: string): Promise<string | null> {
  const header = { ...readHeader(playground.engine.text), broken };
  const refusal = await playground.newRun(writeHeader(header));
  if (refusal === null) playground.begin();
  return refusal;
}
