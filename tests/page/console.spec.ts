import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { events, give, open, pause, server, stage } from "./tools";

test("a wrong command says what would be right, is kept, and changes nothing", async ({ page }) => {
  await open(page);
  await pause(page);
  const before = await stage(page).getByRole("button").allInnerTexts();
  const at = await events(page);

  await page.keyboard.press("/");
  const input = page.getByRole("combobox", { name: "Command" });
  await input.fill("crash 9");
  await input.press("Enter");
  await expect(page.getByRole("alert").last()).toContainText("9");
  await expect(page.getByRole("alert").last()).toContainText("5");
  await expect(input).toHaveValue("crash 9");

  await input.fill("explode 3");
  await input.press("Enter");
  await expect(page.getByRole("alert").last()).toContainText("explode");
  await expect(input).toHaveValue("explode 3");

  expect(await stage(page).getByRole("button").allInnerTexts()).toEqual(before);
  expect(await events(page)).toBe(at);
});

test("Tab completes, the line that was done is shown, and the arrow keys bring it back", async ({
  page,
}) => {
  await open(page);
  await pause(page);
  await page.keyboard.press("/");
  const input = page.getByRole("combobox", { name: "Command" });
  await expect(input).toBeFocused();
  await page.keyboard.type("isol");
  await page.keyboard.press("Tab");
  await expect(input).toHaveValue(/^isolate/);
  const list = page.getByRole("listbox", { name: "Completions" });
  await expect(list.getByRole("option").first()).toContainText("isolate");
  await page.keyboard.press("Tab");
  await expect(list.getByRole("option", { selected: true })).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(input).toHaveValue(/^isolate \d$/);
  const line = await input.inputValue();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: line })).toHaveText(
    new RegExp(`^at \\d+(\\.\\d+)?m?s ${line}$`),
  );
  await expect(input).toHaveValue("");
  await page.keyboard.press("ArrowUp");
  await expect(input).toHaveValue(line);
  await page.keyboard.press("ArrowDown");
  await expect(input).toHaveValue("");
});

test("completions are options without buttons in them, and are taken with a click", async ({
  page,
}) => {
  await open(page);
  await pause(page);
  await page.keyboard.press("/");
  const input = page.getByRole("combobox", { name: "Command" });
  await input.fill("re");
  const list = page.getByRole("listbox", { name: "Completions" });
  await expect(list.getByRole("option").nth(1)).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include(".console").analyze();
  expect(
    violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join()}`),
  ).toEqual([]);
  await expect(list.getByRole("button")).toHaveCount(0);
  const first = list.getByRole("option").first();
  const line = await first.innerText();
  await first.click();
  await expect(input).toHaveValue(line);
  await expect(input).toBeFocused();
});

test("help explains all commands, or the one that is asked for", async ({ page }) => {
  await open(page);
  await page.keyboard.press("/");
  const input = page.getByRole("combobox", { name: "Command" });
  const commands = page.getByLabel("Commands", { exact: true });
  await input.fill("help");
  await input.press("Enter");
  await expect(commands.getByText(/^partition /)).not.toHaveCount(0);
  await input.fill("help crash");
  await input.press("Enter");
  await expect(commands.locator("dt")).toHaveText([
    "crash SERVERS",
    "crash SERVERS torn",
    "crash SERVERS between A and B",
    "crash SERVERS after write NUMBER",
    "crash SERVERS cancel",
  ]);
  await input.fill("help nonsense");
  await input.press("Enter");
  await expect(page.getByRole("alert").last()).toContainText("nonsense");
  await input.press("Escape");
  await expect(input).toBeHidden();
});

test("a setting that is typed as a command offers a new run with it, the same otherwise", async ({
  page,
}) => {
  await open(page);
  await pause(page);
  await give(page, "crash 2");
  await page.keyboard.press("/");
  const input = page.getByRole("combobox", { name: "Command" });
  await input.fill("seed 4321");
  await input.press("Enter");
  await expect(page.getByRole("alert").last()).toContainText("it is a setting");
  await expect(page.getByRole("alert").last()).toContainText("Enter again starts a new run");
  await page.getByRole("button", { name: "New run with seed 4321" }).click();
  await expect(page.getByRole("banner")).toContainText("seed 4321");
  await expect(
    page.getByRole("status").filter({ hasText: "A new run has `seed 4321`." }),
  ).toContainText("done in it again");
  await expect(server(page, 2)).toContainText("crashed");
  await expect(input).toBeFocused();
  await expect(input).toHaveValue("");
  await expect(page.getByRole("button", { name: /^New run with/ })).toHaveCount(0);

  // Enter takes the offer as well: nobody needs a mouse.
  await input.fill("seed 99");
  await input.press("Enter");
  await expect(page.getByRole("button", { name: "New run with seed 99" })).toBeVisible();
  await input.press("Enter");
  await expect(page.getByRole("banner")).toContainText("seed 99");
  await expect(input).toHaveValue("");

  // What cannot be done in the other run is left out, and said.
  await input.fill("servers 1");
  await input.press("Enter");
  await page.getByRole("button", { name: "New run with servers 1" }).click();
  await expect(page.getByRole("list", { name: "Said so far" })).toContainText(
    "Its commands are left out: line",
  );
  await expect(stage(page).getByRole("button", { name: /^S\d/ })).toHaveCount(1);

  // A setting that is none is refused, and nothing changes.
  await input.fill("broken Gravity");
  await input.press("Enter");
  await page.getByRole("button", { name: "New run with broken Gravity" }).click();
  await expect(page.getByRole("alert").last()).toContainText("is not the name of a rule");
  await input.fill("network moon");
  await input.press("Enter");
  await expect(page.getByRole("alert").last()).toContainText("moon");
  await expect(page.getByRole("button", { name: /network moon/ })).toHaveCount(0);
});
