import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { capture, mustRun } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { spreadOf } from "./spread.mjs";

const read = (...parts) => JSON.parse(readFileSync(path.join(...parts), "utf8"));

const folders = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
    : [];

/** Reads criterion's last run: by "group/name", the units of work in a second of CPU time. */
function criterionRates() {
  const root = at("target/criterion");
  const found = new Map();
  for (const group of folders(root)) {
    for (const name of folders(path.join(root, group))) {
      const here = path.join(root, group, name, "new");
      if (!existsSync(path.join(here, "estimates.json"))) continue;
      const { median } = read(here, "estimates.json");
      const { throughput } = read(here, "benchmark.json");
      const rate = (nanoseconds) => (throughput.Elements * 1e9) / nanoseconds;
      const { lower_bound: fastest, upper_bound: slowest } = median.confidence_interval;
      found.set(`${group}/${name}`, {
        median: rate(median.point_estimate),
        low: rate(slowest),
        high: rate(fastest),
      });
    }
  }
  return found;
}

/** The micro-benchmarks: the world, and the core beside raft-rs. */
export async function criterion({ short }) {
  say("bench", short ? "each micro-benchmark once" : "micro-benchmarks, some minutes");
  const args = ["bench", "--locked", "--quiet", "--package", "raft-bench", "--bench", "core"];
  const all = [...args, "--bench", "world", "--", short ? "--test" : "--noplot"];
  const stdio = short || !process.env.BENCH_VERBOSE ? ["ignore", "ignore", "inherit"] : "inherit";
  await mustRun("cargo", all, { stdio }, "The micro-benchmarks failed; see the message above.");
  return short ? new Map() : criterionRates();
}

/** The lines that a program of the benchmarks prints. */
function lines(program, { short }) {
  const args = ["run", "--locked", "--release", "--quiet", "--package", "raft-bench"];
  const all = [...args, "--bin", program, "--", ...(short ? ["--short"] : [])];
  const text = capture("cargo", all, {
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 256 * 1024 * 1024,
  });
  if (!text) throw new Stop(`The native ${program} failed; the message is above.`);
  return text.split("\n").map((line) => JSON.parse(line));
}

/** Whole runs: seconds for a known work. */
export function figures(asked) {
  say("bench", "whole runs, natively");
  return lines("figures", asked).map((row) => ({ ...row, spread: spreadOf(row.seconds) }));
}

/** The bytes that ever larger worlds take. */
export function memory(asked) {
  say("bench", "memory, natively");
  return lines("memory", asked);
}
