import { expect, test, type Page } from "@playwright/test";
import type { Frame } from "../../web/engine/engine";
import { paceOf } from "../../web/record/pace";
import { journal, part, server, settled, stage, timer } from "./tools";

const caption = (page: Page) => stage(page).getByRole("region", { name: "Notes" });
const list = (page: Page) => page.getByRole("list", { name: "Examples" });

test("Figure 8 has an address, opens at (a), and its notes lead through it", async ({ page }) => {
  await page.goto("/#figure-8");
  await expect(page).toHaveTitle(/^Figure 8 .* · Raft playground$/);
  await expect(server(page, 1)).toHaveAccessibleName(/^S1, leader, term 2/);
  await expect(timer(page)).toHaveText("4.500 s");
  await expect(caption(page)).toContainText("(a) S1 leads term 2.");
  await caption(page).getByRole("button", { name: "Next note" }).click();
  await expect(caption(page)).toContainText("(b) S1 has crashed.");
  await expect(server(page, 5)).toHaveAccessibleName(/^S5, leader, term 3/);
  await caption(page).getByRole("button", { name: "Next note" }).click();
  await expect(caption(page)).toContainText("(c) S5 has crashed.");
  expect(page.url()).toMatch(/#figure-8$/);

  // In the journal, too, and on the timeline.
  await expect(journal(page)).toContainText("⚑ (c) S5 has crashed.");
  const flags = page.getByRole("list", { name: "Notes on the timeline" });
  await expect(flags.getByRole("button")).toHaveCount(5);
  await flags.getByRole("button", { name: /\(d\)/ }).focus();
  await page.keyboard.press("Enter");
  await expect(caption(page)).toContainText("(d) S1 has crashed.");
  await expect(timer(page)).toHaveText("9.800 s");
});

test("playback pauses at each note, unless that is not wanted", async ({ page }) => {
  await page.goto("/#snapshot");
  await expect(caption(page)).toContainText("S3 has been cut off since 2 s");
  for (let press = 0; press < 9; press += 1) await page.keyboard.press("]");
  await page.keyboard.press(" ");
  await expect(caption(page)).toContainText("S1 took a snapshot up to 2@1");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  await expect(timer(page)).toHaveText("3.600 s");
  await page.keyboard.press("w");
  await page.getByRole("checkbox", { name: "Pause playback at each note" }).uncheck();
  await page.getByRole("dialog").press("Escape");
  await page.keyboard.press(" ");
  await expect(page.getByText("The recorded run ends here.")).toBeVisible();
});

test("what is idle passes in real time, and what happens is slow", async ({ page }) => {
  await page.goto("/#figure-8");
  await expect(caption(page)).toContainText("(a) S1 leads term 2.");
  // At 1/100, the 2.3 s to (b) would take four minutes.
  await expect(page.getByText("1/100", { exact: true })).toBeVisible();
  await page.keyboard.press(" ");
  await expect(caption(page)).toContainText("(b) S1 has crashed.", { timeout: 30_000 });
  await expect(timer(page)).toHaveText("6.800 s");
});

test("up to when nothing is to be seen", () => {
  const server = { unsyncedBytes: 0, timer: { kind: "election", setAt: 0, firesAt: 70 } };
  const frame = { now: 10, end: 100, live: false, messages: [], servers: [server] };
  const pace = paceOf([5, 30, 90]);
  const at = (change: object): number | null => pace({ ...frame, ...change } as unknown as Frame);
  expect(at({})).toBe(30);
  expect(at({ now: 40 })).toBe(70);
  expect(at({ now: 95 })).toBe(100);
  expect(at({ live: true })).toBeNull();
  expect(at({ messages: [{ state: "flying" }] })).toBeNull();
  expect(at({ messages: [{ state: "lost" }] })).toBe(30);
  expect(at({ servers: [{ ...server, unsyncedBytes: 7 }] })).toBeNull();
});

test("the examples are one click away, and each of them opens", async ({ page }) => {
  test.slow();
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await page.getByRole("button", { name: "Examples" }).click();
  // The list is fetched when it is opened.
  const shown = list(page).getByRole("button").locator("b");
  await expect(shown.nth(9)).toBeVisible();
  const titles = await settled(page, () => shown.allInnerTexts());
  for (const title of titles) {
    if (title !== titles[0]) await page.getByRole("button", { name: "Examples" }).click();
    await list(page).getByRole("button", { name: title }).click();
    await expect(list(page)).toBeHidden();
    await expect(page).toHaveTitle(`${title} · Raft playground`);
    await expect(caption(page)).toBeVisible();
  }
  expect(new URL(page.url()).hash).toBe("#stale-read");
  // Back leads to the example before.
  await page.goBack();
  await expect(page).toHaveTitle(/^A disk that lies/);
  await expect(part(page, "Timeline")).toBeVisible();
});

test("an address that names no example says so", async ({ page }) => {
  await page.goto("/#figure-9");
  await expect(page.getByRole("alert")).toContainText("There is no example called “figure-9”.");
  await expect(server(page, 1)).toBeVisible();
});
