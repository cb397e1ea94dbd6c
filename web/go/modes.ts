/** Modes of order: in which order, and how punctually, goroutines get their turns. All of it is drawn from the run's seed. */

export interface Mode {
  name: string;
  /** One line for help and summaries. */
  says: string;
  /** A turn ends after a number of units of work drawn up to this one; each power of two is as likely as any other. */
  slice: number;
  /** Every turn has the whole length. */
  even: boolean;
  /** One of so many new goroutines begins late. 0: none, and the run queue stays in order. */
  lateOneIn: number;
  /** Nanoseconds by which a goroutine begins late at most. */
  lateMost: number;
  /** Nanoseconds by which a timer fires late at most. */
  timerLate: number;
}

/** Virtual nanoseconds that a unit of work costs: a function is called, or a loop goes round. */
export const unitCost = 3;

const ms = 1_000_000;

const list: readonly Mode[] = [
  {
    name: "parallel",
    says: "shows what several cores show: goroutines are preempted, begin late and overtake each other",
    slice: 20_000,
    even: false,
    lateOneIn: 2,
    lateMost: 10 * ms,
    timerLate: ms / 10,
  },
  {
    name: "calm",
    says: "what Go does on one thread: first come, first served, a turn ends after 10 ms",
    slice: (10 * ms) / unitCost,
    even: true,
    lateOneIn: 0,
    lateMost: 0,
    timerLate: ms / 10,
  },
];

export const modes: ReadonlyMap<string, Mode> = new Map(list.map((mode) => [mode.name, mode]));

export const defaultMode = "parallel";
