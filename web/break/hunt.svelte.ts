/** A search for a counterexample: two workers share the seeds, and the one that finds a run shrinks it. */
import { hire } from "./hire";
import type { Order, Report, SearchProgress } from "./messages";

const WORKERS = 2;
const FIRST_SEED = 1;

export class Hunt {
  /** Name of the search; null while nothing is searched for. */
  name: string | null = $state(null);
  /** Progress of all workers together. */
  seeds = $state(0);
  events = $state(0);
  /** Wall time since the beginning, in milliseconds. */
  took = $state(0);
  /** The run that is being shrunk. */
  found: SearchProgress["found"] = $state.raw(null);
  failed: string | null = $state(null);
  /** Name of the last search, and whether it ended without a run. */
  last: string | null = $state(null);
  gaveUp = $state(false);

  #workers: Worker[] = [];
  #progress: (SearchProgress | null)[] = [];
  #began = 0;
  #over: (text: string | null) => void = () => undefined;

  /**
   * Searches for a run with this broken, the values of the setting `broken`, and with this property violated if one is
   * named. Gives the text of a small run, or null when there is none: because it was cancelled, failed, or gave up.
   */
  start(name: string, broken: string, property?: string): Promise<string | null> {
    this.cancel();
    this.name = this.last = name;
    this.failed = null;
    this.gaveUp = false;
    this.found = null;
    this.seeds = this.events = this.took = 0;
    this.#began = performance.now();
    this.#progress = Array.from({ length: WORKERS }, () => null);
    this.#workers = this.#progress.map((_, at) => {
      return this.#hire(at, { broken, property, seed: String(FIRST_SEED + at), stride: WORKERS });
    });
    return new Promise((over) => (this.#over = over));
  }

  cancel(): void {
    this.#end(null);
  }

  #hire(at: number, order: Order): Worker {
    const worker = hire();
    worker.addEventListener("message", ({ data }: MessageEvent<Report>) => this.#hear(at, data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#hear(at, { kind: "failed", why: event.message || "its script did not arrive" });
    });
    worker.postMessage(order);
    return worker;
  }

  #hear(at: number, report: Report): void {
    if (report.kind === "failed") {
      this.failed = report.why;
      this.#end(null);
    } else if (report.kind === "progress") {
      this.#count(at, report.progress);
    } else if (report.text !== null || this.#progress.every((each) => each?.state === "done")) {
      this.gaveUp = report.text === null;
      this.#end(report.text);
    }
  }

  #count(at: number, progress: SearchProgress): void {
    this.#progress[at] = progress;
    const all = this.#progress.filter((each) => each !== null);
    this.seeds = all.reduce((sum, { seeds }) => sum + seeds, 0);
    this.events = all.reduce((sum, { events }) => sum + events, 0);
    this.took = performance.now() - this.#began;
    if (!progress.found) return;
    this.found = progress.found;
    // One run is enough: the others only take the processor away from its shrinking.
    this.#workers.forEach((worker, other) => {
      if (other !== at) worker.terminate();
    });
  }

  #end(text: string | null): void {
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
    this.name = null;
    this.#over(text);
    this.#over = () => undefined;
  }
}
