import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { capture } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { unlessFresh } from "../lib/stamp.mjs";

const crates = ["raft", "language", "check", "world", "sim"].map((name) => `crate/${name}/src`);
const inputs = ["Cargo.lock", ...crates, "crate/sim/examples"];
const output = "web/pkg/words.ts";

/** Writes down for the page what the engine's rules, commands and networks mean, if that changed. */
export async function buildWords({ force = false } = {}) {
  const step = { name: "words", inputs, outputs: [output], force };
  await unlessFresh(step, () => {
    const args = ["run", "--quiet", "--locked", "-p", "raft-sim", "--example", "words"];
    const words = capture("cargo", args, { stdio: ["ignore", "pipe", "inherit"] });
    if (words === undefined) {
      throw new Stop("The engine's words could not be printed; the compiler's message is above.");
    }
    mkdirSync(path.dirname(at(output)), { recursive: true });
    writeFileSync(at(output), `${words}\n`);
    say("words", output);
  });
}
