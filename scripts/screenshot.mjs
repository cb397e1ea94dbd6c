import { readFileSync } from "node:fs";
import { main } from "./lib/fail.mjs";
import { at, root } from "./lib/paths.mjs";
import { say } from "./lib/say.mjs";
import { chromeForTests } from "./setup/browser.mjs";
import { setUpBuild } from "./setup.mjs";

const scene = at("docs/scenes/playground.txt");
const picture = at("docs/playground.png");

/** Opens the scene as a person would, looks at its leader, and stops there. */
async function show(page) {
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "New run" }).click();
  await page.getByRole("button", { name: "From text" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill(readFileSync(scene, "utf8"));
  await page.getByRole("button", { name: "Open this run" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const pause = page.getByRole("button", { name: "Pause" });
  if (await pause.isVisible()) await pause.click();
  await page.keyboard.press("3");
  // The panel of what is selected is fetched now; nothing else moves while the run is paused.
  await page.getByText("On disk").waitFor();
  await page.waitForTimeout(500);
}

/** npm run screenshot: makes the README's picture from the real page. */
await main(async () => {
  await setUpBuild();
  const { buildWasm } = await import("./build/wasm.mjs");
  await buildWasm();
  const { buildPage } = await import("./build/page.mjs");
  await buildPage();
  const { preview } = await import("vite");
  const { chromium } = await import("@playwright/test");
  const server = await preview({ root, preview: { host: "127.0.0.1", port: 0 } });
  const browser = await chromium.launch({
    executablePath: await chromeForTests(),
    args: ["--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(server.resolvedUrls.local[0]);
  await show(page);
  await page.screenshot({ path: picture });
  say("screenshot", "docs/playground.png");
  await browser.close();
  await server.close();
});
