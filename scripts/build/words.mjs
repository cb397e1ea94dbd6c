import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { capture } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { unlessFresh } from "../lib/stamp.mjs";

const crates = ["raft", "script", "check", "sim", "run"].map((name) => `crate/${name}/src`);

/** The examples that print words for the page, each with its crate. */
const modules = [
  { crate: "run", example: "words", more: [] },
  { crate: "run", example: "tables", more: [] },
  { crate: "mutants", example: "page", more: ["crate/mutants/src", "crate/mutants/runs"] },
  { crate: "mutants", example: "presets", more: ["crate/mutants/src", "tests/golden"] },
];

/** Writes down for the page what the engine's rules, commands and networks mean, and the catalogue of what can be broken, if that changed. */
export async function buildWords({ force = false } = {}) {
  for (const module of modules) await print(module, force);
}

async function print({ crate, example, more }, force) {
  const output = `web/pkg/${example === "page" ? crate : example}.ts`;
  const inputs = ["Cargo.lock", ...crates, ...more, `crate/${crate}/examples`];
  const step = { name: path.basename(output, ".ts"), inputs, outputs: [output], force };
  await unlessFresh(step, () => {
    const args = ["run", "--quiet", "--locked", "-p", `raft-${crate}`, "--example", example];
    const words = capture("cargo", args, { stdio: ["ignore", "pipe", "inherit"] });
    if (words === undefined) {
      throw new Stop(`${output} could not be printed; the compiler's message is above.`);
    }
    mkdirSync(path.dirname(at(output)), { recursive: true });
    writeFileSync(at(output), `${words}\n`);
    say("words", output);
  });
}
