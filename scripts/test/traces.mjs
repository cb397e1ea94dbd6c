import { mkdirSync, writeFileSync } from "node:fs";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { capture } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";

/** Plays random runs natively and leaves them, with their digests, where the page's tests execute them again. */
export function writeNativeTraces() {
  say("traces", "playing random runs natively, for comparison with the browser");
  const example = ["--package", "raft-playground-tests", "--example", "traces"];
  const traces = capture("cargo", ["run", "--locked", "--quiet", ...example], {
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!traces) throw new Stop("The native runs failed; the message is above.");
  mkdirSync(at("target"), { recursive: true });
  writeFileSync(at("target/native-traces.txt"), `${traces}\n`);
}
