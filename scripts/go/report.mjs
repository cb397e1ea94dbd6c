import { Keeper } from "./keep.mjs";
import { Progress, row, summary } from "./print.mjs";

/** The outcome of a command: kept, shown as it comes, and summed up at the end. */
export class Report {
  results = [];
  #options;
  #tests;
  #keeper;
  #progress;
  #width;
  #many;
  #all;
  /** Rows of the table that are shown when those before them are there. */
  #rows = new Map();

  constructor(options, tests, known, all) {
    this.#options = options;
    this.#tests = tests;
    this.#many = options.seeds.first !== options.seeds.last;
    this.#all = all;
    this.#keeper = new Keeper(options.keep, options.mode);
    this.#progress = new Progress(all, known.length);
    this.#width = Math.max(...tests.map((test) => test.length));
    for (const result of known) this.#note(result);
  }

  /** Takes a result as it comes; gives what is noted of it. */
  take({ output, recording, ...result }) {
    const files = this.#keeper.add({ ...result, output, recording });
    const noted = { ...result, ...(files ? { files } : {}) };
    this.#progress.clear();
    this.#note(noted);
    this.#progress.tell(noted);
    return noted;
  }

  #note(result) {
    this.results.push(result);
    if (this.#options.json) this.#printJson({ ...result, mode: this.#options.mode.name });
    else if (!this.#many) this.#showInOrder(result);
  }

  #showInOrder(result) {
    this.#rows.set(result.test, row(result, this.#width));
    for (const test of this.#tests) {
      const text = this.#rows.get(test);
      if (text === undefined) return;
      if (text !== "") console.log(text);
      this.#rows.set(test, "");
    }
  }

  /** The command has ended: `finished`, or stopped on the way. */
  end({ finished, cpu, defaultMode }) {
    this.#progress.clear();
    const { json, folder, mode, seeds } = this.#options;
    if (json) {
      const sums = Object.fromEntries(
        ["passed", "failed", "skipped"].map((verdict) => [verdict, this.count(verdict)]),
      );
      const about = {
        tests: this.#tests.length,
        seeds: [seeds.first, seeds.last],
        mode: mode.name,
      };
      this.#printJson({ summary: { ...sums, ...about, finished } });
      return;
    }
    for (const text of this.#rows.values()) if (text !== "") console.log(text);
    const about = { folder, mode, defaultMode, cpu, many: this.#many, all: this.#all };
    console.log(summary(this.results, this.#tests, about));
  }

  count(verdict) {
    return this.results.filter((result) => result.verdict === verdict).length;
  }

  #printJson(value) {
    console.log(JSON.stringify(value));
  }
}
