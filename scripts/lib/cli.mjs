import { setUpRust } from "../setup.mjs";
import { main } from "./fail.mjs";
import { run } from "./run.mjs";

/** Runs a command of the binary with the arguments of this script, and ends with its status. */
export async function runCommand(command) {
  await main(async () => {
    setUpRust();
    const cargo = ["run", "--release", "--locked", "--quiet", "--package", "raft-cli", "--"];
    const { code } = await run("cargo", [...cargo, command, ...process.argv.slice(2)]);
    return code;
  });
}
