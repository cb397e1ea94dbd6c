import { main } from "./lib/fail.mjs";
import { run } from "./lib/run.mjs";
import { setUpRust } from "./setup.mjs";

/** npm run lab [-- NAME or part... --seeds A..B --jobs N --json]: the lab's tests on our core. */
await main(async () => {
  setUpRust();
  const cargo = ["run", "--release", "--locked", "--quiet", "--package", "raft-cli", "--"];
  const { code } = await run("cargo", [...cargo, "lab", ...process.argv.slice(2)]);
  process.exitCode = code;
});
