import { run } from "../lib/run.mjs";
import { countRust, outcome } from "./count.mjs";

/** The core as others embed it: without notes and without faults. */
const embedded = ["--manifest-path", "crate/raft/Cargo.toml", "--no-default-features"];

/** Each runs, whatever the others found. */
const commands = [
  // All crates, with their documentation's examples.
  ["test", "--workspace", "--locked", "--no-fail-fast"],
  ["test", ...embedded, "--locked", "--test", "notes"],
  ["check", ...embedded, "--locked", "--lib"],
];

/** The Rust tests. */
export async function native() {
  let failed = 0;
  let outputs = "";
  for (const args of commands) {
    const { code, output } = await run("cargo", args, { keep: true });
    failed ||= code;
    outputs += output;
  }
  return outcome(failed, countRust(outputs));
}
