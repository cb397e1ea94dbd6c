/** A source of a run that is only looked at: it is moved about in what has happened, and takes nothing. */
import type { Abilities, RunSource, Source } from "./source";

/** The refusal of a run that is only looked at. */
export const LOOK_ONLY = "This run is here to be looked at: it takes no commands, notes or names.";

const NOTHING: Abilities = { act: false, goOn: false, text: true, branch: false };

function refuse(): never {
  throw new Error(LOOK_ONLY);
}

/** True if the address shows its run with `?look`. */
export const looks = (): boolean => new URLSearchParams(location.search).has("look");

/** The query of the address that shows a source's run: with `?look` it is only looked at. */
export function queryFor({ can }: Source): string {
  const look = can.text && !can.act;
  if (look === looks()) return location.search;
  return look ? "?look" : "";
}

/** The same run without what changes it. Another run may be opened in its place, to be looked at as well. */
export function lookOnly(run: RunSource): RunSource {
  const end = (): number => run.frame({ logFirst: null, logCount: 0 })?.end ?? 0;
  return {
    can: NOTHING,
    // Looking.
    frame: (view) => run.frame(view),
    server: (id) => run.server(id),
    message: (id) => run.message(id),
    entry: (server, index) => run.entry(server, index),
    journal: (query) => run.journal(query),
    timeline: () => run.timeline(),
    spacetime: (from, after, to) => run.spacetime(from, after, to),
    why: (question) => run.why(question),
    properties: () => run.properties(),
    evidence: (property) => run.evidence(property),
    clients: (most) => run.clients(most),
    bugs: () => run.bugs(),
    unmetAssumptions: (text) => run.unmetAssumptions(text),
    remarks: () => run.remarks(),
    branches: () => run.branches(),
    opened: () => run.opened(),
    complete: () => [],
    // Moving, never beyond the end.
    advance: (to, budget) => run.advance(Math.min(to, end()), budget),
    step() {
      const frame = run.frame({ logFirst: null, logCount: 0 });
      return frame?.live === false ? run.step() : run.seek(frame?.end ?? 0);
    },
    stepBack: () => run.stepBack(),
    seek: (time) => run.seek(time),
    seekStep: (step) => run.seekStep(step),
    // Acting.
    command: refuse,
    note: refuse,
    rewordNote: refuse,
    deleteNote: refuse,
    setName: refuse,
    switchBranch: (id) => run.switchBranch(id),
    renameBranch: refuse,
    deleteBranch: refuse,
    use: (what, call) => run.use(what, call),
    // As text.
    get text() {
      return run.text;
    },
    trace: () => run.trace(),
    saved: () => run.saved(),
    traceFromHere: (server) => run.traceFromHere(server),
    // What stands behind it.
    get isWhole() {
      return run.isWhole;
    },
    whole: () => run.whole(),
    get stopped() {
      return run.stopped;
    },
    get report() {
      return run.report;
    },
    get onTrap() {
      return run.onTrap;
    },
    set onTrap(handler) {
      run.onTrap = handler;
    },
    rebuild: () => run.rebuild(),
    version: () => run.version(),
    freshSeed: () => run.freshSeed(),
    newRun: (text, watch) => run.newRun(text, watch),
  };
}
