import { mkdirSync } from "node:fs";
import { Stop } from "../lib/fail.mjs";
import { tools } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";

/** These tools work for parts of a second: compiling them fast matters more than how fast they are. */
const env = { CARGO_PROFILE_RELEASE_OPT_LEVEL: "0" };

/** Compiles a published program into the project's own tools; nothing outside the project changes. */
export async function cargoInstall(crate, version) {
  mkdirSync(tools, { recursive: true });
  // --force: a downloaded program of an older version may be in the way.
  const args = ["install", crate, "--version", version, "--root", tools, "--force"];
  say(crate, `compiling version ${version} into .tools, once; this takes a few minutes`);
  if ((await run("cargo", [...args, "--locked"], { env })).code === 0) return;
  // A registry mirror that lags behind may lack one of the exact versions that the author locked.
  say(crate, "trying again with the newest libraries that the registry has");
  if ((await run("cargo", args, { env })).code === 0) return;
  throw new Stop(
    `${crate} ${version} could not be compiled; look at cargo's message above, then try "cargo install ${crate} --version ${version} --root .tools".`,
  );
}
