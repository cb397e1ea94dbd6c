/** Carries into a branch what was done later in the one that it left, in pieces: that may take long. */
import type { Carried } from "../pkg/raft_engine";
import { inPieces } from "../engine/pieces";
import type { Playground } from "../state/playground.svelte";
import { seconds } from "../state/words";

/** Events of one call. */
const SLICE = 2000;
/** Commands that are named. */
const MOST = 4;

const lists = new WeakMap<Playground, Map<string, Carried>>();

const keyOf = (playground: Playground, id: number): string => `${playground.runId} ${id}`;

/** The commands that were left out when a branch kept what was done later, as long as the page is open. */
export function carriedInto(playground: Playground, id: number): Carried | undefined {
  return lists.get(playground)?.get(keyOf(playground, id));
}

/** Number of commands to keep. */
export function laterCommands(playground: Playground): number {
  return playground.source.use("later commands", (run) => run.carry());
}

/** Keeps them in the current branch; null when it was stopped on the way. */
export async function keepLater(playground: Playground): Promise<Carried | null> {
  const { source, busy } = playground;
  const { playing } = playground;
  playground.pause();
  const current = playground.branches.find((branch) => branch.current);
  const end = Math.max(1, ...playground.branches.map((branch) => branch.end));
  source.use("later commands", (run) => run.carry());
  const watch = busy.begin("Repeating what was done later", () => undefined);
  const goOn = (): boolean => source.use("later commands", (run) => run.carryOn(SLICE));
  const tell = (): void =>
    watch.tell(source.use("later commands", (run) => run.carriedTo()) / end, 0);
  try {
    if (!(await inPieces(goOn, () => watch.stopped(), tell))) return null;
  } finally {
    if (!watch.stopped()) busy.end();
  }
  const carried = source.use("later commands", (run) => run.carried()) ?? null;
  if (current) {
    playground.switchBranch(current.id);
    const known = lists.get(playground) ?? new Map<string, Carried>();
    if (carried) lists.set(playground, known.set(keyOf(playground, current.id), carried));
  }
  if (playing) playground.play();
  return carried;
}

const commands = (count: number): string => (count === 1 ? "1 command" : `${count} commands`);

/** In words, a line for each that was left out. */
export function summaryOf({ kept, renumbered, leftOut }: Carried): string {
  const lines = [`${commands(kept)} of the other future ${kept === 1 ? "was" : "were"} kept.`];
  for (const { at, was, is } of renumbered.slice(0, MOST)) {
    lines.push(`${seconds(at)} ${was}: here it is ${is}.`);
  }
  if (leftOut.length > 0) lines.push(`${commands(leftOut.length)} left out:`);
  for (const { at, command, why } of leftOut.slice(0, MOST)) {
    lines.push(`${seconds(at)} ${command}: ${why}.`);
  }
  const more = leftOut.length - MOST;
  if (more > 0) lines.push(`and ${more} more, which “Branches” lists.`);
  return lines.join("\n");
}
