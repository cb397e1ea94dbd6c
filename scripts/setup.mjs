import { pathToFileURL } from "node:url";
import { main } from "./lib/fail.mjs";
import { chromeForTests, driverForTests } from "./setup/browser.mjs";
import { goTool } from "./setup/go.mjs";
import { checkNode, nodeModules } from "./setup/node.mjs";
import { checkRust, rustTarget } from "./setup/rust.mjs";
import { bindgenTool, wasmPackTool } from "./setup/wasm-tools.mjs";

/** What the native tests need. */
export function setUpRust() {
  checkNode();
  checkRust();
}

/** What building the page needs; installs what is missing, and nothing that is there. */
export async function setUpBuild() {
  setUpRust();
  await nodeModules();
  await rustTarget();
  await wasmPackTool();
  await bindgenTool();
}

/** What running a Raft in Go needs; it is set up only by the commands that run one. */
export async function setUpGo() {
  checkNode();
  await nodeModules();
  return goTool();
}

/** What the tests in the browser need, and `driver` for those of the bindings. */
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
