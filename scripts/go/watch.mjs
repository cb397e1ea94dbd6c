import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { at } from "../lib/paths.mjs";

/**
 * Puts a network in place of the lab's that reports what happens, by an overlay of the go command: the tree itself is not
 * touched. Gives what replaces what, the edition of the lab, and what cannot be seen, as sentences.
 */
export function watchTree({ program }, folder, out) {
  const tool = at("go");
  const args = ["run", "./cmd/overlay", "-tree", folder, "-out", out];
  // Options that somebody has set for their own tree are not meant for ours.
  const env = { ...process.env, GOFLAGS: "", GOWORK: "off" };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: tool, env, encoding: "utf8" });
  const file = path.join(out, "overlay.json");
  if (status !== 0 || !existsSync(file)) {
    const why = (stderr ?? "")
      .replace(/exit status \d+\s*$/, "")
      .trim()
      .split("\n")
      .at(-1);
    return {
      replace: {},
      left: [`Nothing is seen inside: ${why || "the overlay could not be made"}`],
    };
  }
  const { edition, left } = JSON.parse(stdout);
  return { replace: JSON.parse(readFileSync(file, "utf8")).Replace, edition, left };
}
