import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import {
  commit,
  events,
  give,
  journal,
  open,
  part,
  pause,
  play,
  server,
  stage,
  stepUntil,
} from "./tools";

const answer = (page: Page) => page.getByRole("region", { name: "Why?", exact: true });
const others = (leads: number) => [1, 2, 3, 4, 5].filter((id) => id !== leads);

/** Leaves the leader with an entry that it cannot commit. */
async function strand(page: Page): Promise<{ leads: number; lone: number }> {
  const leads = await open(page);
  await commit(page, ["x=1"], 1);
  await pause(page);
  const [one = 0, two = 0, lone = 0] = others(leads);
  await give(page, `crash ${one}`);
  await give(page, `crash ${two}`);
  await give(page, `cut ${leads} ${lone}`);
  await give(page, `cut ${leads} ${others(leads)[3] ?? 0}`);
  await give(page, "start leader z=26");
  return { leads, lone };
}

test("an entry says why it is not committed, and each reason leads to its event and back", async ({
  page,
}) => {
  const { leads, lone } = await strand(page);
  const entry = page.getByRole("gridcell", { name: new RegExp(`^2@\\d+ .*S${leads}`) });
  await entry.click();
  const why = part(page, "Why is it not committed?");
  await expect(why).toContainText(/is known to be on 1 of the 3 servers that are needed/);
  const reason = why.getByRole("button", { name: new RegExp(`S${lone} are cut off`) });
  await reason.hover();
  await expect(stage(page).locator(".around")).toHaveCount(1);

  const before = await events(page);
  await reason.click();
  await expect(server(page, lone)).toHaveAttribute("aria-pressed", "true");
  // The command came later than the cut: the log does not have it here, and the answer stays.
  await expect(entry).toHaveCount(0);
  await expect(answer(page)).toContainText("1 of the 3 servers");
  await answer(page)
    .getByRole("button", { name: /^Back to/ })
    .click();
  await expect(entry).toHaveCount(1);
  expect(await events(page)).toBe(before);
  await answer(page).getByRole("button", { name: "Close the answer" }).click();
  await expect(answer(page)).toHaveCount(0);
});

test("the leader's inspector says by itself what its oldest open entry waits for, until it is committed", async ({
  page,
}) => {
  const { leads } = await strand(page);
  await server(page, leads).click();
  const why = part(page, "Why is entry 2 not committed?");
  await expect(why).toContainText("is down");
  for (const id of others(leads).slice(0, 2)) await give(page, `restart ${id}`);
  await expect(why).not.toContainText("is down");
  await give(page, "heal");
  await play(page);
  await expect(why).toHaveCount(0);
});

test("the key q asks why there is no leader, and the answer goes with the run", async ({
  page,
}) => {
  const leads = await open(page);
  await pause(page);
  await give(page, `crash ${leads}`);
  const [one = 0, two = 0] = others(leads);
  await give(page, `crash ${one}`);
  await give(page, `crash ${two}`);
  await page.keyboard.press("q");
  await expect(answer(page)).toBeFocused();
  await expect(answer(page)).toContainText("No server can win: 2 of 5 run, and a majority is 3.");
  await expect(answer(page).getByRole("listitem")).toHaveCount(3);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(
    answer(page).getByRole("button", { name: new RegExp(`S${Math.min(leads, one)} is down`) }),
  ).toBeFocused();

  await give(page, `restart ${one}`);
  await expect(answer(page)).not.toContainText("2 of 5 run");
  await play(page);
  await expect(answer(page)).toContainText(/S\d leads term \d/, { timeout: 30_000 });
  await page.getByRole("button", { name: "Why?" }).click();
  await expect(answer(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(answer(page)).toHaveCount(0);
});

test("a line of the journal and a lost message say what became of it", async ({ page }) => {
  const leads = await open(page);
  await pause(page);
  const [one = 0] = others(leads);
  await give(page, `crash ${one}`);
  await give(page, "start leader x=1");
  const lost = journal(page)
    .getByRole("option")
    .filter({ hasText: `to S${one} is lost` });
  await stepUntil(page, lost);
  await lost.first().click();
  await expect(page.getByText(new RegExp(`was lost: S${one} was down`)).first()).toBeVisible();

  await page.keyboard.press("Escape");
  await give(page, `restart ${one}`);
  await play(page);
  const held = journal(page)
    .getByRole("option")
    .filter({ hasText: `learns that S${one} has every entry up to 1` });
  await held.first().click();
  await pause(page);
  await expect(page.getByRole("region", { name: /^What happened to message \d+/ })).toContainText(
    "agreed",
  );
});

test("the console answers, and says what it can be asked", async ({ page }) => {
  await strand(page);
  await page.keyboard.press("/");
  const input = page.getByRole("combobox", { name: "Command" });
  await input.fill("why entry 2");
  await input.press("Enter");
  const said = page.getByRole("list", { name: "Said so far" });
  await expect(said).toContainText(/Entry 2@\d is known to be on 1 of the 3 servers/);
  await expect(said).toContainText("is down");
  await expect(input).toHaveValue("");
  await input.fill("why not");
  await input.press("Enter");
  await expect(page.getByRole("alert").last()).toContainText("entry 7");
  await expect(input).toHaveValue("why not");
  await input.fill("help why");
  await input.press("Enter");
  await expect(page.getByText("why [leader | entry N | message N | operation cN N]")).toBeVisible();
});

test("an answer is sound for a screen reader, and another run takes it away", async ({ page }) => {
  await strand(page);
  await page.keyboard.press("q");
  await expect(answer(page)).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(grave.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("tab", { name: "Cluster" }).click();
  await page.getByRole("button", { name: "Why?" }).click();
  await expect(page.getByRole("tab", { name: "Server" })).toHaveAttribute("aria-selected", "true");
  await expect(answer(page)).toBeInViewport();
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
    .toBeLessThanOrEqual(390);
  await page.getByRole("button", { name: "New run" }).click();
  await page.getByRole("button", { name: "Start this run" }).click();
  await expect(answer(page)).toHaveCount(0);
});

test("settings that Raft cannot work with are named where they are made", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "New run" }).click();
  const dialog = page.getByRole("dialog", { name: "New run" });
  const status = dialog.getByRole("status");
  await expect(status).toHaveCount(0);
  await dialog.getByLabel("Disk write takes at least").fill("2s");
  await dialog.getByLabel("Disk write takes at most").fill("3s");
  await expect(status).toContainText(
    "An election takes at least 4.02 s (disks 4 s, messages 20 ms)",
  );
  await dialog.getByLabel("Disk write takes at least").fill("1ms");
  await dialog.getByLabel("Disk write takes at most").fill("3ms");
  await expect(status).toHaveCount(0);
  await page.keyboard.press("Escape");
  await give(page, "network latency=2s");
  await expect(page.getByText(/^An election takes at least 4\.002 s/)).toBeVisible();
});
