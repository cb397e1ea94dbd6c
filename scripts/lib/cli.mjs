import { setUpRust } from "../setup.mjs";
import { main } from "./fail.mjs";
import { run } from "./run.mjs";

const cargo = (command) => [command, "--release", "--locked", "--package", "raft-cli"];

/** Compiles the binary. When there is something to compile, one line says so; what cargo says is shown if it fails. */
async function compile(command) {
  let says = "";
  let told = false;
  const hear = (text) => {
    says += text;
    if (told || !says.includes("Compiling ")) return;
    told = true;
    console.error(`${command}: compiling the engine; the first time takes some minutes.`);
  };
  const { code } = await run("cargo", [...cargo("build"), "--color", "never"], { hear });
  if (code !== 0) process.stderr.write(says);
  return code;
}

/** Runs a command of the binary with the arguments of this script, and ends with its status. */
export async function runCommand(command) {
  await main(async () => {
    setUpRust();
    const failed = await compile(command);
    if (failed !== 0) return failed;
    const args = [...cargo("run"), "--quiet", "--", command, ...process.argv.slice(2)];
    const { code } = await run("cargo", args);
    return code;
  });
}
