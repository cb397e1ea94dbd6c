// node probe-wasm.mjs <folder> <name>: loads the package there, runs a little of it, prints what came of it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, name] = process.argv.slice(2);
const base = path.resolve(folder, name);

const probes = {
  /** Two seconds of the default run. */
  raft_playground: ({ Run }) => {
    const run = new Run("");
    run.advance(2_000_000, 1_000_000);
    return run.frame({ logFirst: null, logCount: 10 }).digest;
  },
  /** A text that becomes a link and comes back. */
  raft_link: ({ encode, decode }) => {
    const text = "seed 7\n" + "at 2s start leader x=1\n".repeat(100);
    if (decode(encode(text)) !== text) throw new Error("a link does not hold its text");
    return encode(text);
  },
  /** One test of each part, the last with snapshots over a lossy network. */
  raft_lab: ({ run }) =>
    ["TestReElection3A", "TestBackup3B", "TestFigure8Unreliable3C", "TestSnapshotInstallUnCrash3D"]
      .map((test) => JSON.stringify(run(test, "1")))
      .join(" "),
};

const api = await import(pathToFileURL(`${base}.js`).href);
api.initSync({ module: readFileSync(`${base}_bg.wasm`) });
console.log(probes[name](api));
