import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { goTool } from "../../scripts/setup/go.mjs";
import { root } from "./tools.mjs";

const cwd = path.join(root, "go");
const { program, goroot } = await goTool(cwd);

/** Runs a program of Go in `go/`, where its own tests find the same `go`. */
function go(file, args, more = {}) {
  const places = [path.dirname(program), process.env.PATH];
  const env = { ...process.env, PATH: places.join(path.delimiter), ...more };
  return spawnSync(file, args, { cwd, env, encoding: "utf8", maxBuffer: 1e8 });
}

function passes(args, more) {
  const { status, stdout, stderr } = go(program, args, more);
  assert.equal(status, 0, `go ${args.join(" ")}\n${stdout}\n${stderr}`);
}

test("the Go sources are formatted", () => {
  const { stdout, stderr } = go(path.join(goroot, "bin", "gofmt"), ["-l", "."]);
  assert.equal(stdout + stderr, "");
});

test("go vet finds nothing, natively and for WebAssembly", () => {
  passes(["vet", "./..."]);
  passes(["vet", "./..."], { GOOS: "wasip1", GOARCH: "wasm" });
});

test("the network, the reports, the overlay and the right Raft pass their tests; each wrong Raft is found", () => {
  passes(["test", "-count=1", "-parallel=8", "./..."]);
});
