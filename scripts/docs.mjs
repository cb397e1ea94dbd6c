import { readFileSync, writeFileSync } from "node:fs";
import { crateGraph } from "./docs/crates.mjs";
import { broken, texts, unmapped } from "./docs/references.mjs";
import { main } from "./lib/fail.mjs";
import { at } from "./lib/paths.mjs";
import { say } from "./lib/say.mjs";

const picture = "docs/crates.svg";

/** Returns the faults of the documentation, a sentence each. */
function faults() {
  const found = [];
  for (const file of texts()) {
    for (const { line, name } of broken(file)) {
      found.push(`${file}:${line}: there is no ${name}`);
    }
  }
  for (const room of unmapped()) found.push(`ARCHITECTURE.md: the map has no row for ${room}`);
  if (readFileSync(at(picture), "utf8") !== crateGraph()) {
    found.push(`${picture} shows other crates than there are: node scripts/docs.mjs draws it anew`);
  }
  return found;
}

/** `node scripts/docs.mjs` draws the picture of the crates; with --check it says what in the documentation is out of date. */
await main(() => {
  if (!process.argv.includes("--check")) {
    writeFileSync(at(picture), crateGraph());
    say("docs", `${picture} is drawn`);
    return 0;
  }
  const found = faults();
  for (const fault of found) console.error(fault);
  if (found.length === 0)
    console.log("Every file that is named is there, and every room is on the map.");
  return found.length > 0 ? 1 : 0;
});
