import { execSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import {
  counter,
  events,
  give,
  journal,
  leader,
  open,
  pause,
  server,
  settled,
  stage,
  timer,
} from "./tools";

const dialog = (page: Page) => page.getByRole("dialog", { name: "Share this run" });
const now = (page: Page) => page.getByRole("timer").innerText();

async function share(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Share" }).click();
  const field = dialog(page).getByRole("textbox", { name: "Link", exact: true });
  await expect(field).toHaveValue(/#r1\./);
  return field.inputValue();
}

/** A run in which a leader was crashed, paused, with the crashed server selected. */
async function crashed(page: Page): Promise<{ first: number; at: string; event: string }> {
  const first = await open(page);
  await give(page, "start leader x=1");
  await give(page, `crash ${first}`);
  await expect.poll(() => leader(page)).not.toBe(first);
  await pause(page);
  await page.keyboard.press(String(first));
  return { first, at: await now(page), event: await events(page) };
}

test("a link opens the same run at the same moment, in a page that has never seen it", async ({
  page,
  context,
}) => {
  const { first, at, event } = await crashed(page);
  const link = await share(page);
  expect(link.length).toBeLessThan(900);
  const texts = (of: Page) => journal(of).getByRole("option").allInnerTexts();
  const lines = await settled(page, () => texts(page));

  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByText(/The link's run is open. Replayed here: identical/)).toBeVisible();
  await expect(timer(other)).toHaveText(at);
  await expect(counter(other)).toHaveText(event);
  await expect(server(other, first)).toHaveAttribute("aria-pressed", "true");
  await expect(server(other, first)).toHaveAccessibleName(/crashed/);
  await expect.poll(() => texts(other)).toEqual(lines);
});

test("a damaged link says where, and the run on the page stays", async ({ page }) => {
  await crashed(page);
  const link = await share(page);
  await page.keyboard.press("Escape");
  const event = await events(page);
  const at = link.indexOf("#r1.") + 80;
  const damaged = `${link.slice(0, at)}${link[at] === "A" ? "B" : "A"}${link.slice(at + 1)}`;
  await page.evaluate((address) => location.assign(address), damaged);
  await expect(page.getByRole("alert")).toContainText(
    /was not opened, and nothing has changed: this link is incomplete or was changed \(characters 68 to 131\)/,
  );
  expect(await events(page)).toBe(event);
  await page.evaluate((address) => location.assign(address), link.slice(0, -20));
  await expect(page.getByRole("alert").last()).toContainText(
    /incomplete or was changed|ends too early/,
  );
  await page.evaluate((address) => location.assign(address), link.replace("#r1.", "#r2."));
  await expect(page.getByRole("alert").last()).toContainText("this link is of version `r2`");
});

test("a file keeps the run, and opens it again; a changed one says where it diverges", async ({
  page,
}) => {
  const { at } = await crashed(page);
  await share(page);
  await dialog(page).getByRole("textbox", { name: "Name" }).fill("the leader crashes");
  await dialog(page).getByRole("textbox", { name: "Name" }).blur();
  const download = page.waitForEvent("download");
  await dialog(page).getByRole("button", { name: "Save as file" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("the-leader-crashes.raft.txt");
  const text = readFileSync(await file.path(), "utf8");
  expect(text).toContain("name the leader crashes\n");
  expect(text).toMatch(/^at \d+\.\d+s after \d+ digest [0-9a-f]{16}$/m);

  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await page.getByRole("button", { name: "Share" }).click();
  const open = (content: string) =>
    dialog(page)
      .getByLabel("Open a file")
      .setInputFiles({ name: "run.txt", mimeType: "text/plain", buffer: Buffer.from(content) });
  await open(text);
  await expect(page.getByText("“run.txt” is open. Replayed here: identical")).toBeVisible();
  await expect(page.getByText("the leader crashes")).toBeVisible();
  await page.keyboard.press("End");
  await expect(timer(page)).toHaveText(at);

  await page.getByRole("button", { name: "Share" }).click();
  await open(text.replace(/^seed \d+$/m, "seed 99"));
  await expect(page.getByRole("alert").last()).toContainText(
    /Not the run that was recorded: diverged at event \d+/,
  );

  const event = await events(page);
  await page.getByRole("button", { name: "Share" }).click();
  await open(text.slice(0, text.indexOf("at ") + 6));
  await expect(page.getByRole("alert").last()).toContainText(/was not opened.*line \d+: /);
  expect(await events(page)).toBe(event);
});

test("a link and a text can be pasted; other text is refused in words", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Share" }).click();
  const source = dialog(page).getByRole("textbox", { name: "Link or text of a run" });
  await source.fill("seed 7\nat 1s crash 9\n");
  await dialog(page).getByRole("button", { name: "Open it" }).click();
  await expect(dialog(page).getByRole("alert")).toContainText("line 2: `at 1.000000s crash 9`");
  await source.fill("seed 7\nservers 3\nat 4s end\n");
  await dialog(page).getByRole("button", { name: "Open it" }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(stage(page).getByRole("button", { name: /^S\d,/ })).toHaveCount(3);
  await page.keyboard.press("End");
  await expect(timer(page)).toHaveText("4.000 s");
});

test("a run of another engine says so, whether it is the same or not", async ({ page }) => {
  await crashed(page);
  await share(page);
  const download = page.waitForEvent("download");
  await dialog(page).getByRole("button", { name: "Save as file" }).click();
  const text = readFileSync(await (await download).path(), "utf8");
  const older = text.replace(/^engine .*$/m, "engine 0.0.9 00c0ffee");
  const source = dialog(page).getByRole("textbox", { name: "Link or text of a run" });
  await source.fill(older);
  await dialog(page).getByRole("button", { name: "Open it" }).click();
  await expect(
    page.getByText("It was made by engine 0.0.9 00c0ffee, and runs the same on this one."),
  ).toBeVisible();
  await page.getByRole("button", { name: "Share" }).click();
  await source.fill(older.replace(/ digest [0-9a-f]{16}/g, " digest 0123456789abcdef"));
  await dialog(page).getByRole("button", { name: "Open it" }).click();
  await expect(page.getByRole("alert").last()).toContainText(
    /Not the run that was recorded \(by engine 0.0.9 00c0ffee\): diverged at event \d+/,
  );
});

test("the command repeats the run in a terminal, as it was copied", async ({ page, context }) => {
  // The first time, the program is compiled.
  test.setTimeout(600_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await crashed(page);
  await share(page);
  await dialog(page).getByRole("button", { name: "Copy as command" }).click();
  await expect(dialog(page).getByRole("button", { name: "Copied" })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  // There is nothing in it that some shell would read as something else.
  expect(copied).toMatch(/^npm run replay -- [\w.-]+$/);
  const told = execSync(copied, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  expect(told).toMatch(/identical/);
  expect(told).toContain("seed 1, servers 5, network wan");
});
