import { expect, test, type Page } from "@playwright/test";
import { leader, open, server, settled } from "./tools";

const TABS = ["Cluster", "Logs", "Server", "Journal", "Space-time"];

async function fits(page: Page): Promise<void> {
  const wide = () =>
    page.evaluate(() => [
      ...(document.documentElement.scrollWidth > 390 ? ["the page"] : []),
      ...[...document.querySelectorAll("button, select, input, summary")]
        .filter((each) => each.checkVisibility())
        .filter((each) => each.getBoundingClientRect().right > innerWidth)
        .map(({ textContent }) => textContent),
    ]);
  await expect.poll(wide).toEqual([]);
}

/** The controls in sight that a thumb would miss. */
const small = (page: Page) =>
  page.evaluate(() => {
    const found = document.querySelectorAll("button, select, input, summary, [role=option]");
    return [...found].flatMap((each) => {
      // A box to tick is as big as the label round it.
      const target = each.closest("label") ?? each;
      const box = target.getBoundingClientRect();
      const inSight = box.width > 1 && box.height > 1 && each.checkVisibility();
      const isField = each.closest("dl") !== null;
      if (!inSight || isField || box.height >= 39.5) return [];
      return [
        `${each.getAttribute("aria-label") ?? each.textContent?.trim() ?? ""}: ${box.height}`,
      ];
    });
  });

async function tab(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name: new RegExp(`^${name}`) }).click();
  // What it shows may have to be fetched.
  await expect(page.getByRole("tabpanel").locator("button, canvas, [role=option]")).not.toHaveCount(
    0,
  );
}

test("every tab fits the width, and its controls fit a thumb", async ({ page }) => {
  const leads = await open(page);
  await server(page, leads).tap();
  for (const name of TABS) {
    await tab(page, name);
    await fits(page);
    await expect.poll(() => small(page), name).toEqual([]);
  }
});

test("every dialog fits the width, and its controls fit a thumb", async ({ page }) => {
  await open(page);
  for (const [button, dialog, inMenu] of [
    ["Partition…", "Partition the network", false],
    ["Network…", "Network", false],
    ["New run", "New run", false],
    ["Lab", "Lab", true],
    ["All keys", "Help", true],
  ] as const) {
    if (inMenu) await page.getByRole("button", { name: "More" }).tap();
    await page.getByRole("button", { name: button }).first().tap();
    const box = page.getByRole("dialog", { name: dialog });
    await expect(box).toBeVisible();
    await fits(page);
    await expect.poll(() => small(page), dialog).toEqual([]);
    await box.getByRole("button", { name: "Close" }).tap();
    await expect(box).toBeHidden();
  }
});

test("what can be done to a server comes up from the bottom", async ({ page }) => {
  const leads = await open(page);
  await server(page, leads).focus();
  await page.keyboard.press("Shift+F10");
  const menu = page.getByRole("menu");
  await expect(menu).toBeVisible();
  const box = await settled(page, () => menu.boundingBox());
  expect(box?.x).toBe(0);
  expect(box?.width).toBe(390);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeCloseTo(844, 0);
  for (const item of await menu.getByRole("menuitem").all()) {
    expect((await item.boundingBox())?.height).toBeGreaterThanOrEqual(40);
  }
  await menu.getByRole("menuitem", { name: "Crash", exact: true }).tap();
  await expect(server(page, leads)).toHaveAccessibleName(/crashed/);
});

test("a command is started, committed and seen in the server's table", async ({ page }) => {
  await open(page);
  await page.getByLabel("Command for the service").fill("thumb=1");
  await page.getByRole("button", { name: "Start at the leader" }).tap();
  const leads = await leader(page);
  await expect(server(page, leads)).toHaveAccessibleName(/committed 1/);
  await server(page, leads).tap();
  await tab(page, "Server");
  await expect(page.getByRole("row", { name: "thumb 1" })).toBeVisible();
  await tab(page, "Journal");
  await expect(page.getByRole("listbox", { name: "Journal" }).getByRole("option")).not.toHaveCount(
    0,
  );
  // It opens at its end, and stays there.
  await expect(page.getByRole("button", { name: "Jump to now" })).toBeHidden();
  await fits(page);
});

test("the console is within reach of a thumb and above the keyboard", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Open the console" }).tap();
  const input = page.getByRole("combobox", { name: "Command" });
  await expect(input).toBeFocused();
  await expect.poll(async () => (await input.boundingBox())?.y).toBeLessThan(300);
  await fits(page);
  await input.fill("crash 1");
  await input.press("Enter");
  await page.getByRole("button", { name: "Close the console" }).tap();
  await expect(server(page, 1)).toHaveAccessibleName(/crashed/);
});
