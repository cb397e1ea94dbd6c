import { createServer, type AddressInfo } from "node:net";
import { defineConfig } from "@playwright/test";
import { findChrome } from "./scripts/setup/browser-find.mjs";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// The workers read this file again: what the first reading chose must hold for all of them.
process.env["PLAYGROUND_PORT"] ??= String(await freePort());
const port = process.env["PLAYGROUND_PORT"];
const baseURL = `http://127.0.0.1:${port}/`;
const chrome = await findChrome();

export default defineConfig({
  testDir: "tests/page",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["json", { outputFile: "target/page-tests.json" }]],
  use: {
    baseURL,
    // Who has started a command is not new here: the page starts none for them.
    storageState: {
      cookies: [],
      origins: [
        {
          origin: `http://127.0.0.1:${port}`,
          localStorage: [
            { name: "raft-playground", value: JSON.stringify({ hintsDone: ["start"] }) },
          ],
        },
      ],
    },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(chrome === undefined ? {} : { executablePath: chrome }),
      args: [
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  projects: [
    {
      name: "wide",
      testIgnore: "narrow.spec.ts",
      use: { viewport: { width: 1440, height: 900 } },
    },
    {
      name: "narrow",
      testMatch: ["narrow.spec.ts", "smoke.spec.ts", "size.spec.ts"],
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
  ],
  webServer: {
    // The built page, as it is shipped; building it is the work of `npm test`.
    command: `node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --port ${port} --strictPort`,
    url: baseURL,
    reuseExistingServer: false,
  },
});
