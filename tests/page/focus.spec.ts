import { expect, test, type Locator, type Page } from "@playwright/test";
import { open, openText, pause, PARTED, server, stage } from "./tools";

/** Checks that Space plays or pauses, and does nothing else, wherever it is pressed on the page. */
async function spacePlays(page: Page, plays: boolean): Promise<void> {
  const before = page.getByRole("button", { name: plays ? "Play" : "Pause", exact: true });
  await expect(before).toBeVisible();
  await page.keyboard.press("Space");
  const after = page.getByRole("button", { name: plays ? "Pause" : "Play", exact: true });
  await expect(after).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

const header = (page: Page, name: string): Locator =>
  page.getByRole("banner").getByRole("button", { name, exact: true });
const dialog = (page: Page): Locator => page.getByRole("dialog");

test("Space plays after Watch, by mouse and by keyboard", async ({ page }) => {
  await open(page);
  await header(page, "Break a rule").click();
  await dialog(page)
    .getByRole("button", { name: /A server votes twice/ })
    .click();
  await dialog(page).getByRole("button", { name: "Watch the smallest run" }).click();
  await expect(dialog(page)).toHaveCount(0);
  await spacePlays(page, true);

  await header(page, "Break a rule").focus();
  await page.keyboard.press("Enter");
  await dialog(page).getByRole("button", { name: "Watch the smallest run" }).focus();
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toHaveCount(0);
  await expect(stage(page)).toBeFocused();
  await spacePlays(page, true);
});

test("Space plays after a test of the lab was opened", async ({ page }) => {
  await open(page);
  await header(page, "Lab").click();
  await dialog(page).getByRole("button", { name: "Watch" }).first().click();
  await expect(dialog(page)).toHaveCount(0, { timeout: 30_000 });
  await spacePlays(page, true);
});

test("Space pauses after a new run, a partition and a change of the network", async ({ page }) => {
  await open(page);
  await header(page, "New run").click();
  await dialog(page).getByRole("button", { name: "Start this run" }).click();
  await expect(dialog(page)).toHaveCount(0);
  await spacePlays(page, false);
  await spacePlays(page, true);

  await page.getByRole("button", { name: "Partition…" }).click();
  await dialog(page).getByRole("button", { name: "Cut the links" }).click();
  await expect(dialog(page)).toHaveCount(0);
  await spacePlays(page, false);
  await spacePlays(page, true);

  await page.getByRole("button", { name: "Network…" }).click();
  await dialog(page).getByRole("button", { name: "Set all links" }).click();
  await expect(dialog(page)).toHaveCount(0);
  await spacePlays(page, false);
});

test("Space plays after a kept run was opened", async ({ page }) => {
  await open(page);
  await openText(page, PARTED);
  await openText(page, "servers 3\n");
  await header(page, "My runs").click();
  await dialog(page).getByRole("button", { name: "Open", exact: true }).first().click();
  await expect(dialog(page)).toHaveCount(0);
  await spacePlays(page, true);
});

test("Space pauses after a click on any button, and does not press it again", async ({ page }) => {
  const leads = await open(page);
  await page.getByRole("button", { name: "Start at the leader" }).click();
  await spacePlays(page, false);
  await spacePlays(page, true);
  await expect(server(page, leads)).toHaveAccessibleName(/log to 1@/);
  await expect(server(page, leads)).toHaveAccessibleName(/committed 1$/);

  await server(page, leads).click();
  await spacePlays(page, false);
  await expect(server(page, leads)).toHaveAttribute("aria-pressed", "true");

  await page.getByRole("button", { name: "Presenter view" }).click();
  await spacePlays(page, true);
  await expect(page.locator("html")).toHaveClass(/presenting/);
  await page.getByRole("button", { name: "Presenter view" }).click();

  await page.getByRole("combobox", { name: "Jump between" }).selectOption("fault");
  await spacePlays(page, false);
});

test("a dialog that is left gives the focus back to its button", async ({ page }) => {
  await open(page);
  for (const name of ["Lab", "Break a rule", "Share", "My runs", "New run", "All keys"]) {
    await header(page, name).focus();
    await page.keyboard.press("Enter");
    await expect(dialog(page)).toHaveCount(1);
    await page.keyboard.press("Escape");
    await expect(dialog(page)).toHaveCount(0);
    await expect(header(page, name)).toBeFocused();
  }
  await page.getByRole("button", { name: "Partition…" }).focus();
  await page.keyboard.press("Enter");
  await dialog(page).getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Partition…" })).toBeFocused();
});

test("who goes to a button with Tab presses it with Space", async ({ page }) => {
  await open(page);
  await header(page, "Lab").focus();
  await page.keyboard.press("Tab");
  await expect(header(page, "Break a rule")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(dialog(page)).toHaveCount(1);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Space");
  await expect(dialog(page)).toHaveCount(1);
});

test("a number selects a server and gives it the focus: its menu is a key away", async ({
  page,
}) => {
  await open(page);
  await pause(page);
  await page.keyboard.press("3");
  await expect(server(page, 3)).toBeFocused();
  await expect(server(page, 3)).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("3");
  await expect(server(page, 3)).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menu", { name: "S3" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(server(page, 3)).toBeFocused();
  await page.keyboard.press("ContextMenu");
  await page.getByRole("menuitem", { name: "Crash", exact: true }).press("Enter");
  await expect(server(page, 3)).toHaveAccessibleName(/crashed/);
  // Keys still mean the page's.
  const before = await page.getByText(/^event [\d,]+$/).innerText();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByText(/^event [\d,]+$/)).not.toHaveText(before);
  await spacePlays(page, true);
});
