// node first-run.mjs <folder> <name> <file>: does what the page does before a person does anything, and prints the numbers
// of the engine's functions that this calls, if the file notes them, the engine's fingerprint and what came of it all.
// All other functions are loaded later: see split.mjs.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, name, file] = process.argv.slice(2);
const base = path.resolve(folder, name);
const used = new Set();
const api = await import(pathToFileURL(`${base}.js`).href);
api.onUse((number) => used.add(number));
api.initSync({ module: readFileSync(path.join(folder, file)) });
api.knownAs("0.0.0 first");

const SECOND = 1_000_000;
/** All that the journal shows at first. */
const KINDS = ["election", "replication", "commit", "snapshot", "disk", "client", "fault"];

/** Digest of all that the engine has answered. */
const answers = createHash("sha256");
const plain = (_, value) => (typeof value === "bigint" ? `${value}` : value);
const take = (answer) => answers.update(JSON.stringify(answer, plain) ?? "nothing");

/** A run that is first looked at, all of it, at a moment, and then again and again. */
function play(from, to, step) {
  const run = new api.Engine("");
  take(run.branches());
  take(run.remarks());
  take(run.opened());
  take(run.saved());
  for (let at = from; at < to; at += step) {
    while (!run.advance(at, 1000).reached);
    take(run.frame({ logFirst: null, logCount: 24 }));
    // The end of it, where not all lines fit, and its beginning.
    take(run.journal({ server: null, kinds: KINDS, first: null, count: 5 }));
    take(run.journal({ server: null, kinds: KINDS, first: 0, count: 60 }));
    take(run.timeline());
    if (at % SECOND === 0) take(run.saved());
  }
}

// The first election, whenever the page comes to drawing it, and then some minutes.
for (let from = 0; from < SECOND; from += SECOND / 100) play(from, SECOND, SECOND / 100);
play(0, 180 * SECOND, SECOND / 10);
const first = [...used];
const came = answers.digest("hex");
const fingerprint = first.length > 0 ? api.takeFingerprint() : null;
console.log(JSON.stringify({ used: first, came, fingerprint }));
