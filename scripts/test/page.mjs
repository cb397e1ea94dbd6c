import { existsSync, readFileSync, rmSync } from "node:fs";
import { buildPage } from "../build/page.mjs";
import { buildWasm } from "../build/wasm.mjs";
import { at } from "../lib/paths.mjs";
import { packageProgram, run } from "../lib/run.mjs";
import { chromeForTests } from "../setup/browser.mjs";
import { countPlaywright, outcome } from "./count.mjs";
import { writeNativeLab } from "./lab.mjs";
import { writeNativeTraces } from "./traces.mjs";

const report = at("target/page-tests.json");

/** Playwright's tests, on the page as it is shipped. */
export async function page() {
  const chrome = await chromeForTests();
  await buildWasm();
  await buildPage();
  writeNativeLab();
  writeNativeTraces();
  rmSync(report, { force: true });
  const { code } = await run(
    process.execPath,
    [packageProgram("@playwright/test/cli.js"), "test"],
    {
      env: { CHROME: chrome, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    },
  );
  const counts = existsSync(report)
    ? countPlaywright(JSON.parse(readFileSync(report, "utf8")))
    : { passed: 0, failed: 0 };
  return outcome(code, counts);
}
