/** Makes a run from its text, and brings it to where it stood. */
import type { Advance, Engine } from "../pkg/raft_engine";
import type { Api } from "./load";
import { inPieces, type Watch } from "./pieces";
import { EngineStopped, isTrap } from "./trap";

export type Moment = Advance;

export const BEGINNING: Moment = { now: 0, events: 0, reached: false, live: true, broken: 0 };

const REBUILD_SLICE = 100_000;
/** Events of one call, of which many make a piece. */
const SLICE = 2_000;

/** The moment at which a run stands. */
export function momentOf(run: Engine): Moment {
  const { now, events, live, violated, outside } = run.frame({ logFirst: null, logCount: 0 });
  return { now, events, live, reached: false, broken: violated + outside };
}

/** Executes a text, in pieces; null when nobody wanted it any more. Throws in words when the text is refused. */
export async function makeRun(
  api: Api,
  text: string,
  watch: Watch,
  call = <T>(part: () => T): T => part(),
): Promise<Engine | null> {
  const opening = call(() => new api.Opening(text));
  let done: boolean;
  try {
    done = await inPieces(
      () => call(() => opening.goOn(SLICE)),
      () => watch.stopped(),
      () => watch.tell(opening.share(), opening.events()),
    );
  } catch (error) {
    // What stopped the engine cannot be freed in it.
    if (!(error instanceof EngineStopped || isTrap(error))) opening.free();
    throw error;
  }
  if (done) return call(() => opening.finish());
  opening.free();
  return null;
}

/** Moves a rebuilt run to a moment, never running an event that had not run before. */
export function catchUp(run: Engine, moment: Moment): Moment {
  // The commands of the text have brought it some of the way.
  let at = momentOf(run);
  if (moment.now < at.now) return run.seek(moment.now);
  while (at.events < moment.events) {
    const before = at.events;
    const budget = Math.min(REBUILD_SLICE, moment.events - before);
    at = run.advance(moment.now, budget);
    if (at.events === before) break;
  }
  // What is left is time in which nothing happens.
  return moment.reached ? run.advance(moment.now, 1) : at;
}
