import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { capture, mustRun, which } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { countOwn } from "./callgrind.mjs";

const file = at("crate/bench/instructions.json");

/** A path, and how often it is gone in the shorter and in the longer of two runs. */
const paths = { beat: [100, 1100], commit: [100, 1100], elect: [10, 110] };

/** A few instructions more or fewer mean nothing. */
const tolerance = 0.03;

/** Returns the instructions of a run, by callgrind. */
function instructions(folder, name, times) {
  const out = path.join(folder, `${name}-${times}`);
  const found = capture("valgrind", [
    "--tool=callgrind",
    `--callgrind-out-file=${out}`,
    "-q",
    at("target/release/paths"),
    name,
    String(times),
  ]);
  if (found === undefined) throw new Stop(`valgrind could not count the path "${name}".`);
  return countOwn(readFileSync(out, "utf8"), "paths");
}

/** The instructions of going a path once: what two runs differ by, so that starting and stopping do not count. */
function count() {
  const folder = mkdtempSync(path.join(tmpdir(), "paths-"));
  try {
    const of = ([name, [few, many]]) => {
      const more = instructions(folder, name, many) - instructions(folder, name, few);
      return [name, Math.round(more / (many - few))];
    };
    return Object.fromEntries(Object.entries(paths).map(of));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compiler() {
  const version = capture("rustc", ["--version"])?.split(" ")[1];
  return { rustc: version, machine: `${process.arch}-${process.platform}` };
}

/**
 * Counts the instructions of three paths through the core and compares them with what is written down. Returns
 * 1 if one has become dearer. Where that cannot be judged, one line says why.
 */
export async function countPaths({ writeBaseline }) {
  if (!which("valgrind")) {
    say("instructions", "not counted: there is no valgrind here");
    return 0;
  }
  const build = ["build", "--locked", "--release", "--quiet", "--package", "raft-bench"];
  await mustRun("cargo", [...build, "--bin", "paths"]);
  const here = compiler();
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const found = count();
  if (writeBaseline) {
    writeFileSync(file, `${JSON.stringify({ ...here, paths: found }, null, 2)}\n`);
    say("instructions", "written down as the new baseline");
    return 0;
  }
  if (known?.rustc !== here.rustc || known?.machine !== here.machine) {
    say("instructions", "not compared: they were written down with another compiler or machine");
    return 0;
  }
  return compare(known.paths, found);
}

function compare(known, found) {
  let worse = 0;
  for (const [name, now] of Object.entries(found)) {
    const change = now / known[name] - 1;
    const percent = `${change > 0 ? "+" : ""}${(change * 100).toFixed(1)} %`;
    const verdict = change > tolerance ? "too many" : "ok";
    if (change > tolerance) worse = 1;
    say("instructions", `${name.padEnd(7)} ${now}, ${percent}: ${verdict}`);
    if (change < -tolerance) say("instructions", "fewer: npm run bench -- --write-baseline");
  }
  return worse;
}
