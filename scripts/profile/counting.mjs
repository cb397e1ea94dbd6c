import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { countingFlags } from "../build/flags.mjs";
import { at } from "../lib/paths.mjs";
import { mustRun } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { wasmTarget } from "../setup/rust.mjs";

const crate = "raft-wasm-profile";

/** Compiles a file of the page so that it counts how often each part of it runs. */
export async function buildCounting(folder, { feature, profile }) {
  say("profile", `compiling the ${feature} so that it counts`);
  const what = ["--package", crate, "--features", feature];
  const how = ["--locked", "--profile", profile, "--target", wasmTarget];
  await mustRun("cargo", ["build", ...what, ...how], { env: countingFlags() });
  const file = at("target", wasmTarget, profile, `${crate.replaceAll("-", "_")}.wasm`);
  const place = ["--target", "web", "--out-dir", folder, "--out-name", "counting"];
  await mustRun("wasm-bindgen", [...place, file]);
  openImports(path.join(folder, "counting.js"));
}

/**
 * Gives the module imports that do nothing. Code that counts is never left out, not even what only tells wasm-bindgen
 * of types: it imports functions that no glue has, and nobody calls them.
 */
function openImports(glue) {
  const before = '"./counting_bg.js": import0,';
  const text = readFileSync(glue, "utf8");
  if (text.split(before).length !== 2) {
    throw new Stop("The glue of wasm-bindgen has another form; profile/counting.mjs must know.");
  }
  const uncalled = "new Proxy({}, { get: () => () => {} })";
  const modules = ["__wbindgen_placeholder__", "__wbindgen_externref_xform__"];
  const more = modules.map((name) => `${JSON.stringify(name)}: ${uncalled},`).join(" ");
  writeFileSync(glue, text.replace(before, `${before} ${more}`));
}
