import { mkdirSync, writeFileSync } from "node:fs";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { capture } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";

/** Runs the lab natively and leaves its figures where the tests of the page compare theirs with them. */
export function writeNativeLab() {
  say("lab", "running the lab natively, for comparison with the browser");
  const args = ["run", "--locked", "--release", "--quiet", "-p", "raft-cli", "--", "lab", "--json"];
  const rows = capture("cargo", args, { stdio: ["ignore", "pipe", "inherit"] });
  if (!rows) throw new Stop("The native run of the lab failed; its message is above.");
  mkdirSync(at("target"), { recursive: true });
  writeFileSync(at("target/native-lab.jsonl"), `${rows}\n`);
}
