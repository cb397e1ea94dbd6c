import { run } from "../lib/run.mjs";
import { countRust, outcome } from "./count.mjs";

/** The core as others embed it: without notes and without bugs. */
const embedded = ["--manifest-path", "crate/raft/Cargo.toml", "--no-default-features"];

/** Each runs, whatever the others found. */
const commands = [
  // All crates, with their documentation's examples.
  ["test", "--workspace", "--locked", "--no-fail-fast"],
  ["test", ...embedded, "--locked", "--test", "notes"],
  ["check", ...embedded, "--locked", "--lib"],
];

/** A cluster of three nodes in real time, as a program of others would make it. */
const example = [
  "run",
  ...["--manifest-path", "examples/three-nodes/Cargo.toml", "--target-dir", "target/examples"],
  "--locked",
];

/** Counts as one test: the story ends well, or not. */
async function threeNodes() {
  const { code } = await run("cargo", example);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** The Rust tests, and the example. */
export async function native() {
  let failed = 0;
  let outputs = "";
  for (const args of commands) {
    const { code, output } = await run("cargo", args, { keep: true });
    failed ||= code;
    outputs += output;
  }
  const tests = outcome(failed, countRust(outputs));
  const story = await threeNodes();
  return { passed: tests.passed + story.passed, failed: tests.failed + story.failed };
}
