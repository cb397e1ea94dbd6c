import { run } from "../lib/run.mjs";
import { countRust, outcome } from "./count.mjs";

/** The Rust tests of all crates, with their documentation's examples. */
export async function native() {
  const { code, output } = await run(
    "cargo",
    ["test", "--workspace", "--locked", "--no-fail-fast"],
    { keep: true },
  );
  return outcome(code, countRust(output));
}
