import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { at } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { goTool } from "../setup/go.mjs";
import { countNode, outcome } from "./count.mjs";

/** The tags under which a wrong version of our Raft is compiled. */
function wrongTags() {
  const lines = readFileSync(at("go/raft/wrong.txt"), "utf8").split("\n");
  return lines.map((line) => line.trim().split(/\s/, 1)[0]).filter((tag) => tag && tag[0] !== "#");
}

/** Go's own tools on our Raft and on what watches: formatting, doubtful constructs, native tests. */
async function native() {
  const cwd = at("go");
  const { program, goroot } = await goTool(cwd);
  const gofmt = path.join(goroot, "bin", process.platform === "win32" ? "gofmt.exe" : "gofmt");
  const vet = ["vet", ...["-tags", wrongTags().join(",")]];
  const checks = {
    gofmt: [gofmt, ["-l", "."], ({ code, output }) => code === 0 && output === ""],
    "go vet": [program, ["vet", "./..."]],
    "go vet of the wrong versions": [program, [...vet, "./raft"]],
    "go test": [program, ["test", "./..."]],
  };
  const counts = { passed: 0, failed: 0 };
  for (const [name, [tool, args, passes = ({ code }) => code === 0]] of Object.entries(checks)) {
    const good = passes(await run(tool, args, { cwd, keep: true, env: { GOFLAGS: "" } }));
    if (!good) console.error(`${name} has found something; its words are above`);
    counts[good ? "passed" : "failed"] += 1;
  }
  return counts;
}

/** Our Raft in Go; the host that runs such modules, and its command. */
export async function go() {
  const { passed, failed } = await native();
  const files = readdirSync(at("tests/go")).filter((name) => name.endsWith(".test.mjs"));
  // One file after the other: they share the cache of what Go has compiled.
  const args = ["--test", "--test-concurrency=1", "--test-reporter=tap"];
  const all = [...args, ...files.map((name) => at("tests/go", name))];
  const { code, output } = await run(process.execPath, all, { keep: true });
  const ours = outcome(code, countNode(output));
  return { passed: passed + ours.passed, failed: failed + ours.failed };
}
