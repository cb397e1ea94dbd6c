import { readFileSync, readdirSync } from "node:fs";
import { chromium } from "@playwright/test";
import { at } from "../lib/paths.mjs";
import { chromeForTests } from "../setup/browser.mjs";
import { setUpBrowser, setUpBuild } from "../setup.mjs";
import { buildPage } from "../build/page.mjs";
import { buildWasm } from "../build/wasm.mjs";

/** The shipped files of the engine: its glue as it was made, and its two parts. */
function engineFiles(address) {
  const files = readdirSync(at("dist/assets"));
  const url = (isIt) => `${address}assets/${files.find(isIt)}`;
  const isGlue = (file) =>
    /^raft_engine.*\.js$/.test(file) &&
    readFileSync(at("dist/assets", file), "utf8").includes("import.meta");
  return {
    glue: url(isGlue),
    wasm: url((file) => file.startsWith("raft_engine_bg")),
    rest: url((file) => file.startsWith("raft_engine_rest")),
    lab: url((file) => file.startsWith("raft_lab_bg")),
  };
}

/** Builds the page, serves what is shipped, starts a browser, and takes both away when the work is done. */
export async function withShipped(work) {
  await setUpBuild();
  await setUpBrowser({ driver: false });
  await buildWasm();
  await buildPage();
  const { preview } = await import("vite");
  const server = await preview({
    root: at(),
    logLevel: "silent",
    preview: { port: 0, strictPort: false },
  });
  const address = server.resolvedUrls.local[0];
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
  ];
  const browser = await chromium.launch({ executablePath: await chromeForTests(), args });
  try {
    return await work({ browser, address, files: engineFiles(address) });
  } finally {
    await browser.close();
    await new Promise((resolve) => server.httpServer.close(resolve));
  }
}
