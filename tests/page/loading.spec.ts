import { expect, test, type Page } from "@playwright/test";
import { events, journal, leader, server } from "./tools";

const rest = /raft_engine_rest.*\.wasm$/;
const first = /raft_engine_bg.*\.wasm$/;

const alerts = (page: Page) => page.getByRole("alert");
const online = (page: Page) => page.evaluate(() => dispatchEvent(new Event("online")));

/** Collects the types of the requests for a file: a synchronous one would be of type `xhr`. */
const asked = (page: Page, file: RegExp): string[] => {
  const types: string[] = [];
  page.on("request", (request) => {
    if (file.test(request.url())) types.push(request.resourceType());
  });
  return types;
};

test("what is done before all of the engine is there is done when it comes, in order", async ({
  page,
}) => {
  const types = asked(page, rest);
  let answer = (): void => undefined;
  const wanted = new Promise<void>((resolve) => (answer = resolve));
  await page.route(rest, async (route) => {
    await wanted;
    await route.continue();
  });
  await page.goto("/");
  const leads = await leader(page);
  const other = leads === 1 ? 2 : 1;
  for (const key of [String(leads), "c", String(other), "c"]) await page.keyboard.press(key);
  await expect(page.getByText("second part is being fetched")).toBeVisible();
  const before = await events(page);
  await expect.poll(() => events(page), { message: "the run goes on" }).not.toBe(before);
  await expect(server(page, other)).not.toHaveAccessibleName(/crashed/);
  answer();
  await expect(server(page, other)).toHaveAccessibleName(/crashed/);
  await expect(server(page, leads)).toHaveAccessibleName(/crashed/);
  await expect(journal(page)).toContainText(`crash ${other}`);
  const told = (await journal(page).getByRole("option").allInnerTexts()).join("\n");
  const at = (id: number): number => told.search(new RegExp(`\\bcrash ${id}\\b`));
  expect(at(leads), told).toBeGreaterThan(-1);
  expect(at(other), told).toBeGreaterThan(at(leads));
  await expect(page.getByText("second part is being fetched")).toHaveCount(0);
  await expect(alerts(page)).toHaveCount(0);
  expect(types).not.toContain("xhr");
});

test("without a network the run goes on, and what was done is done when it is back", async ({
  page,
}) => {
  await page.route(rest, (route) => route.abort());
  await page.goto("/");
  await leader(page);
  await page.keyboard.press("2");
  await page.keyboard.press("c");
  await expect(alerts(page)).toContainText("second part could not be fetched");
  const before = await events(page);
  await expect.poll(() => events(page)).not.toBe(before);
  await page.unroute(rest);
  await alerts(page).getByRole("button", { name: "Try again" }).click();
  await expect(server(page, 2)).toHaveAccessibleName(/crashed/);
  await expect(alerts(page)).toHaveCount(0);
});

for (const missing of ["js", "css"]) {
  test(`a dialog whose ${missing} could not be fetched opens when the network is back`, async ({
    page,
  }) => {
    const file = new RegExp(`/NotesDialog-.*\\.${missing}$`);
    await page.goto("/");
    await leader(page);
    await page.route(file, (route) => route.abort());
    await page.keyboard.press("w");
    await expect(alerts(page)).toContainText("part of the page could not be fetched");
    await page.unroute(file);
    await online(page);
    await expect(page.getByRole("dialog")).toBeVisible();
    await expect(alerts(page)).toHaveCount(0);
    const unstyled = () =>
      [...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].filter(
        (link) => link.sheet === null,
      ).length;
    await expect.poll(() => page.evaluate(unstyled)).toBe(0);
  });
}

test("a page whose script does not come says so, and can be tried again", async ({ page }) => {
  const script = /assets\/index-.*\.js$/;
  await page.route(script, (route) => route.abort());
  await page.goto("/");
  await expect(alerts(page)).toContainText("A part of the page did not load.");
  await page.unroute(script);
  await page.getByRole("button", { name: "Try again" }).click();
  await leader(page);
});

test("a page whose engine does not come says so, and starts when the network is back", async ({
  page,
}) => {
  await page.route(first, (route) => route.abort());
  await page.goto("/");
  await expect(alerts(page)).toContainText("The Raft engine did not start");
  await page.unroute(first);
  await online(page);
  await leader(page);
});

test("on a slow line it is said how much has come", async ({ page }) => {
  const line = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 20, uploadThroughput: 50_000 };
  await line.send("Network.enable");
  await line.send("Network.emulateNetworkConditions", { ...slow, downloadThroughput: 40_000 });
  await page.goto("/", { waitUntil: "commit" });
  const words = page.getByText(/^Loading the Raft engine: \d+ of \d+ kB\.$/);
  const come = async (): Promise<number> => Number(/\d+/.exec(await words.innerText())?.[0]);
  await expect.poll(come).toBeGreaterThan(10);
  await expect.poll(come).toBeGreaterThan(40);
  await line.send("Network.emulateNetworkConditions", { ...slow, downloadThroughput: -1 });
  await leader(page);
});

test("a browser without SIMD, or without WebAssembly, is told exactly that", async ({
  browser,
}) => {
  for (const [takeAway, says] of [
    [() => (WebAssembly.validate = () => false), /WebAssembly without SIMD.*Safari 16\.4/],
    [() => Reflect.deleteProperty(window, "WebAssembly"), /no WebAssembly.*Chrome and Edge 91/],
  ] as const) {
    const page = await browser.newPage();
    await page.addInitScript(takeAway);
    await page.goto("/");
    await expect(alerts(page)).toContainText(says);
    await page.close();
  }
});

test("robots and installers get what they ask for", async ({ request }) => {
  const robots = await (await request.get("/robots.txt")).text();
  expect(robots).toMatch(/^User-agent: \*$/m);
  const manifest = (await (await request.get("/manifest.webmanifest")).json()) as {
    icons: { src: string; type: string }[];
  };
  for (const { src, type } of manifest.icons) {
    expect((await request.get(`/${src}`)).headers()["content-type"]).toContain(type);
  }
});
