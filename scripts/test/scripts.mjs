import { readdirSync } from "node:fs";
import { at } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { countNode, nodeTest, outcome } from "./count.mjs";

/** Tests of the scripts of package.json as their users start them: what they end with. */
export async function scripts() {
  const files = readdirSync(at("tests/scripts")).filter((name) => name.endsWith(".test.mjs"));
  const args = [...nodeTest, ...files.map((name) => at("tests/scripts", name))];
  const { code, output } = await run(process.execPath, args, { keep: true });
  return outcome(code, countNode(output));
}
