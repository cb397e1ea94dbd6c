import { pathToFileURL } from "node:url";
import { main } from "./lib/fail.mjs";
import { chromeForTests, driverForTests } from "./setup/browser.mjs";
import { goTool } from "./setup/go.mjs";
import { checkNode, nodeModules } from "./setup/node.mjs";
import { checkRust, rustTarget } from "./setup/rust.mjs";
import { bindgenTool, wasmPackTool } from "./setup/wasm-tools.mjs";

/** Checks that Node and Rust are there, for the native tests. */
export function setUpRust() {
  checkNode();
  checkRust();
}

/** Sets up the tools that build the page: installs those that are missing, and leaves the others alone. */
export async function setUpBuild() {
  setUpRust();
  await nodeModules();
  await rustTarget();
  await wasmPackTool();
  await bindgenTool();
}

/** Sets up the tools that run a Raft in Go; only the commands that run one call it. */
export async function setUpGo() {
  checkNode();
  await nodeModules();
  return goTool();
}

/** Sets up the browser for the tests, and with `driver` its driver, for the tests of the bindings. */
export async function setUpBrowser({ driver }) {
  const chrome = await chromeForTests();
  if (driver) await driverForTests(chrome);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main(async () => {
    await setUpBuild();
    await setUpBrowser({ driver: true });
    console.log("Everything is there.");
  });
}
