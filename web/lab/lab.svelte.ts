/** The state of the lab. It outlives the dialog: a run of many seeds goes on while the dialog is closed. */
import { Assistant, LabStopped, Withdrawn } from "./assistant";
import type { Job, LabOutcome, LabTest } from "./messages";

/** The result of a test. */
export interface Result extends Job {
  /** Why it failed. */
  failure: string | null;
  /** None when the lab itself stopped. */
  figures: LabOutcome | null;
}

/** A run of tests. */
export interface Session {
  done: number;
  total: number;
  failed: number;
  /** Wall time in milliseconds, once it is over. */
  took: number | null;
  stopped: boolean;
}

/** The results of a test under many seeds. */
export interface Tally {
  passed: number;
  failed: number;
}

export const FIRST_SEED = 1;
export const LAST_SEED = 1000;

/** Least time between two updates of the display. */
const SHOWN_MS = 50;
/** More failures than this help nobody. */
const MOST_FAILURES = 200;
/** From so many runs on, more than one worker is worth its start. */
const MANY_RUNS = 100;
const MOST_WORKERS = 4;

const NEW: Session = { done: 0, total: 0, failed: 0, took: null, stopped: false };

class Lab {
  tests: LabTest[] = $state.raw([]);
  /** The trouble with the lab itself, or with what was asked of it. */
  problem: string | null = $state(null);
  running = $state(false);
  /** The test whose run is being opened. */
  opening: Job | null = $state.raw(null);

  /** The mistake that all servers make; empty: none. */
  broken = $state("");

  seed = $state("1");
  /** Of the last run under one seed. */
  one: Session | null = $state.raw(null);
  results: ReadonlyMap<string, Result> = $state.raw(new Map());

  first = $state(FIRST_SEED);
  last = $state(100);
  /** Of the last run under many seeds. */
  many: Session | null = $state.raw(null);
  tallies: ReadonlyMap<string, Tally> = $state.raw(new Map());
  /** Shortest first. */
  failures: readonly Result[] = $state.raw([]);

  readonly #crew: Assistant[] = [new Assistant()];

  /** Fetches the list of the tests. */
  async load(): Promise<void> {
    if (this.tests.length > 0) return;
    await this.#try(async () => {
      this.tests = await this.#first.ask("tests", null);
    });
  }

  /** Chooses a mistake. What was run without it says nothing of it. */
  breakBy(broken: string): void {
    this.broken = broken;
    this.one = this.many = null;
    this.results = new Map();
    this.tallies = new Map();
    this.failures = [];
  }

  /** Runs all tests under the seed. */
  async runAll(): Promise<void> {
    const seed = this.seed.trim();
    const { broken } = this;
    const jobs = this.tests.map(({ name }) => ({ test: name, seed, broken }));
    await this.#run(jobs.values(), jobs.length, (session, news) => {
      const before = session.done === 0 ? [] : this.results;
      this.results = new Map([...before, ...news.map((result) => [result.test, result] as const)]);
      this.one = session;
    });
  }

  /** Runs all tests under each seed of the range. */
  async runMany(): Promise<void> {
    const { first, last, broken } = this;
    const total = (last - first + 1) * this.tests.length;
    const tallies = new Map(this.tests.map(({ name }) => [name, { passed: 0, failed: 0 }]));
    let failures: Result[] = [];
    await this.#run(jobsOf(this.tests, first, last, broken), total, (session, news) => {
      for (const { test, failure } of news) {
        const tally = tallies.get(test);
        if (tally) tally[failure === null ? "passed" : "failed"] += 1;
      }
      const failed = news.filter(({ failure }) => failure !== null);
      if (failed.length > 0) {
        failures = [...failures, ...failed].sort((a, b) => length(a) - length(b));
        this.failures = failures.slice(0, MOST_FAILURES);
      }
      if (session.done === 0) this.failures = [];
      this.tallies = new Map([...tallies].map(([name, tally]) => [name, { ...tally }]));
      this.many = session;
    });
  }

  stop(): void {
    for (const assistant of this.#crew) assistant.withdraw();
  }

  /** The run of a test as text; none when it could not be had. */
  async trace(job: Job): Promise<string | undefined> {
    let text: string | undefined;
    await this.#try(async () => {
      text = await this.#first.ask("trace", job);
    });
    return text;
  }

  get #first(): Assistant {
    return this.#crew[0] as Assistant;
  }

  async #try(act: () => Promise<void>): Promise<void> {
    this.problem = null;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Withdrawn)) this.problem = (error as Error).message;
    }
  }

  /** Runs the jobs, and tells at times how far it has come and what is new. */
  async #run(
    jobs: Iterator<Job>,
    total: number,
    show: (session: Session, news: Result[]) => void,
  ): Promise<void> {
    const began = performance.now();
    let shown = began;
    let news: Result[] = [];
    let session = { ...NEW, total };
    const tell = (): void => {
      show(session, news);
      news = [];
      shown = performance.now();
    };
    const note = (result: Result): void => {
      news.push(result);
      const failed = session.failed + (result.failure === null ? 0 : 1);
      session = { ...session, done: session.done + 1, failed };
      if (performance.now() - shown >= SHOWN_MS) tell();
    };
    this.running = true;
    tell();
    await this.#try(() => this.#work(jobs, total, note));
    const stopped = session.done < total;
    session = { ...session, took: performance.now() - began, stopped };
    tell();
    this.running = false;
  }

  /** All hands take job after job. What ends one ends all. */
  async #work(jobs: Iterator<Job>, total: number, note: (result: Result) => void): Promise<void> {
    const hands = total < MANY_RUNS ? 1 : workers();
    while (this.#crew.length < hands) this.#crew.push(new Assistant());
    const crew = this.#crew.slice(0, hands);
    const work = async (assistant: Assistant): Promise<void> => {
      for (let job = jobs.next(); !job.done; job = jobs.next()) {
        note(await carryOut(assistant, job.value));
      }
    };
    try {
      await Promise.all(crew.map(work));
    } catch (error) {
      this.stop();
      throw error;
    }
  }
}

function workers(): number {
  return Math.max(1, Math.min(MOST_WORKERS, navigator.hardwareConcurrency - 1));
}

function* jobsOf(tests: LabTest[], first: number, last: number, broken: string): Generator<Job> {
  for (let seed = first; seed <= last; seed += 1) {
    for (const { name } of tests) yield { test: name, seed: String(seed), broken };
  }
}

/** Runs a test. A lab that stops in the midst of it is a failure of the test. */
async function carryOut(assistant: Assistant, job: Job): Promise<Result> {
  try {
    const figures = await assistant.ask("run", job);
    return { ...job, failure: figures.failure, figures };
  } catch (error) {
    if (!(error instanceof LabStopped)) throw error;
    return { ...job, failure: error.message, figures: null };
  }
}

const length = ({ figures }: Result): number => figures?.events ?? Infinity;

/** The line that repeats a run natively. */
export function again({ test, seed, broken }: Job): string {
  const wrong = broken === "" ? "" : ` --broken ${broken}`;
  return `npm run lab -- ${test} --seeds ${seed}${wrong}`;
}

export const lab = new Lab();
