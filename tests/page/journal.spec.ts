import { expect, test } from "@playwright/test";
import { commit, give, journal, open, part, pause } from "./tools";

test("heartbeats are hidden at first, and lines can be chosen by server and kind", async ({
  page,
}) => {
  const leads = await open(page);
  await commit(page, ["x=1"], 1);
  await give(page, `crash ${(leads % 5) + 1}`);
  await pause(page);
  await expect(journal(page).getByText("heartbeat", { exact: true })).toHaveCount(0);

  await page.getByLabel("Lines of which server").selectOption(`S${leads}`);
  const lines = journal(page).getByRole("option");
  await expect(lines.filter({ hasNotText: `S${leads}` })).toHaveCount(0);
  await expect(lines.filter({ hasText: `S${leads}` })).not.toHaveCount(0);

  await page.getByLabel("Lines of which server").selectOption("all servers");
  await page.getByRole("button", { name: /Kinds of lines/ }).click();
  const kinds = page.getByRole("group", { name: "Kinds of lines" });
  await expect(kinds.getByRole("checkbox").first()).toBeVisible();
  for (const box of await kinds.getByRole("checkbox").all()) {
    if ((await box.isChecked()) && !(await box.locator("..").innerText()).startsWith("fault")) {
      await box.uncheck();
    }
  }
  await page.keyboard.press("Escape");
  await expect(kinds).toBeHidden();
  await expect(journal(page).getByRole("option").filter({ hasText: "crashes" })).toHaveCount(1);
  await expect(journal(page).getByRole("option").filter({ hasText: "§" })).toHaveCount(0);
});

test("a line opens its rule and selects its server; all rules are one step further", async ({
  page,
}) => {
  const leads = await open(page);
  await pause(page);
  await journal(page).focus();
  await page.keyboard.press("Home");
  await journal(page)
    .getByRole("option", { name: new RegExp(`S${leads}.*election`) })
    .first()
    .click();
  const rule = part(page, "Rule of the line");
  await expect(rule).toContainText("§");
  await expect(page.getByRole("heading", { name: `S${leads}`, exact: true })).toBeVisible();
  const title = await rule.locator("b").last().innerText();

  await rule.getByRole("button", { name: "All rules" }).click();
  const help = page.getByRole("dialog", { name: "Help" });
  await expect(help.getByRole("tab", { name: "Rules" })).toHaveAttribute("aria-selected", "true");
  await expect(help.getByText(title, { exact: true }).first()).toBeInViewport();
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await rule.getByRole("button", { name: "Close" }).click();
  await expect(rule).toBeHidden();
});

test("the journal follows the end until it is scrolled, and comes back on demand", async ({
  page,
}) => {
  await open(page);
  await page.getByRole("button", { name: /Kinds of lines/ }).click();
  await page.getByRole("checkbox", { name: /heartbeat/ }).check();
  await page.keyboard.press("Escape");
  const size = async () =>
    Number(await journal(page).getByRole("option").last().getAttribute("aria-setsize"));
  await expect.poll(size).toBeGreaterThan(60);
  const now = page.getByRole("button", { name: "Jump to now" });
  await expect(now).toBeHidden();

  await journal(page).focus();
  await page.keyboard.press("Home");
  await expect(now).toBeVisible();
  const first = journal(page).getByRole("option").first();
  await expect(first).toHaveAttribute("aria-posinset", "1");
  const top = await first.innerText();
  const grown = (await size()) + 20;
  await expect.poll(size).toBeGreaterThan(grown);
  expect(await first.innerText()).toBe(top);

  await now.click();
  await expect(now).toBeHidden();
  await pause(page);
  await expect(journal(page).getByRole("option").last()).toHaveAttribute(
    "aria-posinset",
    String(await size()),
  );
  // However long the journal grows, only the lines in sight are in the document.
  expect(await journal(page).getByRole("option").count()).toBeLessThan(60);
});

test("what if a message of the journal had been dropped is three clicks from its line", async ({
  page,
}) => {
  await open(page);
  await pause(page);
  await page.getByRole("button", { name: /Kinds of lines/ }).click();
  const kinds = page.getByRole("group", { name: "Kinds of lines" });
  await kinds.getByRole("checkbox", { name: /network/ }).check();
  await page.keyboard.press("Escape");
  const sent = journal(page)
    .getByRole("option")
    .filter({ hasText: /^[\d.]+ s\s*S\d\s*sends/ });
  await sent.first().click();
  await part(page, "Rule of the line").getByRole("button", { name: "Go here" }).click();
  await page.getByRole("button", { name: "Drop", exact: true }).click();
  await expect(page.getByText(/branch 1 begins here with “drop \d+”/)).toBeVisible();
});
