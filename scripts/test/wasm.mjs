import { readFileSync, writeFileSync } from "node:fs";
import { at, wasmCrate } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { chromeForTests, driverForTests } from "../setup/browser.mjs";
import { countRust, outcome } from "./count.mjs";
import { writeNativeDigests } from "./digests.mjs";

/** The crate's webdriver.json, and in it the browser that was found: the driver only looks in a few places. */
function webdriverConfig(chrome) {
  const config = JSON.parse(readFileSync(`${wasmCrate}/webdriver.json`, "utf8"));
  config["goog:chromeOptions"].binary = chrome;
  const file = at("target/webdriver.json");
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** The tests of the bindings, in a headless browser. */
export async function wasm() {
  const chrome = await chromeForTests();
  const driver = await driverForTests(chrome);
  writeNativeDigests();
  const env = {
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: webdriverConfig(chrome),
    WASM_BINDGEN_TEST_TIMEOUT: "180",
  };
  const args = [
    "--log-level",
    "warn",
    "test",
    "--headless",
    "--chrome",
    "--chromedriver",
    driver,
    "crate/wasm/engine",
  ];
  const { code, output } = await run("wasm-pack", [...args, "--locked"], { keep: true, env });
  return outcome(code, countRust(output));
}
