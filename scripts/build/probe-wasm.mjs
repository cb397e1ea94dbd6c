// node probe-wasm.mjs <folder>: loads the package there, plays two seconds of the default run, prints the digest.
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const base = path.resolve(process.argv[2], "raft_playground");
const { initSync, Run } = await import(pathToFileURL(`${base}.js`).href);
initSync({ module: readFileSync(`${base}_bg.wasm`) });
const run = new Run("");
run.advance(2_000_000, 1_000_000);
console.log(run.frame({ logFirst: null, logCount: 10 }).digest);
