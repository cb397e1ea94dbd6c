import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { at } from "../lib/paths.mjs";
import { capture } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";

/** The profile of the page, made by `npm run profile`: it tells where the time goes. */
export const pageProfile = "crate/wasm/profile/page.profdata";

/** Moves of structures take half as many instructions with it. Every browser since the spring of 2023 has it. */
const simd = "-Ctarget-feature=+simd128";

/** The profile calls functions by these names. */
const names = "-Csymbol-mangling-version=v0";

/** Panic messages name source files: let the shipped bytes not depend on whose machine made them. */
function remapped() {
  const cargoHome = process.env.CARGO_HOME ?? path.join(homedir(), ".cargo");
  const folders = [at(), path.join(cargoHome, "registry/src")];
  return folders.map((folder) => `--remap-path-prefix=${path.join(folder, path.sep)}=`);
}

/**
 * Inlines calls where 90 % of the time goes, and keeps small what hardly ever runs, which LLVM does by
 * itself only in programs that are much larger. Branches are not gathered into one: that is larger, and no faster.
 */
const spending = [
  "-profile-summary-cutoff-hot=900000",
  "-pgso-lwss-only=false",
  "-inline-cold-callsite-threshold=5",
  "-inlinecold-threshold=5",
  "-enable-chr=false",
].map((option) => `-Cllvm-args=${option}`);

/**
 * Another compiler's LLVM may have given up one of these options: the page is then as right, and slower. Of a profile that it
 * cannot read, rustc warns and goes on.
 */
function byProfile() {
  if (capture("rustc", [...spending, "--print=cfg"], { stdio: ["ignore", "pipe", "ignore"] })) {
    return [`-Cprofile-use=${at(pageProfile)}`, ...spending];
  }
  say("wasm", "this compiler cannot use the profile of the page; the engine will be slower");
  return [];
}

/** The linker writes down which function refers to which constants: scripts/build/split.mjs asks. */
const relocations = "-Clink-arg=--emit-relocs";

const env = (flags) => ({ CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f") });

/** The environment in which what is shipped is compiled. */
export const shippedFlags = () => env([simd, names, relocations, ...remapped(), ...byProfile()]);

/**
 * Says if the profile is of another compiler or of another version of our crates, both of which are in a crate's
 * mark: then it fits no function. Of single functions that have changed since, rustc itself says so.
 */
export function sayWhetherProfileFits(file) {
  const mark = (name, pattern) => pattern.exec(readFileSync(name, "latin1"))?.[1];
  const compiled = mark(file, /raft_sim\[([0-9a-f]+)\]/);
  const profiled = mark(at(pageProfile), /raft_sim\.([0-9a-f]+)-cgu/);
  if (compiled && compiled !== profiled) {
    say("wasm", "the profile is of another compiler or version: slower; npm run profile renews it");
  }
}

/** The same, but that it counts how often each part runs. The flag is one of those that only ask for a promise. */
export const countingFlags = () => ({
  ...env([simd, names, ...remapped(), "-Cprofile-generate", "-Zno-profiler-runtime"]),
  RUSTC_BOOTSTRAP: "1",
});
