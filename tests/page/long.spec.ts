import { expect, test, type Locator, type Page } from "@playwright/test";
import { events, give, leader, open, part, pause, server } from "./tools";

/** A second of it is about 90 events. Ninety thousand seconds take so long that the page says how far it is. */
const lasting = (seconds: number): string => `seed 3\nnetwork lan\nat ${seconds}s end\n`;

const working = (page: Page): Locator =>
  page.getByRole("dialog", { name: "Executing the run again" });
const share = (page: Page): Locator => page.getByRole("dialog", { name: "Share this run" });
const percent = async (page: Page): Promise<number> =>
  Number(/(\d+)% · [\d,]+ events/.exec(await working(page).innerText())?.[1]);

async function openText(page: Page, text: string): Promise<void> {
  await page.keyboard.press("y");
  await share(page).getByRole("textbox", { name: "Link or text of a run" }).fill(text);
  await share(page).getByRole("button", { name: "Open it" }).click();
}

/** Notes the longest time for which the page does not draw, from now on. */
async function watchFrames(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const state = window as unknown as { longest: number };
    state.longest = 0;
    let before = performance.now();
    const tick = (now: number): void => {
      state.longest = Math.max(state.longest, now - before);
      before = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  return () => page.evaluate(() => (window as unknown as { longest: number }).longest);
}

test("a long run is opened while the page lives, says how far it is, and can be done without", async ({
  page,
}) => {
  const first = await open(page);
  await give(page, `crash ${first}`);
  await pause(page);
  const event = await events(page);
  await openText(page, lasting(90_000));
  await expect(working(page)).toBeVisible();
  const began = await percent(page);
  const longest = await watchFrames(page);
  await expect.poll(() => percent(page)).toBeGreaterThan(began);
  // A machine with much else to do gives some time to others, but no second.
  expect(await longest()).toBeLessThan(1000);
  await working(page).getByRole("button", { name: "Cancel" }).click();
  await expect(working(page)).toBeHidden();
  await expect(share(page).getByRole("alert")).toHaveText("Not opened: it was cancelled.");
  await share(page).press("Escape");
  expect(await events(page)).toBe(event);
  await expect(server(page, first)).toHaveAccessibleName(/crashed/);

  // Escape is a way out, too; and what is waited for comes.
  await openText(page, lasting(90_000));
  await working(page).press("Escape");
  await expect(share(page).getByRole("alert")).toHaveText("Not opened: it was cancelled.");
  await share(page).press("Escape");
  await openText(page, lasting(9000));
  await expect(share(page)).toBeHidden({ timeout: 30_000 });
  await page.keyboard.press("End");
  await expect(page.getByRole("timer")).toHaveText("9000.000 s");
  // The beginning is no longer told, and what is said of that stands by itself.
  const said = page.locator(".journal p.empty");
  await expect(said).toHaveText([/^Earlier lines are no longer kept/, /^Nothing to show yet/]);
  const [above, below] = await Promise.all([said.first(), said.last()].map((p) => p.boundingBox()));
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
  // The time has room on every screen.
  for (const [width, height] of [
    [1440, 900],
    [1024, 768],
    [390, 844],
    [360, 740],
    [844, 390],
  ] as const) {
    await page.setViewportSize({ width, height });
    const cut = () =>
      page.getByRole("timer").evaluate((clock) => clock.scrollWidth - clock.clientWidth);
    await expect.poll(cut, `${width} x ${height}`).toBeLessThanOrEqual(0);
  }
});

test("a reload comes back to a long run in pieces, or not at all if nobody waits", async ({
  page,
}) => {
  test.setTimeout(240_000);
  await open(page);
  await openText(page, lasting(90_000));
  await expect(share(page)).toBeHidden({ timeout: 60_000 });
  await page.keyboard.press("y");
  await share(page).getByRole("textbox", { name: "Name" }).fill("very long");
  await share(page).getByRole("textbox", { name: "Name" }).press("Tab");
  await share(page).press("Escape");
  await expect(share(page)).toBeHidden();
  const runs = page.getByRole("dialog", { name: "My runs" });
  await page.keyboard.press("m");
  await expect(runs).toBeVisible({ timeout: 30_000 });
  await expect(
    runs.getByRole("listitem").filter({ hasText: "very long" }).getByText("on the page"),
  ).toBeVisible();
  await page.reload();
  const coming = page.getByRole("status").filter({ hasText: /Coming back to “very long”: \d+%/ });
  await expect(coming).toBeVisible();
  await expect(part(page, "Timeline")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("very long")).toBeVisible();

  await page.reload();
  await page.getByRole("button", { name: "Start a new run instead" }).click();
  await expect(part(page, "Timeline")).toBeVisible();
  await expect(
    page.getByText("“very long” was not waited for. It stays in “My runs”."),
  ).toBeVisible();
  await expect.poll(() => leader(page)).toBeGreaterThan(0);
});

test("two long branches are gone through while the page lives", async ({ page }) => {
  test.setTimeout(240_000);
  await open(page);
  await openText(page, lasting(90_000));
  await expect(share(page)).toBeHidden({ timeout: 60_000 });
  // The network is like this already, so nothing comes of it.
  await page.keyboard.press(".");
  await give(page, "network lan");
  await page.keyboard.press("b");
  await page.getByRole("button", { name: "Compare" }).click();
  const comparison = page.getByRole("dialog", { name: "Compare two branches" });
  await comparison.getByRole("button", { name: "Play it on to 90000.000 s" }).click();
  await expect(page.getByRole("dialog", { name: "Playing on" })).toBeVisible();
  const longest = await watchFrames(page);
  await expect(page.getByRole("dialog", { name: "Playing on" })).toBeHidden({ timeout: 120_000 });
  const first = part(page, "First difference");
  await expect(first).toContainText(/the same up to [\d.]+ s so far/);
  await expect(first).toContainText("They do not differ", { timeout: 60_000 });
  expect(await longest()).toBeLessThan(1500);
});

test("where a property is violated is marked on the timeline and jumped to", async ({ page }) => {
  await open(page);
  await openText(
    page,
    `servers 5
network perfect
disk 0s
election 1000s..2000s
heartbeat 1000s
broken IgnoreStaleReply
at 1s cut 1 > 4
at 1s cut 1 > 5
at 1s cut 5 > 1
at 1s link 2 > 1 latency=5s
at 1s link 3 > 1 latency=5s
at 2s timeout 1
at 3s cut 1 > 2
at 3s cut 1 > 3
at 3s timeout 1
at 4s timeout 5
at 4.5s timeout 5
at 8s end
`,
  );
  await expect(share(page)).toBeHidden();
  const strip = part(page, "Timeline").getByRole("slider");
  await expect(strip).toHaveAccessibleName(/1 property violated/);
  await page.getByRole("combobox", { name: "Jump between" }).selectOption("violations");
  await page.getByRole("button", { name: "Jump forward" }).click();
  await expect(page.getByRole("timer")).toHaveText("7.001 s");
  const box = await strip.boundingBox();
  if (!box) throw new Error("the strip is not on the page");
  // The axis goes a little beyond the end: the mark is somewhere before seven eighths.
  let x = box.x + (box.width * 7.001) / 8;
  await expect(async () => {
    x -= 3;
    await page.mouse.move(x, box.y + 40);
    await expect(part(page, "Timeline")).toContainText("Election Safety is violated", {
      timeout: 100,
    });
  }).toPass({ intervals: [10] });
});
