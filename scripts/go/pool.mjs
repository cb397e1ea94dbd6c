import { Worker } from "node:worker_threads";
import { Stop } from "../lib/fail.mjs";

/** Real seconds after which a run that gives no sign of life is ended. */
const patience = 60;

const file = new URL("./worker.mjs", import.meta.url);

/** Bytes of stack for the module's own calls; an engine's default is less than Go's deepest functions may need. */
const stackMb = 16;

/** One worker thread, and what it is at. */
class Hand {
  #data;
  #beats;
  #worker;
  #quietSince = 0;
  #lastBeat = 0;
  task;

  constructor(data, answer) {
    this.#data = data;
    this.answer = answer;
  }

  #start() {
    const pulse = new SharedArrayBuffer(4);
    this.#beats = new Int32Array(pulse);
    this.#worker = new Worker(file, {
      workerData: { ...this.#data, pulse },
      resourceLimits: { stackSizeMb: stackMb },
    });
    this.#worker.on("message", (result) => this.#done(result));
    this.#worker.on("error", (error) => this.#done({ ...this.task, broken: error.message }));
  }

  give(task) {
    if (!this.#worker) this.#start();
    this.task = task;
    this.#quietSince = performance.now();
    this.#worker.postMessage(task);
  }

  #done(result) {
    this.task = undefined;
    this.answer(this, result);
  }

  /** Ends a run in which nothing has happened for long, with words; the next one gets a new thread. */
  async look() {
    const beat = this.#beats ? Atomics.load(this.#beats, 0) : 0;
    if (beat !== this.#lastBeat) {
      this.#lastBeat = beat;
      this.#quietSince = performance.now();
    }
    const limit = this.#data.patience ?? patience;
    if (!this.task || performance.now() - this.#quietSince < limit * 1000) return;
    const { task } = this;
    this.task = undefined;
    await this.end();
    const why = `the program gave no sign of life for ${limit} s and was ended`;
    this.answer(this, {
      ...task,
      verdict: "failed",
      why,
      figures: "",
      ns: 0,
      units: 0,
      digest: "",
      seconds: limit,
    });
  }

  async end() {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.removeAllListeners("message");
    worker?.removeAllListeners("error");
    await worker?.terminate();
  }
}

/**
 * Runs tasks, `{ test, seed }`, with so many at a time. `heard` is told each result. The promise resolves when all are done or
 * `stop` was called, and rejects when the host itself fails.
 */
export function runAll(tasks, { jobs, heard, ...data }) {
  const waiting = tasks[Symbol.iterator]();
  let finish;
  const over = new Promise((resolve, reject) => (finish = { resolve, reject }));
  let stopped = false;
  const next = (hand) => {
    const { value, done } = stopped ? { done: true } : waiting.next();
    if (!done) hand.give(value);
    else if (hands.every(({ task }) => task === undefined)) finish.resolve();
  };
  const answer = (hand, result) => {
    if (stopped) return;
    if (result.broken !== undefined) {
      finish.reject(new Stop(`${result.test}, seed ${result.seed}: ${result.broken}`));
      return;
    }
    try {
      heard(result);
      next(hand);
    } catch (error) {
      stopped = true;
      finish.reject(error);
    }
  };
  const hands = Array.from({ length: jobs }, () => new Hand(data, answer));
  const watch = setInterval(() => hands.forEach((hand) => void hand.look()), 1000);
  for (const hand of hands) next(hand);
  const stop = () => {
    stopped = true;
    finish.resolve();
  };
  const done = over.finally(async () => {
    clearInterval(watch);
    await Promise.all(hands.map((hand) => hand.end()));
  });
  return { done, stop };
}
