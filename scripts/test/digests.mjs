import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { capture } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";

const file = at("target/native-digests.txt");

/** Runs the scripts natively and leaves their digests where the tests in the browser are compiled with them. */
export function writeNativeDigests() {
  say("digests", "running the scripts natively, for comparison with the browser");
  const args = ["run", "--locked", "--release", "-p", "raft-run", "--example", "digests"];
  const digests = capture("cargo", args, { stdio: ["ignore", "pipe", "inherit"] });
  if (!digests) throw new Stop("The native run of the scripts failed; its message is above.");
  // An untouched file spares the compiler a second run.
  if (existsSync(file) && readFileSync(file, "utf8") === `${digests}\n`) return;
  mkdirSync(at("target"), { recursive: true });
  writeFileSync(file, `${digests}\n`);
}
