// node probe-wasm.mjs <folder> <name>: loads the package there, runs a little of it, prints what came of it.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, name] = process.argv.slice(2);
const base = path.resolve(folder, name);

const probes = {
  /** Some seconds of the default run, commands, and a branch from its past. */
  raft_engine: ({ Engine }) => {
    const run = new Engine("");
    const digest = () => run.frame({ logFirst: null, logCount: 10 }).digest;
    const found = [];
    for (const [to, command] of [
      [2_000_000, "start leader x=1"],
      [3_000_000, "crash leader"],
      [5_000_000, "network lossy"],
    ]) {
      run.advance(to, 1_000_000);
      found.push(digest(), run.command(command));
    }
    run.seek(2_500_000);
    found.push(digest(), run.command("start leader y=2"));
    run.advance(9_000_000, 1_000_000);
    const text = run.saved();
    return JSON.stringify([...found, digest(), new Engine(text).opened(), text]);
  },
  /** A text that becomes a link and comes back. */
  raft_link: ({ encode, decode }) => {
    const text = "seed 7\n" + "at 2s start leader x=1\n".repeat(100);
    if (decode(encode(text)) !== text) throw new Error("a link does not hold its text");
    return encode(text);
  },
  /** A broken rule, found and shrunk. */
  raft_search: ({ Search }) => {
    const search = new Search("RefuseSecondVote", undefined, "1", 1);
    while (search.step(100_000).state !== "done");
    return search.text();
  },
  /** One test of each part, the last with snapshots over a lossy network. */
  raft_lab: ({ run }) =>
    ["TestReElection3A", "TestBackup3B", "TestFigure8Unreliable3C", "TestSnapshotInstallUnCrash3D"]
      .map((test) => JSON.stringify(run(test, "1")))
      .join(" "),
};

const api = await import(pathToFileURL(`${base}.js`).href);
api.initSync({ module: readFileSync(`${base}_bg.wasm`) });
const rest = `${base}_rest.wasm`;
// A package in two parts must find the second by itself.
if (existsSync(rest)) api.onNeed(() => api.addRest(new WebAssembly.Module(readFileSync(rest))));
console.log(probes[name](api));
