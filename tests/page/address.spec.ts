import { expect, test, type Page } from "@playwright/test";
import { events, give, leader, open, openText, pause, server } from "./tools";

const now = (page: Page): Promise<string> => page.getByRole("timer").innerText();
const hash = (page: Page): string => new URL(page.url()).hash;

/** Waits until the address has been written for what was done, and gives it. */
async function address(page: Page): Promise<string> {
  await expect.poll(() => hash(page)).toMatch(/^#r1\./);
  let before = "";
  await expect
    .poll(async () => {
      const same = page.url() === before;
      before = page.url();
      await page.waitForTimeout(600);
      return same && page.url() === before;
    })
    .toBe(true);
  return before;
}

test("the address of a run opens the same run elsewhere, and is kept until the run changes", async ({
  page,
  context,
}) => {
  const first = await open(page);
  expect(hash(page)).toBe("");
  await give(page, `crash ${first}`);
  await expect.poll(() => leader(page)).not.toBe(first);
  await pause(page);
  const [at, event] = [await now(page), await events(page)];
  const link = await address(page);

  const other = await context.newPage();
  await other.goto(link);
  await expect(server(other, first)).toHaveAccessibleName(/crashed/);
  expect([await now(other), await events(other)]).toEqual([at, event]);
  expect(other.url()).toBe(link);
  await other.keyboard.press("Home");
  await other.waitForTimeout(1200);
  expect(other.url()).toBe(link);
  await other.keyboard.press("End");
  await give(other, `restart ${first}`);
  await expect.poll(() => other.url()).not.toBe(link);
  const changed = await address(other);
  await other.reload();
  await expect(server(other, first)).not.toHaveAccessibleName(/crashed/);
  expect(other.url()).toBe(changed);
});

test("the title names the run, and the link follows the name while it is typed", async ({
  page,
}) => {
  await open(page);
  await expect(page).toHaveTitle("Raft playground");
  await page.keyboard.press("y");
  const dialog = page.getByRole("dialog", { name: "Share this run" });
  const link = dialog.getByRole("textbox", { name: "Link", exact: true });
  await expect(link).toHaveValue(/#r1\./);
  const before = await link.inputValue();
  await dialog.getByRole("textbox", { name: "Name" }).pressSequentially("A duel");
  await expect(page).toHaveTitle("A duel · Raft playground");
  await expect.poll(() => link.inputValue()).not.toBe(before);
  // It was playing before, and goes on.
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
});

test("Back and Forward lead from run to run", async ({ page }) => {
  await page.goto("/");
  await openText(
    page,
    "raft-playground 1\nname The one\nseed 3\nservers 3\nat 1s crash 1\nat 2s end",
  );
  await address(page);
  await openText(
    page,
    "raft-playground 1\nname The other\nseed 4\nservers 4\nat 1s crash 2\nat 2s end",
  );
  await expect(page).toHaveTitle("The other · Raft playground");
  await expect.poll(() => page.evaluate(() => history.length)).toBeGreaterThan(2);
  await address(page);
  await page.goBack();
  await expect(page).toHaveTitle("The one · Raft playground");
  await expect(server(page, 4)).toHaveCount(0);
  await page.goForward();
  await expect(page).toHaveTitle("The other · Raft playground");
  await expect(server(page, 4)).toBeVisible();
});

test("a run that is too long for an address is named by its copy in this browser", async ({
  page,
}) => {
  await page.goto("/");
  const lines = Array.from({ length: 1200 }, (_, n) => {
    const value = ((n * 2654435761) % 4294967296).toString(36);
    return `at ${(2 + n / 1000).toFixed(3)}s start leader k${value}=${value}${n * n}`;
  });
  await openText(
    page,
    `raft-playground 1\nname A long one\nseed 3\n${lines.join("\n")}\nat 4s end`,
  );
  await expect.poll(() => hash(page)).toMatch(/^#run-[0-9a-f-]+$/);
  await expect(page.getByText(/too long for an address/)).toBeVisible();
  const named = page.url();
  await page.goto("/#figure-8");
  await expect(page).toHaveTitle(/^Figure 8/);
  await page.goto(named);
  await expect(page).toHaveTitle("A long one · Raft playground");
});
