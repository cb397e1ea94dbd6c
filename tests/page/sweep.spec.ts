import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { commit, give, journal, open, openText, pause, server, stage } from "./tools";

/** Every dialog, and the key or the button that opens it. */
const DIALOGS = [
  ["Partition the network", "Partition…"],
  ["Network", "Network…"],
  ["New run", "New run"],
  ["Help", "?"],
  ["Lab", "l"],
  ["Branches", "b"],
  ["Share this run", "y"],
  ["My runs", "m"],
  ["Notes", "w"],
  ["Properties", "o"],
  ["Break a rule", "k"],
  ["Clients", "a"],
] as const;

/** S1 and S2 are both elected in term 1. */
const TWO_LEADERS = `servers 3
network perfect
disk 0s
election 1000s..2000s
broken RefuseSecondVote
at 1s timeout 1 2
at 2s end
`;

const dialog = (page: Page) => page.getByRole("dialog");

async function openDialog(page: Page, by: string): Promise<void> {
  if (by.length === 1) await page.keyboard.press(by);
  else await page.getByRole("button", { name: by, exact: true }).first().click();
}

/** All that axe finds, of whatever weight. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

test("after every dialog, opened and left by keys, Space plays and nothing else", async ({
  page,
}) => {
  test.setTimeout(120_000);
  await open(page);
  await pause(page);
  for (const [name, by] of DIALOGS) {
    await openDialog(page, by);
    await expect(dialog(page).filter({ visible: true }), name).toHaveAccessibleName(name);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest("dialog") !== null), name)
      .toBe(true);
    await page.keyboard.press("Escape");
    await expect(dialog(page), name).toHaveCount(0);
    // Somewhere a reader of the screen can go on from, and not in what is gone.
    expect(
      await page.evaluate(() => document.activeElement?.checkVisibility() ?? false),
      name,
    ).toBe(true);
    if (by.length > 1) {
      await expect(page.getByRole("button", { name: by, exact: true }).first()).toBeFocused();
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    }
    await page.keyboard.press("Space");
    await expect(page.getByRole("button", { name: "Pause", exact: true }), name).toBeVisible();
    await expect(dialog(page), name).toHaveCount(0);
    await page.keyboard.press("Space");
    await expect(page.getByRole("button", { name: "Play", exact: true }), name).toBeVisible();
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("axe finds nothing in any dialog", async ({ page }) => {
      test.setTimeout(240_000);
      await open(page);
      await give(page, "start leader x=1");
      await give(page, "note something");
      await pause(page);
      for (const [name, by] of DIALOGS) {
        await openDialog(page, by);
        await expect(dialog(page).filter({ visible: true })).toHaveAccessibleName(name);
        expect.soft(await violations(page), name).toEqual([]);
        await page.keyboard.press("Escape");
        await expect(dialog(page)).toHaveCount(0);
      }
    });

    test("axe finds nothing where something is open or selected", async ({ page }) => {
      test.setTimeout(400_000);
      const leads = await open(page);
      await commit(page, ["x=1", "y=2"], 2);
      await pause(page);
      const look = async (state: string) => {
        expect.soft(await violations(page), state).toEqual([]);
      };
      await look("the page as it is");

      await page.keyboard.press("/");
      await page.keyboard.type("isol");
      await page.keyboard.press("Tab");
      await expect(page.getByRole("listbox", { name: "Completions" })).toBeVisible();
      await look("console with completions");
      await page.keyboard.press("Escape");
      const line = page.getByRole("combobox", { name: "Command" });
      for (const refused of ["explode 3", "seed 9"]) {
        await line.fill(refused);
        await line.press("Enter");
        await expect(page.getByRole("alert").last()).toContainText(refused.split(" ", 1).join());
        await look(`console that refuses ${refused}`);
      }
      await line.press("Escape");
      await expect(line).toBeHidden();

      await page.getByRole("button", { name: /^untitled run/ }).click();
      await expect(page.getByText(/· 5 servers · network wan/).last()).toBeVisible();
      await look("the run's name and settings");
      await page.keyboard.press("Escape");
      await page.getByRole("gridcell", { name: /^2@/ }).first().click();
      await expect(page.getByRole("heading", { name: /^Entry 2@/ })).toBeVisible();
      await look("a selected entry");
      await stage(page)
        .getByRole("button", { name: /^link S1 / })
        .first()
        .focus();
      await page.keyboard.press("Enter");
      await expect(page.getByRole("region", { name: "S1 to S2" })).toBeVisible();
      await look("a selected link");

      await page.keyboard.press(String(leads));
      await page.keyboard.press("Shift+F10");
      await expect(page.getByRole("menu")).toBeVisible();
      await look("a server's menu");
      await page.keyboard.press("Escape");

      await page.getByRole("button", { name: "Start at a server of your choice" }).click();
      await expect(page.getByRole("button", { name: "Start at S1" })).toBeVisible();
      await look("servers to start at");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /^Kinds of lines/ }).click();
      await expect(page.getByRole("checkbox").first()).toBeVisible();
      await look("kinds of lines");
      await page.keyboard.press("Escape");

      await journal(page).getByRole("option").last().click();
      await expect(page.getByRole("region", { name: "Rule of the line" })).toBeVisible();
      await look("the rule of a line");
      await page.keyboard.press("q");
      await expect(page.getByRole("region", { name: "Why" }).first()).toBeVisible();
      await look("an answer");
      await page.keyboard.press("g");
      await expect(page.getByRole("button", { name: "Heartbeats" })).toBeVisible();
      await look("the space-time diagram");
      await page.keyboard.press("v");
      await expect(page.getByRole("button", { name: "Leave presenter view" })).toBeVisible();
      await look("the presenter view");
      await page.keyboard.press("v");

      await openText(page, TWO_LEADERS);
      await expect(stage(page).getByText("also leads term 1")).toBeVisible();
      await look("two leaders and a broken rule");
      await page.setViewportSize({ width: 390, height: 844 });
      await page.getByRole("button", { name: "More" }).click();
      await expect(page.getByRole("button", { name: "All keys" })).toBeVisible();
      await look("the menu of a narrow page");
      await page.keyboard.press("Escape");
      await expect(server(page, 1)).toHaveCount(1);
      for (const name of ["Logs", "Server", "Journal", "Space-time", "Cluster"]) {
        await page.getByRole("tab", { name }).click();
        await expect(
          page.getByRole("tabpanel").locator("button, canvas, [role=option]"),
        ).not.toHaveCount(0);
        await look(`the tab ${name} of a narrow page`);
      }
    });
  });
}
