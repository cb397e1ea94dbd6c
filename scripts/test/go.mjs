import { readdirSync } from "node:fs";
import { at } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { countNode, nodeTest, outcome } from "./count.mjs";

/** Our Raft in Go with Go's own tools; the host that runs such modules, and its command. */
export async function go() {
  const files = readdirSync(at("tests/go")).filter((name) => name.endsWith(".test.mjs"));
  // One file after the other: they share the cache of what Go has compiled.
  const args = [...nodeTest, "--test-concurrency=1"];
  const all = [...args, ...files.map((name) => at("tests/go", name))];
  const { code, output } = await run(process.execPath, all, { keep: true });
  return outcome(code, countNode(output));
}
