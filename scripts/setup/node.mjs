import { existsSync, readFileSync } from "node:fs";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { mustRun, npm } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { atLeast, versionIn } from "../lib/version.mjs";

/** Vite needs it. */
const oldest = [20, 19, 0];

export function checkNode() {
  if (atLeast(versionIn(process.version), oldest)) return;
  throw new Stop(
    `Node ${oldest.join(".")} or newer is needed and this is ${process.version}; install a newer one from https://nodejs.org.`,
  );
}

/** npm notes what it installed in node_modules/.package-lock.json; the optional ones depend on the system. */
function modulesAreFresh() {
  const note = at("node_modules/.package-lock.json");
  if (!existsSync(note)) return false;
  const wanted = JSON.parse(readFileSync(at("package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(note, "utf8")).packages;
  return Object.entries(wanted)
    .filter(([name, { optional, extraneous }]) => name !== "" && !optional && !extraneous)
    .every(([name, { version }]) => installed[name]?.version === version);
}

export async function nodeModules() {
  if (modulesAreFresh()) return;
  say("node modules", "installing what package-lock.json names");
  const [program, first] = npm();
  await mustRun(
    program,
    [...first, "ci", "--no-audit", "--no-fund"],
    // The browser is looked for, and if need be installed, by the set-up of the tests.
    { env: { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" }, shell: program.endsWith(".cmd") },
    'The node modules could not be installed; look at npm\'s message above and try "npm ci" by hand.',
  );
}
