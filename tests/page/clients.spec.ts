import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { give, open, openText, part, pause, play, server } from "./tools";

const dialog = (page: Page) => page.getByRole("dialog", { name: "Clients" });
const lanes = (page: Page) => page.getByRole("region", { name: "Timeline" }).getByRole("img");

async function grave(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join()}`);
}

/** Two clients have asked for some seconds, and the run is paused. */
async function ask(page: Page): Promise<void> {
  await open(page);
  await give(page, "clients 2 keys=1");
  await expect(lanes(page)).toHaveAccessibleName(/2 clients: (\d\d+) operations answered/, {
    timeout: 30_000,
  });
  await pause(page);
}

test("clients are started and stopped by commands that the form writes", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Clients…" }).click();
  await dialog(page).getByLabel("Clients, a number").fill("2");
  await dialog(page).getByLabel("Keys, a number").fill("1");
  await expect(dialog(page).getByLabel("As a command")).toContainText("clients 2 keys=1");
  await dialog(page).getByRole("button", { name: "Start them" }).click();
  const list = dialog(page).getByRole("list", { name: "Operations" });
  await expect(list.getByRole("listitem").nth(3)).toBeVisible({ timeout: 30_000 });
  await expect(lanes(page)).toHaveAccessibleName(/^2 clients/);
  expect(await grave(page)).toEqual([]);
  await dialog(page).getByRole("button", { name: "Stop them" }).click();
  await expect(dialog(page).getByRole("button", { name: "Start them" })).toBeVisible();
  await dialog(page).getByLabel("Clients, a number").fill("21");
  await dialog(page).getByRole("button", { name: "Start them" }).click();
  await expect(dialog(page).getByRole("alert")).toContainText("20");
});

test("an operation leads to when it was asked, took effect and was answered, and to its entry", async ({
  page,
}) => {
  await ask(page);
  await page.keyboard.press("a");
  const list = dialog(page).getByRole("list", { name: "Operations" });
  const answered = list.getByRole("listitem").filter({ hasNotText: "not answered" }).first();
  await answered.getByRole("button").first().click();
  await expect(answered.getByRole("button", { name: /^Took effect \d+\.\d{3} s$/ })).toBeVisible();
  const entry = answered.getByRole("button", { name: /^Entry \d+@\d+$/ });
  const name = await entry.innerText();
  await answered.getByRole("button", { name: /^S\d$/ }).click();
  await expect(part(page, "In memory")).toBeVisible();
  await entry.click();
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await answered.getByRole("button", { name: "Its way, message by message" }).click();
  const way = list.getByRole("list", { name: "What this rests on" });
  const sent = way.getByRole("button", { name: /^S\d sends S\d AppendEntries/ }).first();
  const id = /message (\d+)/.exec(await sent.innerText())?.[1];
  await sent.click();
  await expect(page.getByRole("heading", { name: `Message ${id}` })).toBeVisible();
  await way.getByRole("button", { name: /^c\d is answered by/ }).click();
  expect(await grave(page)).toEqual([]);
  const asked = answered.getByRole("button", { name: /^Asked/ });
  const moment = (await asked.innerText()).replace("Asked ", "");
  await asked.click();
  await expect(page.getByRole("timer")).toHaveText(moment);
});

test("a bar says on hover what it was, and a click opens it", async ({ page }) => {
  await ask(page);
  const box = await lanes(page).boundingBox();
  if (!box) throw new Error("the lanes have no place");
  const says = page.locator(".lanes .says");
  for (let x = box.width - 1; x > 0; x -= 3) {
    await page.mouse.move(box.x + x, box.y + box.height / 4);
    if ((await says.count()) > 0) break;
  }
  await expect(says).toContainText(/^c1 /);
  await page.mouse.down();
  await page.mouse.up();
  await expect(
    dialog(page).getByRole("listitem").filter({ hasText: "asked" }).first(),
  ).toBeVisible();
});

test("the lanes are there on a phone, and nothing scrolls aside", async ({ page }) => {
  await ask(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(lanes(page)).toBeVisible();
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
    .toBeLessThanOrEqual(390);
  expect(await grave(page)).toEqual([]);
});

test("what clients saw and no order explains is said, with the operation that fits nowhere", async ({
  page,
}) => {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await pause(page);
  await page.keyboard.press("k");
  const catalogue = page.getByRole("dialog", { name: "Break a rule" });
  await catalogue.getByRole("searchbox").fill("Linearizable");
  await catalogue.getByRole("listitem").first().getByRole("button").first().click();
  await catalogue.getByRole("button", { name: "Watch the smallest run" }).click();
  await play(page);
  await expect(page.getByRole("alert").filter({ hasText: "is violated" })).toContainText(
    "Linearizable is violated",
    { timeout: 45_000 },
  );
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByRole("button", { name: "What clients asked" }).click();
  await expect(dialog(page).locator(".stuck")).toHaveCount(1);
  await dialog(page).locator(".stuck").getByRole("button").first().click();
  await expect(dialog(page).locator(".stuck")).toContainText("It fits nowhere");
});

test("faults of a server's disk are one press away, and say what Raft does not promise", async ({
  page,
}) => {
  const leads = await open(page);
  await pause(page);
  await server(page, leads).click();
  const more = page.getByRole("button", { name: `More to do to S${leads}` });
  await more.click();
  await page.getByRole("menuitem", { name: "Disk lies about fsync" }).click();
  await expect(part(page, "On disk")).toContainText("promises nothing here");
  await more.click();
  await page.getByRole("menuitem", { name: "Its disk is honest again" }).click();
  await expect(part(page, "On disk")).not.toContainText("promises nothing here");
  await give(page, "disk all 100ms");
  await give(page, "start leader x=1");
  await more.click();
  await page.getByRole("menuitem", { name: "Power failure during a write" }).click();
  await expect(server(page, leads)).toHaveAccessibleName(/crashed/);
});

test("progress is expected from the list of properties, and met", async ({ page }) => {
  await open(page);
  await page.keyboard.press("o");
  const liveness = page
    .getByRole("dialog", { name: "Properties" })
    .getByRole("listitem")
    .filter({ hasText: "Liveness" });
  await expect(liveness).toContainText("nothing to check yet");
  await liveness.getByRole("button").first().click();
  await liveness.getByRole("button", { name: "Must make progress within 5 s" }).click();
  await expect(liveness).not.toContainText("nothing to check yet");
  await expect(liveness.getByText("holds", { exact: true })).toBeVisible({ timeout: 30_000 });
});

test("what no client's run is has no lanes", async ({ page }) => {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await openText(page, "seed 3\nservers 3");
  await expect(lanes(page)).toHaveCount(0);
});

test("nothing on the page moves when clients begin to ask", async ({ page }) => {
  await open(page);
  await pause(page);
  const places = (): Promise<(number | undefined)[]> =>
    Promise.all(
      ["Cluster", "Timeline"].map(async (name) => (await part(page, name).boundingBox())?.height),
    );
  const before = await places();
  await give(page, "clients 3");
  await expect(page.getByRole("button", { name: /^c1–c3 Clients/ })).toBeVisible();
  expect(await places()).toEqual(before);
});
