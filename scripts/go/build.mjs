import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { tools } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { goTool } from "../setup/go.mjs";
import { patchGo } from "./patches.mjs";
import { watchTree } from "./watch.mjs";

const short = (text) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** A folder of ours for what is built of theirs. */
function workFolder(folder, version) {
  const at = path.join(tools, "go-builds", `${short(folder)}-${version}`);
  mkdirSync(at, { recursive: true });
  return at;
}

const compiled = "It does not compile; the messages of Go are above.";

async function compile({ go, folder, root, overlay, out }) {
  const args = ["test", "-c", "-vet=off", "-overlay", overlay, "-o", out];
  const package_ = `./${path.relative(root, folder).split(path.sep).join("/")}`;
  const env = { GOOS: "wasip1", GOARCH: "wasm", CGO_ENABLED: "0" };
  const { code } = await run(go.program, [...args, package_], { cwd: root, env });
  if (code !== 0) throw new Stop(compiled);
  if (!existsSync(out)) {
    throw new Stop(
      `Go finds no test in ${folder}: a file that ends with _test.go must hold functions TestSomething.`,
    );
  }
}

/** Compiles the tests of a package, outside its tree. Gives the module, and what is worth saying of it. */
export async function buildModule({ folder, root }) {
  const go = await goTool(root);
  const work = workFolder(folder, go.version);
  const patches = patchGo(go, path.join(work, "go"));
  const watch = watchTree(go, folder, path.join(work, "watch"));
  const overlay = path.join(work, "overlay.json");
  const replace = { ...watch.replace, ...patches.replace };
  writeFileSync(overlay, JSON.stringify({ Replace: replace }, undefined, 1));
  const out = path.join(work, "raft.wasm");
  await compile({ go, folder, root, overlay, out });
  const remarks = [...patches.left, ...watch.left];
  return { bytes: readFileSync(out), version: go.version, edition: watch.edition, remarks };
}
