import { expect, test, type Page } from "@playwright/test";
import { journal, leader, NEWCOMER, open, openText, server, stage } from "./tools";

test.use(NEWCOMER);

/** The first visit of a person: the mouse moves, and nothing else is done. */
async function visit(page: Page): Promise<number> {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible({ timeout: 30_000 });
  await page.mouse.move(400, 300);
  await page.mouse.move(420, 320);
  return leader(page);
}

const entry = (page: Page, words: RegExp) =>
  page.getByRole("region", { name: "Logs" }).getByText(words);
const selected = (page: Page) => stage(page).locator('[aria-pressed="true"]');

test("in the first seconds commands fill the logs, and the leader is selected", async ({
  page,
}) => {
  const leads = await visit(page);
  await expect(server(page, leads)).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("region", { name: "In memory" })).toBeVisible();
  await expect(entry(page, /^x=1$/)).toHaveCount(5, { timeout: 20_000 });
  await expect(journal(page)).toContainText("start leader x=1");
  await expect(stage(page).locator(".hint")).toContainText("Commands start at S");
  await expect(stage(page).locator(".hint")).toContainText("Crash it", { timeout: 30_000 });
  await expect(entry(page, /^x=3$/)).toHaveCount(5, { timeout: 30_000 });
});

test("a run to which only the page has done something is not kept among one's own", async ({
  page,
}) => {
  const leads = await visit(page);
  for (let press = 0; press < 9; press += 1) await page.keyboard.press("]");
  await expect(server(page, leads)).toHaveAccessibleName(/committed 3$/);
  await expect(page).toHaveTitle("Raft playground");
  // It is kept for a reload, and goes when another run comes.
  await page.waitForTimeout(2500);
  await openText(page, "servers 3\nat 1s crash 3\n");
  await page.getByRole("button", { name: "My runs" }).click();
  await expect(page.getByRole("dialog").getByText("3 servers")).toHaveCount(1);
  await expect(page.getByRole("dialog").getByText("5 servers")).toHaveCount(0);
});

test("who does something themselves is left alone", async ({ page }) => {
  const leads = await open(page);
  await page.keyboard.press(String((leads % 5) + 1));
  await page.keyboard.press("c");
  await page.waitForTimeout(1500);
  await expect(server(page, (leads % 5) + 1)).toHaveAttribute("aria-pressed", "true");
  await expect(selected(page)).toHaveCount(1);
  await page.keyboard.press("Escape");
  await page.waitForTimeout(1000);
  await expect(selected(page)).toHaveCount(0);
});

test("nothing is started in a run that was opened", async ({ page }) => {
  await page.goto("/");
  await openText(page, "seed 4\nservers 3\n");
  for (let press = 0; press < 9; press += 1) await page.keyboard.press("]");
  const leads = await leader(page);
  await page.waitForTimeout(1500);
  await expect(server(page, leads)).toHaveAccessibleName(/log empty/);
  await expect(selected(page)).toHaveCount(0);
});

test.describe("on a later visit", () => {
  test.use({
    storageState: async ({ baseURL }, use) => {
      const stored = JSON.stringify({ hintsClosed: true });
      const localStorage = [{ name: "raft-playground", value: stored }];
      const origin = new URL(baseURL ?? "").origin;
      await use({ cookies: [], origins: [{ origin, localStorage }] });
    },
  });

  test("the page starts nothing for who wants no hints", async ({ page }) => {
    const leads = await open(page);
    await page.waitForTimeout(1500);
    await expect(server(page, leads)).toHaveAccessibleName(/log empty/);
    await expect(selected(page)).toHaveCount(0);
  });
});
