import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A folder of this test run; the system clears it away. */
export const folder = mkdtempSync(path.join(tmpdir(), "raft-scripts-"));

/** A program in a folder of its own that goes before all others on the search path. */
export function standIn(name, script) {
  const bin = mkdtempSync(path.join(folder, `${name}-`));
  const file = path.join(bin, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return { PATH: `${bin}${path.delimiter}${process.env.PATH}` };
}

/** Finds a program on the search path. */
function where(name) {
  const folders = process.env.PATH.split(path.delimiter);
  return folders.map((found) => path.join(found, name)).find((file) => existsSync(file));
}

/** A search path with node, npm and a shell, and no Rust. */
export function withoutRust() {
  const bin = mkdtempSync(path.join(folder, "no-rust-"));
  for (const name of ["node", "npm", "sh"]) symlinkSync(where(name), path.join(bin, name));
  return { PATH: bin, CARGO_HOME: path.join(folder, "nothing") };
}

/** Starts a script of package.json as its users do, through npm. */
export function start(script, args = [], env = {}) {
  const npm = process.env.npm_execpath;
  const [program, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const all = [...first, "run", "--silent", script, "--", ...args];
  return spawn(program, all, { cwd: root, env: { ...process.env, ...env } });
}

/** Starts a script without npm around it: signals and pipes are its own. */
export function startAlone(script, args = [], env = {}) {
  const file = path.join(root, "scripts", `${script}.mjs`);
  return spawn(process.execPath, [file, ...args], { cwd: root, env: { ...process.env, ...env } });
}

/** Waits until it ends: its status (a signal by its name) and all that it printed. */
export function ended(child) {
  let says = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (says += text));
  }
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ status: signal ?? code, says }));
  });
}
