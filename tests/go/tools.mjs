import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildModule } from "../../scripts/go/build.mjs";
import { hostFile } from "../../scripts/go/host.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));

/** A folder of this test run; the system clears it away. */
export const folder = mkdtempSync(path.join(tmpdir(), "raft-go-"));

export const hostUrl = await hostFile();
export const host = await import(hostUrl);

/** The test binary of one of the small packages beside this file. */
export async function fixture(name) {
  const { bytes } = await buildModule({ folder: path.join(fixtures, name), root: fixtures });
  return bytes;
}

export function runTest(program, test, { seed = 1, mode = "parallel", ...more } = {}) {
  const { modes, run, testArguments } = host;
  return run(program, { args: testArguments(test), seed, mode: modes.get(mode), ...more });
}

/** Starts `npm run go` without npm around it. */
export function command(args, env = {}) {
  const file = path.join(root, "scripts/go.mjs");
  return spawn(process.execPath, [file, ...args], { cwd: root, env: { ...process.env, ...env } });
}

/** Waits until it ends: its status (a signal by its name), what it printed, and what it said on the side. */
export function ended(child) {
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (more) => (text[name] += more));
  }
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ status: signal ?? code, ...text }));
  });
}

export const json = (file) => JSON.parse(readFileSync(file, "utf8"));
