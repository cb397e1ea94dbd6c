import { main } from "./lib/fail.mjs";
import { mustRun, packageProgram } from "./lib/run.mjs";

/** npm run fmt: formats every file of the project. */
await main(async () => {
  await mustRun("cargo", ["fmt", "--all"]);
  await mustRun("cargo", ["fmt", "--manifest-path", "examples/three-nodes/Cargo.toml"]);
  const prettier = packageProgram("prettier/bin/prettier.cjs");
  await mustRun(process.execPath, [prettier, "--write", "--log-level", "warn", "."]);
});
