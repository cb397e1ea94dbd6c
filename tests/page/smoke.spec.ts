import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test, type Page, type Response } from "@playwright/test";

const dist = "dist";

interface Loaded {
  url: string;
  status: number;
  type: string;
  body: Buffer;
}

/** Everything that the page asks for and everything that goes wrong, from before it opens. */
function watch(page: Page) {
  const asked: URL[] = [];
  const answers: Promise<Loaded>[] = [];
  const troubles: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url())));
  page.on("response", (response) => {
    if (response.url().startsWith("http")) answers.push(load(response));
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("requestfailed", (request) => troubles.push(`failed: ${request.url()}`));
  return { asked, answers, troubles };
}

async function load(response: Response): Promise<Loaded> {
  return {
    url: response.url(),
    status: response.status(),
    type: response.headers()["content-type"] ?? "",
    body: await response.body(),
  };
}

const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** Opens the page and waits until a server leads; the first run goes slowly, so that it can be followed. */
async function open(page: Page) {
  await page.goto("/");
  await expect(page.getByLabel(/^S\d\b.*\bleader\b/).first()).toBeVisible({ timeout: 45_000 });
}

test("five servers appear and one of them becomes the leader", async ({ page }) => {
  const { troubles } = watch(page);
  await open(page);
  for (const id of [1, 2, 3, 4, 5]) {
    await expect(page.getByLabel(new RegExp(`^S${id}\\b`)).first()).toBeVisible();
  }
  expect(troubles).toEqual([]);
});

test("the engine that runs is the file that is shipped, compiled while it streams in", async ({
  page,
}) => {
  await page.addInitScript(() => {
    const compiled: string[] = [];
    Object.assign(window, { compiled });
    for (const name of ["compileStreaming", "instantiateStreaming"] as const) {
      const original = WebAssembly[name] as (...args: unknown[]) => Promise<unknown>;
      const spy = async (source: Promise<globalThis.Response>, ...rest: unknown[]) => {
        const result = await original.call(WebAssembly, source, ...rest);
        compiled.push((await source).url);
        return result;
      };
      Object.assign(WebAssembly, { [name]: spy });
    }
  });
  const { answers } = watch(page);
  await open(page);

  const wasm = (await Promise.all(answers)).filter(({ url }) => url.endsWith(".wasm"));
  expect(wasm.map(({ status, type }) => [status, type])).toEqual([[200, "application/wasm"]]);
  const [served] = wasm;
  // The engine's rest and the lab are other files, which the first page does not load.
  const shipped = readdirSync(path.join(dist, "assets")).filter((file) =>
    /^raft_engine_bg.*\.wasm$/.test(file),
  );
  expect(shipped).toHaveLength(1);
  const bytes = readFileSync(path.join(dist, "assets", shipped[0] ?? ""));
  expect(bytes.length).toBeGreaterThan(0);
  expect(digest(served?.body ?? Buffer.of())).toBe(digest(bytes));
  expect(await page.evaluate(() => (window as unknown as { compiled: string[] }).compiled)).toEqual(
    [served?.url],
  );
});
