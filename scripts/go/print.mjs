import { existsSync } from "node:fs";
import path from "node:path";

const virtual = (ns) => `${(ns / 1e9).toFixed(1)} s`;

/** A file as somebody names it from where they stand. */
function shown(file) {
  const near = path.relative(process.env.INIT_CWD ?? process.cwd(), file);
  return near.startsWith("..") ? file : near;
}

const byLength = (a, b) => a.ns - b.ns || a.seed - b.seed;

/** Seconds as somebody would say them. */
export function spoken(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

const command = (folder, test, seed, mode, defaultMode) => {
  const quoted = /^[\w./~-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
  const ending = mode.name === defaultMode ? "" : ` --mode ${mode.name}`;
  return `npm run go -- ${quoted} ${test} --seeds ${seed}${ending}`;
};

/** A row of the table for one seed. */
export function row({ test, verdict, ns, figures, why }, width) {
  const mark = verdict === "failed" ? "FAILED" : verdict;
  return `${test.padEnd(width)}  ${mark.padEnd(7)} ${virtual(ns).padStart(8)}  ${verdict === "passed" ? figures : why}`.trimEnd();
}

/** A row of the summary of many seeds. */
function summaryRow(test, results, width) {
  const failed = results.filter(({ verdict }) => verdict === "failed").sort(byLength);
  const passed = results.filter(({ verdict }) => verdict === "passed").length;
  const count = `${String(passed).padStart(6)} passed ${String(failed.length).padStart(6)} failed`;
  if (failed.length === 0) return `${test.padEnd(width)} ${count}`;
  const shown = failed.slice(0, 8).map(({ seed }) => seed);
  const more = failed.length > shown.length ? `, and ${failed.length - shown.length} more` : "";
  return `${test.padEnd(width)} ${count}   seeds ${shown.join(", ")}${more}`;
}

/** The kinds of words with which a test failed: numbers do not make a difference. */
function kindsOf(failed) {
  const kinds = new Map();
  for (const result of failed) {
    const kind = result.why.replace(/\d+/g, "#");
    kinds.set(kind, [...(kinds.get(kind) ?? []), result]);
  }
  return [...kinds.values()].sort((a, b) => b.length - a.length);
}

/** The failures of a test: each kind once, with the shortest run that shows it, and the files of that run. */
function failureLines(test, failed, { folder, mode, defaultMode }) {
  const lines = ["", `${test}: ${failed.length} failed, the shortest first`];
  for (const kind of kindsOf(failed).slice(0, 5)) {
    const [first] = [...kind].sort(byLength);
    lines.push(`  ${String(kind.length).padStart(4)} x  ${first.why}`);
    lines.push(
      `          seed ${first.seed}, after ${virtual(first.ns)}:  ${command(folder, test, first.seed, mode, defaultMode)}`,
    );
    for (const file of Object.values(first.files ?? {})) {
      if (existsSync(file)) lines.push(`          ${shown(file)}`);
    }
  }
  return lines;
}

/** The log and the recording of the only run, if they are not named with its failure. */
function onlyRun(results, { all }) {
  const [only] = results;
  if (all !== 1 || only?.verdict !== "passed") return [];
  const files = Object.values(only.files ?? {}).filter((file) => existsSync(file));
  return files.length > 0 ? ["", ...files.map((file) => `Kept: ${shown(file)}`)] : [];
}

const total = (results, verdict) => results.filter((one) => one.verdict === verdict).length;

/** The outcome of a command, as text. */
export function summary(results, tests, about) {
  const width = Math.max(...tests.map((test) => test.length));
  const lines = [];
  const of = (test) => results.filter((result) => result.test === test);
  if (about.many) for (const test of tests) lines.push(summaryRow(test, of(test), width));
  for (const test of tests) {
    const failed = of(test).filter(({ verdict }) => verdict === "failed");
    if (failed.length > 0) lines.push(...failureLines(test, failed, about));
  }
  lines.push(...onlyRun(results, about));
  const skipped = total(results, "skipped");
  const ns = results.reduce((sum, result) => sum + result.ns, 0);
  const counts = `${total(results, "passed")} passed, ${total(results, "failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  lines.push(
    "",
    `${counts}: ${virtual(ns)} of virtual time in ${spoken(about.cpu)} of CPU, mode ${about.mode.name}`,
  );
  return lines.join("\n");
}

/** One line that says how far a command is; on a terminal it is written over and over. */
export class Progress {
  #started = performance.now();
  #said = 0;
  #shown = false;
  #all;
  #known;
  #done = 0;
  #failed = 0;

  constructor(all, known) {
    this.#all = all;
    this.#known = known;
  }

  tell({ verdict }) {
    this.#done += 1;
    if (verdict === "failed") this.#failed += 1;
    const now = performance.now();
    const pause = process.stderr.isTTY ? 200 : 30_000;
    if (now - Math.max(this.#said, this.#started) < pause) return;
    this.#said = now;
    const seconds = (now - this.#started) / 1000;
    const rest = (seconds / this.#done) * (this.#all - this.#known - this.#done);
    const line = `${this.#known + this.#done} of ${this.#all} runs, ${this.#failed} failed, about ${spoken(rest)} to go`;
    this.#shown = process.stderr.isTTY;
    process.stderr.write(process.stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
  }

  clear() {
    if (this.#shown) process.stderr.write("\r\u001b[K");
    this.#shown = false;
  }
}
