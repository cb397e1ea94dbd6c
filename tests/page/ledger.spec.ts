import { expect, test, type Locator, type Page } from "@playwright/test";
import { commit, give, open, pause, server, settled } from "./tools";

const logs = (page: Page): Locator => page.getByRole("region", { name: "Logs" });
const cells = (page: Page, name: RegExp): Locator => logs(page).getByRole("gridcell", { name });

/** Opens a run whose leader has been given so many commands. */
async function longRun(page: Page, entries: number): Promise<void> {
  const lines = Array.from({ length: entries }, (_, at) => `at 3s start leader k${at}=${at}`);
  await page.getByRole("button", { name: "New run" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New run" });
  await dialog.getByRole("button", { name: "From text" }).click();
  const text = `raft-playground 1\nseed 7\nservers 3\nnetwork lan\n${lines.join("\n")}\n`;
  // Typing so many lines takes the browser minutes.
  await dialog.getByLabel(/The text of a run/).evaluate((field: HTMLTextAreaElement, value) => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, text);
  await dialog.getByRole("button", { name: "Open this run" }).click();
  await expect(dialog).toBeHidden();
}

test("an entry shows its term, command, and whether it is committed and applied", async ({
  page,
}) => {
  await open(page);
  await commit(page, ["x=1", "y=2"], 2);
  for (const id of [1, 2, 3, 4, 5]) {
    const cell = cells(page, new RegExp(`^2@\\d+ y=2 on S${id}, committed, applied$`));
    await expect(cell).toBeVisible();
    await expect(cell.getByText("y=2")).toBeVisible();
    await expect(cell.locator(".applied")).toHaveCount(1);
  }
});

test("an entry is not committed while a majority is away", async ({ page }) => {
  const leads = await open(page);
  await give(page, `isolate ${leads}`);
  await give(page, `start ${leads} z=1`);
  const cell = cells(page, new RegExp(`^1@\\d+ z=1 on S${leads}, not committed`));
  await expect(cell).toBeVisible();
  await expect(cell).toHaveCSS("border-top-style", "dashed");
  await expect(cells(page, /^1@\d+ z=1/)).toHaveCount(1);
});

test("what is not synced is hatched, and says so", async ({ page }) => {
  const leads = await open(page);
  await pause(page);
  await give(page, "disk all 300ms");
  await give(page, "start leader x=1");
  const cell = cells(page, new RegExp(`^1@\\d+ x=1 on S${leads}, not committed, not synced$`));
  await expect(cell).toHaveClass(/unsynced/);
});

test("nextIndex and matchIndex stand in the followers' rows, commitIndex goes through all", async ({
  page,
}) => {
  const leads = await open(page);
  await commit(page, ["x=1", "y=2", "z=3"], 3);
  const row = (id: number): Locator =>
    logs(page)
      .getByRole("row")
      .filter({ hasText: `S${id}` });
  for (const id of [1, 2, 3, 4, 5].filter((each) => each !== leads)) {
    await expect(row(id).getByTitle(`nextIndex of S${id}: 4`)).toBeVisible();
    await expect(row(id).getByTitle(`matchIndex of S${id}: 3`)).toBeVisible();
  }
  await expect(row(leads).locator(".next, .match")).toHaveCount(0);
  await expect(logs(page).getByText("commitIndex 3")).toBeVisible();
});

test("a snapshot folds the beginning of the log", async ({ page }) => {
  const leads = await open(page);
  await commit(page, ["x=1", "y=2", "z=3"], 3);
  await give(page, `snapshot ${leads}`);
  await expect(cells(page, new RegExp(`^snapshot up to 3@\\d+ on S${leads}$`))).toBeVisible();
  await expect(cells(page, new RegExp(`^1@\\d+ .* on S${leads}`))).toHaveCount(0);
  const other = (leads % 5) + 1;
  await expect(cells(page, new RegExp(`^1@\\d+ .* on S${other}`))).toBeVisible();
});

test("hovering an entry shows the same entry everywhere, and a click selects it", async ({
  page,
}) => {
  const leads = await open(page);
  await commit(page, ["x=1", "message=hello-world-again"], 2);
  const cell = cells(page, new RegExp(`^2@\\d+ .* on S${leads}`));
  await cell.hover();
  await expect(logs(page).locator(".same")).toHaveCount(5);
  await expect(logs(page).getByText("message=hello-world-again", { exact: true })).toBeVisible();
  await expect(logs(page).getByText(/on S1 S2 S3 S4 S5 · committed and applied/)).toBeVisible();
  await cell.click();
  await expect(cell).toHaveAttribute("aria-selected", "true");
  await page.mouse.move(5, 5);
  await expect(logs(page).locator(".same")).toHaveCount(5);
});

test("arrows go from entry to entry and from log to log", async ({ page }) => {
  await open(page);
  await commit(page, ["x=1", "y=2"], 2);
  await cells(page, /^1@\d+ x=1 on S1/).focus();
  await page.keyboard.press("ArrowRight");
  await expect(cells(page, /^2@\d+ y=2 on S1/)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(cells(page, /^2@\d+ y=2 on S2/)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(cells(page, /^2@\d+ y=2 on S2/)).toHaveAttribute("aria-selected", "true");
});

test("logs of thousands of entries scroll by key, wheel and drag, and only a window is drawn", async ({
  page,
}) => {
  await open(page);
  await longRun(page, 3000);
  const follow = logs(page).getByRole("switch", { name: "follow the end" });
  await expect(follow).toHaveAttribute("aria-checked", "true");
  await expect(cells(page, /^3000@\d+ .* on S1/)).toBeVisible({ timeout: 30_000 });
  expect(await cells(page, /^\d+@/).count()).toBeLessThan(90);

  await cells(page, /^3000@\d+ .* on S1/).focus();
  await page.keyboard.press("Home");
  await expect(follow).toHaveAttribute("aria-checked", "false");
  await expect(cells(page, /^1@\d+ k0=0 on S1/)).toBeVisible();
  await cells(page, /^3@\d+ .* on S1/).hover();
  await page.mouse.wheel(1000, 0);
  await expect(cells(page, /^1@\d+ k0=0 on S1/)).toBeHidden();
  const here = cells(page, /^\d+@\d+ .* on S1/);
  const first = async (): Promise<number> =>
    parseInt((await here.first().getAttribute("aria-label")) ?? "0", 10);
  const wheeled = await settled(page, first);
  expect(wheeled).toBeGreaterThan(10);

  const box = await logs(page).getByRole("grid").boundingBox();
  if (!box) throw new Error("the ledger has no place");
  const y = box.y + 60;
  await page.mouse.move(box.x + 200, y);
  await page.mouse.down();
  await page.mouse.move(box.x + 430, y, { steps: 5 });
  await page.mouse.up();
  await expect.poll(first).toBe(wheeled - 5);

  await page.keyboard.press("f");
  await expect(cells(page, /^3000@\d+ .* on S1/)).toBeVisible();
  await expect(follow).toHaveAttribute("aria-checked", "true");
});

test("the row of the selected server is marked, and a click on its name selects it", async ({
  page,
}) => {
  await open(page);
  await logs(page).getByRole("rowheader").filter({ hasText: "S4" }).click();
  await expect(server(page, 4)).toHaveAttribute("aria-pressed", "true");
});
