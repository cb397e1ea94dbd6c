import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { capture, packageProgram } from "../lib/run.mjs";

/** binaryen from npm, never the system's: old versions corrupt what wasm-bindgen makes, without a word. */
const binaryen = packageProgram("binaryen");

/** The features that rustc uses when it compiles for the web; the tools must know, or they reject the file. */
const features = [
  "bulk-memory",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
  "simd",
].map((feature) => `--enable-${feature}`);

function tool(name, args) {
  const answer = capture(
    process.execPath,
    [path.join(binaryen, "bin", name), ...features, ...args],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (answer === undefined) throw new Stop(`${name} failed; its message is above.`);
}

/** The tools' version. */
export function binaryenVersion() {
  return JSON.parse(readFileSync(path.join(binaryen, "package.json"), "utf8")).version;
}

/** Runs wasm-opt over a file, with these passes. */
export function optimised(file, passes) {
  tool("wasm-opt", [...passes, file, "-o", `${file}.opt`]);
  renameSync(`${file}.opt`, file);
}

/** A module as text. */
export function asText(file) {
  tool("wasm-dis", [file, "-o", `${file}.wat`]);
  const text = readFileSync(`${file}.wat`, "utf8");
  rmSync(`${file}.wat`);
  return text;
}

/** A module from its text. */
export function fromText(text, file) {
  writeFileSync(`${file}.wat`, text);
  tool("wasm-as", [`${file}.wat`, "-o", file]);
  rmSync(`${file}.wat`);
}
