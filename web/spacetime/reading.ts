/** Keeps the stretch of the run's history that is looked at: reads on, or begins anew elsewhere. */
import type { Source } from "../engine/source";
import { History } from "./history";
import type { View } from "./view";

/** The most messages that are kept. */
const MOST = 20_000;
/** About so many events are read when a view holds more: some more than those messages are. */
const EVENTS = 70_000;
/** Wall time for reading before a frame is drawn. */
const BUDGET_MS = 7;

/** The place at which the run stands. */
export interface Place {
  /** Tells runs and branches apart. */
  run: string;
  now: number;
  end: number;
  events: number;
}

export class Reading {
  history = new History(0);
  /** Rises with everything new. */
  version = 0;
  /** The view held more than is kept. */
  limited = false;
  readonly #source: () => Source;
  #run: string | null = null;
  /** The history that is read in place of what is shown, until it has come as far. */
  #next: History | null = null;
  /** The view for which there was too much. */
  #tooMuch: View | null = null;

  constructor(source: () => Source) {
    this.#source = source;
  }

  /** Reads what the view needs. True when there is more to be read. */
  update(view: View, place: Place): boolean {
    const to = Math.max(0, Math.min(place.end, view.to + margin(view, place)));
    if (this.#run !== place.run || !this.#serves(view)) this.#begin(view, to, place);
    const until = performance.now() + BUDGET_MS;
    const history = this.#next ?? this.history;
    do {
      const answer = this.#source().spacetime(history.from, history.step, to);
      if (!answer) return false;
      if (answer.rows[3] === 1 && history.step !== null) {
        // The engine knows nothing of what was read: it is another one.
        this.#run = null;
        return true;
      }
      if (history.take(answer.rows, answer.words)) this.version += 1;
      if (history.trim(MOST) && history.from > view.from) this.#tooMuch = view;
    } while (!history.complete && performance.now() < until);
    if (this.#next && history.complete) this.#show(this.#next);
    this.limited = this.#tooMuch !== null && this.history.from > Math.max(0, view.from);
    return !history.complete;
  }

  #show(history: History): void {
    this.history = history;
    this.#next = null;
    this.version += 1;
  }

  #begin(view: View, to: number, place: Place): void {
    const from = Math.max(0, Math.floor(view.from - margin(view, place)));
    const bounded = Math.floor(to - longest(place));
    this.#tooMuch = bounded > from ? view : null;
    const history = new History(Math.max(from, bounded));
    const isOther = this.#run !== place.run;
    this.#run = place.run;
    // Of another run nothing is shown; of this one the old stretch stays until the new one is there.
    if (isOther) this.#show(history);
    else this.#next = history;
  }

  /** True if the known history, read on, tells all that the view needs, or as much as can be kept. */
  #serves(view: View): boolean {
    const { from, until } = this.#next ?? this.history;
    const span = view.to - view.from;
    if (view.from > until + span) return false;
    if (Math.max(0, view.from) >= from) return true;
    const known = this.#tooMuch;
    if (!known) return false;
    const before = known.to - known.from;
    const moved = Math.min(view.from - known.from, view.to - known.to);
    return span > 0.75 * before && moved > -0.25 * before;
  }
}

/** Number of events assumed in a second, while too little has happened to judge by. */
const USUAL = 1_000;

/** About the time in which so much happens as is read. */
function longest({ now, events }: Place): number {
  return (EVENTS * (now + 1_000_000)) / (events + USUAL);
}

/** Time that is read beyond the edges, so that moving the view shows no gaps. */
function margin(view: View, place: Place): number {
  return Math.min((view.to - view.from) / 2, longest(place) / 20);
}
