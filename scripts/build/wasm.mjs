import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { at, pkg, pkgName } from "../lib/paths.mjs";
import { capture, mustRun, packageProgram } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { unlessFresh } from "../lib/stamp.mjs";

const binaryen = packageProgram("binaryen");

/** What rustc uses when it compiles for the web; wasm-opt must know, or it rejects the file. */
const features = [
  "bulk-memory",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
].map((feature) => `--enable-${feature}`);

/** rustc has already inlined what is worth it; more of that only makes the file larger. */
const level = ["-O3", "--skip-pass=inlining-optimizing"];

/** The sources of the crates; their tests and examples do not reach the page. */
function inputs() {
  const parts = readdirSync(at("crate")).flatMap((crate) =>
    ["Cargo.toml", "build.rs", "src"].map((part) => path.join("crate", crate, part)),
  );
  return ["Cargo.toml", "Cargo.lock", "scripts/build/wasm.mjs", ...parts];
}

/** Panic messages name source files: let the shipped bytes not depend on whose machine made them. */
function rustFlags() {
  const cargoHome = process.env.CARGO_HOME ?? path.join(homedir(), ".cargo");
  const folders = [at(), path.join(cargoHome, "registry/src")];
  const remap = folders.map((folder) => `--remap-path-prefix=${path.join(folder, path.sep)}=`);
  return { CARGO_ENCODED_RUSTFLAGS: remap.join("\x1f") };
}

function toolVersions() {
  const { version } = JSON.parse(readFileSync(path.join(binaryen, "package.json"), "utf8"));
  return `${capture("rustc", ["--version"])} binaryen ${version}`;
}

/** Starts the package in a fresh process and returns the digest of a short run. */
function digestOfRun(folder) {
  const digest = capture(process.execPath, [at("scripts/build/probe-wasm.mjs"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!digest) throw new Stop(`The wasm package in ${folder} does not run; see the message above.`);
  return digest;
}

/** binaryen from npm, never the system's: old versions corrupt what wasm-bindgen makes, without a word. */
async function optimise(folder) {
  const file = path.join(folder, `${pkgName}_bg.wasm`);
  const before = { digest: digestOfRun(folder), bytes: statSync(file).size };
  const wasmOpt = path.join(binaryen, "bin/wasm-opt");
  await mustRun(process.execPath, [wasmOpt, ...level, ...features, file, "-o", `${file}.opt`]);
  renameSync(`${file}.opt`, file);
  if (digestOfRun(folder) !== before.digest) {
    throw new Stop("wasm-opt changed what the engine does; try another version of binaryen.");
  }
  say("wasm-opt", `${before.bytes} -> ${statSync(file).size} bytes, same run`);
}

async function compile(folder) {
  const place = ["--out-dir", path.relative(at("crate/wasm"), folder), "--out-name", pkgName];
  const kind = ["--profile", "page", "--target", "web", "--no-pack", "--no-opt"];
  await mustRun(
    "wasm-pack",
    ["--log-level", "warn", "build", "crate/wasm", ...kind, ...place, "--", "--locked"],
    { env: rustFlags() },
    "The engine could not be compiled to WebAssembly; the compiler's message is above.",
  );
}

async function build() {
  say("wasm", "compiling the engine");
  mkdirSync(at("target"), { recursive: true });
  // Built beside, in a folder of its own, and then copied: a failure leaves the last good package in its
  // place, and two builds at a time do not meet.
  const folder = mkdtempSync(at("target/wasm-package-"));
  try {
    await compile(folder);
    await optimise(folder);
    mkdirSync(pkg, { recursive: true });
    cpSync(folder, pkg, { recursive: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Builds web/pkg if the crates changed. */
export async function buildWasm({ force = false } = {}) {
  const outputs = [`web/pkg/${pkgName}.js`, `web/pkg/${pkgName}_bg.wasm`];
  const step = { name: "wasm", inputs: inputs(), salt: toolVersions(), outputs, force };
  if (!(await unlessFresh(step, build))) say("wasm", "is up to date");
}
