import { expect, test, type Page } from "@playwright/test";
import { counter, events, journal, leader, open, part, server, stage } from "./tools";

/** The element that has the focus, as a screen reader would call it. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    const labels = (at as HTMLInputElement | null)?.labels ?? [];
    return at?.getAttribute("aria-label") ?? labels[0]?.innerText ?? at?.textContent?.trim() ?? "";
  });

test("the whole tour goes by keyboard alone", async ({ page }) => {
  const leads = await open(page);
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  const at = await events(page);
  await page.keyboard.press(".");
  await expect(counter(page)).not.toHaveText(at);
  await page.keyboard.press("Space");

  await page.keyboard.press("n");
  await page.keyboard.type("tour=1");
  await page.keyboard.press("Enter");
  await expect(stage(page).getByRole("button", { name: /^S\d+,.* committed 1$/ })).toHaveCount(5);
  await page.keyboard.press("Escape");

  await page.keyboard.press(String(leads));
  const heading = page.getByRole("heading", { name: `S${leads}`, exact: true });
  await expect(heading).toBeVisible();
  await page.keyboard.press("s");
  await expect(part(page, "On disk")).toContainText(/through 1@\d+/);
  await page.keyboard.press("p");
  await expect(server(page, leads)).toHaveAccessibleName(/paused/);
  await page.keyboard.press("p");
  await page.keyboard.press("c");
  await expect(part(page, "In memory")).toContainText("Lost in the crash");
  await page.keyboard.press("c");
  await expect(part(page, "In memory")).toContainText("commitIndex");
  await page.keyboard.press("Escape");
  await expect(heading).toBeHidden();

  await leader(page);
  await page.keyboard.press("/");
  await page.keyboard.type("isolate 3");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Heal all" })).toBeVisible();
  await page.keyboard.press("h");
  await expect(page.getByRole("button", { name: "Heal all" })).toBeHidden();
});

test("what is typed while the console is still fetched is not lost", async ({ page }) => {
  await open(page);
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(/Console-.*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  // A button that has the focus would take the space and Enter.
  await page.getByRole("button", { name: "Partition…" }).focus();
  await page.keyboard.press("/");
  await page.keyboard.type("crash 44");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  await page.keyboard.type("no such thing");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  // The console is closed again: a key means what it means on the page.
  await page.keyboard.press("5");
  await expect(page.getByRole("heading", { name: "S5", exact: true })).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("cut 1 2");
  await page.keyboard.press("Enter");
  await page.keyboard.type("isolate 3");
  arrive();
  const line = page.getByRole("combobox", { name: "Command" });
  await expect(line).toHaveValue("isolate 3");
  await expect(line).toBeFocused();
  await expect(server(page, 4)).toHaveAccessibleName(/crashed/);
  await expect(page.getByRole("button", { name: "Heal all" })).toBeVisible();
});

test("the help sheet is walked with the arrow keys and gives the focus back", async ({ page }) => {
  await open(page);
  const opener = page.getByRole("button", { name: "Partition…" });
  await opener.focus();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Help" });
  await expect(help.getByText("play or pause")).toBeVisible();
  await expect(help.getByRole("tab", { name: "Keys" })).toBeFocused();
  for (const [tab, text] of [
    ["Marks", "heartbeat"],
    ["Commands", "partition"],
    ["Rules", "§5.4.2"],
  ] as const) {
    await page.keyboard.press("ArrowRight");
    await expect(help.getByRole("tab", { name: tab })).toBeFocused();
    await expect(help.getByRole("tabpanel")).toContainText(text);
  }
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await expect(opener).toBeFocused();
});

test("a rule lights up in the legend when it fires", async ({ page }) => {
  await open(page);
  await page.keyboard.press("?");
  await page.getByRole("tab", { name: "Rules" }).click();
  const lit = page.getByRole("tabpanel").locator('[aria-current="true"]');
  await expect(lit).not.toHaveCount(0);
});

test("Tab reaches every part of the page, and the focus can always be seen", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Space");
  const reached = new Set<string>();
  const unseen = new Set<string>();
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press("Tab");
    const name = await focused(page);
    reached.add(name);
    const seen = await page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body) return true;
      const around = [at, ...at.querySelectorAll("*")].map((each) => getComputedStyle(each));
      return around.some(
        ({ outlineStyle, outlineWidth, filter, stroke }) =>
          (outlineStyle !== "none" && outlineWidth !== "0px") ||
          filter !== "none" ||
          stroke !== "none",
      );
    });
    if (!seen) unseen.add(name);
  }
  const all = [...reached].join("\n");
  for (const part of [
    "New run",
    "Partition…",
    "Network…",
    "S1, ",
    "Command for the service",
    "Start at the leader",
    "Journal",
    "Kinds of lines",
    "Play",
    "Run one event",
  ]) {
    expect(all).toContain(part);
  }
  expect([...unseen]).toEqual([]);
});

test("lines of the journal are walked and opened without a mouse", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Space");
  await journal(page).focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(part(page, "Rule of the line")).toBeVisible();
  await expect(journal(page).getByRole("option", { selected: true })).toHaveAttribute(
    "aria-posinset",
    "1",
  );
  await page.keyboard.press("Escape");
  await expect(part(page, "Rule of the line")).toBeHidden();
  await expect(journal(page)).toBeFocused();
});

test("the meaning of a field is told when it has the focus", async ({ page }) => {
  const leads = await open(page);
  await page.keyboard.press("Space");
  await page.keyboard.press(String(leads));
  const role = part(page, "In memory").getByRole("button", { name: "role" });
  await role.focus();
  await page.keyboard.press("ArrowDown");
  await expect(role).not.toBeFocused();
  const name = part(page, "In memory").getByRole("button").and(page.locator(":focus"));
  await expect(name).toHaveAccessibleDescription(/\w+ \w+/);
  await expect(part(page, "In memory").getByRole("tooltip").filter({ visible: true })).toHaveCount(
    1,
  );
});

test("a key that follows the closing of a dialog at once is not lost", async ({ page }) => {
  await open(page);
  const dialogs = [
    ["o", "Properties"],
    ["m", "My runs"],
  ] as const;
  const shown = (name: string) => page.getByRole("dialog", { name });
  for (const [key, name] of dialogs) {
    await page.keyboard.press(key);
    await expect(shown(name)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(shown(name)).toBeHidden();
  }
  // By now each part has been fetched. Two strokes in one turn of the browser are as close as they can be.
  const strokes = (keys: string[]) =>
    page.evaluate(async (keys) => {
      for (const key of keys) {
        const at = document.activeElement ?? document.body;
        at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        await Promise.resolve();
      }
    }, keys);
  await page.keyboard.press("m");
  await expect(shown("My runs")).toBeVisible();
  for (const [key, name] of [...dialogs, dialogs[1], ...dialogs]) {
    await strokes(["Escape", key]);
    await expect(shown(name)).toBeVisible();
  }
});
