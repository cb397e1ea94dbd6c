/** Questions to the engine about two branches. */
import type {
  Comparison,
  Difference,
  FrameView,
  JournalPage,
  JournalQuery,
} from "../engine/engine";
import type { Source } from "../engine/source";
import { inPieces } from "../engine/pieces";
import { EngineStopped } from "../engine/trap";

/** Events of one call, of which many make a piece. */
const SLICE = 2_000;

/**
 * The first thing in which two branches differ; null when there is none, undefined when nobody wanted to know any
 * more. A newer search ends this one. Throws when there is no such branch.
 */
export async function difference(
  source: Source,
  here: number,
  there: number,
  tell: (moment: number) => void,
  stopped: () => boolean,
): Promise<Difference | null | undefined> {
  const begun = source.use("difference", (run) => {
    run.searchDifference(here, there);
    return run;
  });
  let found: Difference | undefined;
  let isOther = false;
  const over = await inPieces(
    // What was found is taken at once: another search may begin before the next line.
    () =>
      source.use("difference", (run) => {
        isOther = run !== begun;
        if (isOther || !run.searchOn(SLICE)) return isOther;
        found = run.difference();
        return true;
      }),
    stopped,
    () => tell(source.use("difference", (run) => run.searchedTo())),
  );
  return over && !isOther ? (found ?? null) : undefined;
}

/** Gives undefined when the engine has stopped. */
function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof EngineStopped) return undefined;
    throw error;
  }
}

/** The servers of two branches at a moment; their runs stay where they stand. */
export function compare(
  source: Source,
  [here, there]: [number, number],
  at: number,
  view: FrameView,
): Comparison | undefined {
  return attempt(() => source.use("compare", (run) => run.compare(here, there, at, view)));
}

/** Lines of a branch from a moment up to another one, or up to `until` when there are many. */
export function branchJournal(
  source: Source,
  id: number,
  [from, to]: [number, number],
  query: JournalQuery,
): JournalPage {
  const none = { total: 0, first: 0, lines: [], dropped: 0, until: to };
  const ask = () => source.use("branch journal", (run) => run.branchJournal(id, from, to, query));
  return attempt(ask) ?? none;
}
