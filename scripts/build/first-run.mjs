// node first-run.mjs <folder> <name>: does what the page does before a person does anything, and prints the numbers
// of the engine's functions that this calls, and the engine's fingerprint. All other functions are loaded later: see
// split.mjs.
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, name] = process.argv.slice(2);
const base = path.resolve(folder, name);
const used = new Set();
const api = await import(pathToFileURL(`${base}.js`).href);
api.onUse((number) => used.add(number));
api.initSync({ module: readFileSync(`${base}_noting.wasm`) });
api.knownAs("0.0.0 first");

const SECOND = 1_000_000;
/** All that the journal shows at first. */
const KINDS = ["election", "replication", "commit", "snapshot", "disk", "client", "fault"];

/** A run that is first looked at, all of it, at a moment, and then again and again. */
function play(from, to, step) {
  const run = new api.Run("");
  run.branches();
  run.remarks();
  run.opened();
  run.saved();
  for (let at = from; at < to; at += step) {
    while (!run.advance(at, 1000).reached);
    run.frame({ logFirst: null, logCount: 24 });
    // The end of it, where not all lines fit, and its beginning.
    run.journal({ server: null, kinds: KINDS, first: null, count: 5 });
    run.journal({ server: null, kinds: KINDS, first: 0, count: 60 });
    run.timeline();
    if (at % SECOND === 0) run.saved();
  }
}

// The first election, whenever the page comes to drawing it, and then some minutes.
for (let from = 0; from < SECOND; from += SECOND / 100) play(from, SECOND, SECOND / 100);
play(0, 180 * SECOND, SECOND / 10);
const first = [...used];
console.log(JSON.stringify({ used: first, fingerprint: api.takeFingerprint() }));
