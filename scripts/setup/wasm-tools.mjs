import { readFileSync } from "node:fs";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { capture } from "../lib/run.mjs";
import { atLeast, versionIn } from "../lib/version.mjs";
import { cargoInstall } from "./cargo-install.mjs";
import { downloadPrebuilt } from "./prebuilt.mjs";

/** The oldest that takes all of our options, and the one we install. */
const wasmPack = { oldest: [0, 15, 0], install: "0.15.1" };

function wasmPackFits() {
  const found = versionIn(capture("wasm-pack", ["--version"]));
  return found !== undefined && atLeast(found, wasmPack.oldest);
}

export async function wasmPackTool() {
  if (wasmPackFits()) return;
  const crate = "wasm-pack";
  const version = wasmPack.install;
  const from = { crate, version, project: crate, tag: `v${version}`, programs: [crate] };
  if ((await downloadPrebuilt(from)) && wasmPackFits()) return;
  await cargoInstall(crate, version);
}

/** The version of the wasm-bindgen library that the crate is compiled with. */
function bindgenVersion() {
  const lock = readFileSync(at("Cargo.lock"), "utf8");
  const found = /name = "wasm-bindgen"\s+version = "([^"]+)"/.exec(lock);
  if (!found) throw new Stop("Cargo.lock names no wasm-bindgen; restore it from version control.");
  return found[1];
}

/**
 * The program must have exactly the library's version. wasm-pack takes it from PATH, where ours comes
 * first. The test runner belongs to the same package.
 */
export async function bindgenTool() {
  const version = bindgenVersion();
  const programs = ["wasm-bindgen", "wasm-bindgen-test-runner"];
  const fits = () =>
    programs.every((name) => capture(name, ["--version"])?.split(" ").includes(version));
  if (fits()) return;
  const crate = "wasm-bindgen-cli";
  const from = { crate, version, project: "wasm-bindgen", tag: version, programs };
  if ((await downloadPrebuilt(from)) && fits()) return;
  await cargoInstall(crate, version);
}
