import { buildWasm } from "./build/wasm.mjs";
import { main } from "./lib/fail.mjs";
import { at, packages } from "./lib/paths.mjs";
import { packageProgram, run } from "./lib/run.mjs";
import { setUpBuild } from "./setup.mjs";
import { wasmTarget } from "./setup/rust.mjs";
import { writeNativeDigests } from "./test/digests.mjs";

const node = (file, ...args) => [process.execPath, [packageProgram(file), ...args]];
const cargo = (...args) => ["cargo", args];
const strict = ["--locked", "--", "-D", "warnings"];
const wasmCrates = packages.flatMap(({ crate }) => ["--package", crate]);

const example = ["--manifest-path", "examples/three-nodes/Cargo.toml"];

const checks = {
  "cargo fmt": cargo("fmt", "--all", "--check"),
  "cargo fmt of the example": cargo("fmt", ...example, "--check"),
  clippy: cargo("clippy", "--workspace", "--all-targets", ...strict),
  "clippy for wasm": cargo(
    "clippy",
    ...wasmCrates,
    "--target",
    wasmTarget,
    "--all-targets",
    ...strict,
  ),
  "clippy for the example": cargo(
    "clippy",
    ...example,
    "--target-dir",
    "target/examples",
    "--all-targets",
    ...strict,
  ),
  rustdoc: cargo("doc", "--workspace", "--no-deps", "--locked"),
  types: node("svelte-check/bin/svelte-check", "--fail-on-warnings", "--output", "human"),
  "floors of the page": [process.execPath, ["scripts/check/floors.mjs"]],
  eslint: node("eslint/bin/eslint.js", "--max-warnings", "0", "."),
  documentation: [process.execPath, [at("scripts/docs.mjs"), "--check"]],
  "doc comments": [process.execPath, [at("scripts/check/comments.mjs")]],
  prettier: node("prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."),
};

/** npm run check: every check runs, whatever the others found. */
await main(async () => {
  await setUpBuild();
  // The types of the page come from the compiled engine, and its browser tests include the digests.
  await buildWasm();
  writeNativeDigests();
  const failed = [];
  for (const [name, [program, args]] of Object.entries(checks)) {
    console.log(`\n== ${name}`);
    const { code } = await run(program, args, { env: { RUSTDOCFLAGS: "-D warnings" } });
    if (code !== 0) failed.push(name);
  }
  const count = Object.keys(checks).length;
  console.log(
    failed.length > 0 ? `\nFailed: ${failed.join(", ")}` : `\nAll ${count} checks passed`,
  );
  return failed.length > 0 ? 1 : 0;
});
