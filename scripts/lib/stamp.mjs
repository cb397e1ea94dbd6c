import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { at, tools } from "./paths.mjs";

const ignored = new Set(["target", "node_modules", ".DS_Store"]);

function filesUnder(name) {
  if (!existsSync(name)) return [];
  if (statSync(name).isFile()) return [name];
  return readdirSync(name, { withFileTypes: true })
    .filter((entry) => !ignored.has(entry.name))
    .flatMap((entry) => filesUnder(path.join(name, entry.name)))
    .sort();
}

/** A digest of the names and contents of files and folders of the project. */
export function digestOf(names, salt = "") {
  const hash = createHash("sha256").update(salt);
  for (const file of names.flatMap((name) => filesUnder(at(name)))) {
    hash.update(`\0${path.relative(at(), file)}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/**
 * Does the work unless the same inputs already gave the outputs that are there. The stamp names both: an
 * output that somebody else wrote is not taken for ours.
 */
export async function unlessFresh({ name, inputs, salt, outputs, force = false }, work) {
  const file = path.join(tools, "stamps", name);
  const now = () => `${digestOf(inputs, salt)} ${digestOf(outputs)}\n`;
  const there = outputs.every((output) => existsSync(at(output)));
  if (!force && there && existsSync(file) && readFileSync(file, "utf8") === now()) return false;
  await work();
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, now());
  return true;
}
