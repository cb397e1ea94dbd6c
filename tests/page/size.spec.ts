import { gzipSync } from "node:zlib";
import { expect, test, type Page } from "@playwright/test";
import { server } from "./tools";

/** Most bytes that a fresh load may transfer, gzipped, until a server leads. */
const mostBeforeLeader = 150_000;
/** The same as long as nobody does anything. */
const mostUntouched = 180_000;

interface Loaded {
  file: string;
  gzipped: number;
}

/** All that the page asks for, from before it opens. */
function watch(page: Page, baseURL: string | undefined) {
  const answers: Promise<Loaded>[] = [];
  const foreign: string[] = [];
  page.on("response", (response) => {
    const url = new URL(response.url());
    if (["data:", "blob:"].includes(url.protocol)) return;
    if (`${url.origin}/` !== baseURL) foreign.push(url.href);
    const sized = async () => ({
      file: url.pathname,
      gzipped: gzipSync(await response.body(), { level: 9 }).length,
    });
    answers.push(sized());
  });
  return { loaded: () => Promise.all(answers), foreign };
}

/** The bytes of all files together; the parts are said when they are too many. */
function expectAtMost(most: number, files: Loaded[]): void {
  const total = files.reduce((sum, { gzipped }) => sum + gzipped, 0);
  const parts = files
    .toSorted((a, b) => b.gzipped - a.gzipped)
    .map(({ file, gzipped }) => `${String(gzipped).padStart(8)} ${file}`);
  expect(total, [`${total} bytes of at most ${most}:`, ...parts].join("\n")).toBeLessThanOrEqual(
    most,
  );
}

const rest = /raft_engine_rest.*\.wasm$/;

test("all that is loaded comes from its own host and is small, before a server leads and after", async ({
  page,
  baseURL,
}) => {
  const { loaded, foreign } = watch(page, baseURL);
  await page.goto("/");
  await expect(page.getByLabel(/^S\d\b.*\bleader\b/).first()).toBeVisible({ timeout: 45_000 });
  const before = await loaded();
  expectAtMost(mostBeforeLeader, before);

  // Something more of the run is seen, and what is fetched afterwards has come.
  await page.waitForTimeout(2000);
  const files = await loaded();
  expectAtMost(mostUntouched, files);
  expect(files.filter(({ file }) => rest.test(file))).toEqual([]);
  expect(foreign).toEqual([]);
});

test("the rest of the engine is fetched at the first sign of a person", async ({ page }) => {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  const coming = page.waitForResponse((response) => rest.test(response.url()));
  await page.mouse.move(10, 10);
  expect((await coming).status()).toBe(200);
});
