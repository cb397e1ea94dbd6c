import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { at, packages } from "../lib/paths.mjs";
import { capture, mustRun } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { unlessFresh } from "../lib/stamp.mjs";
import { binaryenVersion, optimised } from "./binaryen.mjs";
import { dropRelocations } from "./constants.mjs";
import { pageProfile, sayWhetherProfileFits, shippedFlags } from "./flags.mjs";
import { split } from "./split.mjs";
import { buildWords } from "./words.mjs";

/**
 * rustc has already inlined what is worth it; more of that only makes the file larger. Functions of one kind
 * beside each other compress better.
 */
const level = ["-O3", "--skip-pass=inlining-optimizing", "--reorder-functions-by-name"];

function metadata() {
  const answer = capture("cargo", ["metadata", "--no-deps", "--format-version", "1", "--locked"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!answer) throw new Stop("Cargo cannot read the workspace; see its message above.");
  return JSON.parse(answer);
}

const targetFolder = () => metadata().target_directory;

/** The folders of a crate and of the crates of ours that it is made of. */
function foldersOf(crate) {
  const crates = new Map(metadata().packages.map((each) => [each.name, each]));
  const found = new Set();
  const visit = ({ manifest_path, dependencies }) => {
    const folder = path.relative(at(), path.dirname(manifest_path));
    // A crate may depend on itself, for its tests.
    if (found.has(folder)) return;
    found.add(folder);
    for (const { name, path: inside } of dependencies) if (inside) visit(crates.get(name));
  };
  visit(crates.get(crate));
  return [...found].sort();
}

/** The sources of the crates; their tests and examples do not reach the page. */
function inputs(crate) {
  const parts = foldersOf(crate).flatMap((folder) =>
    ["Cargo.toml", "build.rs", "src"].map((part) => path.join(folder, part)),
  );
  const scripts = ["wasm", "flags", "split", "constants", "wat", "binaryen", "first-run"];
  return [
    "Cargo.toml",
    "Cargo.lock",
    pageProfile,
    ...scripts.map((name) => `scripts/build/${name}.mjs`),
    ...parts,
  ];
}

function toolVersions() {
  return `${capture("rustc", ["--version"])} binaryen ${binaryenVersion()}`;
}

/** Starts the package in a fresh process and returns what a short run comes to. */
function probe(folder, { name }) {
  const found = capture(process.execPath, [at("scripts/build/probe-wasm.mjs"), folder, name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!found) throw new Stop(`The wasm package in ${folder} does not run; see the message above.`);
  return found;
}

/** Makes the package smaller and faster, and two files of it if it is to come in two parts; it must run as before. */
function optimise(folder, pack) {
  const file = path.join(folder, `${pack.name}_bg.wasm`);
  dropRelocations(file);
  const before = { run: probe(folder, pack), bytes: statSync(file).size };
  optimised(file, level);
  say("wasm-opt", `${before.bytes} -> ${statSync(file).size} bytes`);
  if (pack.split) split(folder, pack.name, linked(pack));
  if (probe(folder, pack) !== before.run) {
    throw new Stop(`What ${pack.name} does has changed; try another version of binaryen.`);
  }
  say("wasm", `${pack.name} makes the same run`);
}

/** The module as the linker made it. */
function linked({ crate, profile = "page" }) {
  const file = `${crate.replaceAll("-", "_")}.wasm`;
  return path.join(targetFolder(), "wasm32-unknown-unknown", profile, file);
}

async function compile(folder, { name, from, profile = "page" }) {
  const place = ["--out-dir", path.relative(at(from), folder), "--out-name", name];
  const kind = ["--profile", profile, "--target", "web", "--no-pack", "--no-opt"];
  await mustRun(
    "wasm-pack",
    ["--log-level", "warn", "build", from, ...kind, ...place, "--", "--locked"],
    { env: shippedFlags() },
    `${from} could not be compiled to WebAssembly; the compiler's message is above.`,
  );
}

async function build(pack) {
  say("wasm", `compiling ${pack.name}`);
  mkdirSync(at("target"), { recursive: true });
  // Built beside, in a folder of its own, and then copied: a failure leaves the last good package in its
  // place, and two builds at a time do not meet.
  const folder = mkdtempSync(at("target/wasm-package-"));
  try {
    await compile(folder, pack);
    sayWhetherProfileFits(path.join(folder, `${pack.name}_bg.wasm`));
    optimise(folder, pack);
    mkdirSync(at(pack.to), { recursive: true });
    cpSync(folder, at(pack.to), { recursive: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Builds the packages of which a crate changed, and the words that the page loads apart from them. */
export async function buildWasm({ force = false } = {}) {
  const salt = toolVersions();
  for (const pack of packages) {
    const { name, crate, to } = pack;
    const files = [`${name}.js`, `${name}_bg.wasm`, ...(pack.split ? [`${name}_rest.wasm`] : [])];
    const outputs = files.map((file) => `${to}/${file}`);
    const step = { name: `wasm-${name}`, inputs: inputs(crate), salt, outputs, force };
    if (!(await unlessFresh(step, () => build(pack)))) say("wasm", `${name} is up to date`);
  }
  await buildWords({ force });
}
