/** Prints the digests of runs: digests.mjs HOST MODULE. A process of its own, for engines with other options. */
import { readFileSync } from "node:fs";
import { digestsOf } from "./digests-of.mjs";

const [hostUrl, file] = process.argv.slice(2);
process.stdout.write(JSON.stringify(digestsOf(await import(hostUrl), readFileSync(file))));
