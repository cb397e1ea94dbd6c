import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { counter, events, open, openText, pause, server, stage } from "./tools";

/** Three servers stand for election at once, and each votes more than once: two of them win. */
const TWO_LEADERS = [
  "seed 3",
  "servers 3",
  "broken RefuseSecondVote",
  "network wan",
  "at 10ms timeout 1",
  "at 10ms timeout 2",
  "at 10ms timeout 3",
].join("\n");

const notice = (page: Page) => page.getByRole("alert").filter({ hasText: "is violated" });
const list = (page: Page) => page.getByRole("dialog", { name: "Properties" });
const property = (page: Page, title: string) =>
  list(page).getByRole("listitem").filter({ hasText: title }).first();

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const meet = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

async function grave(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join()}`);
}

/** Lets the run go on until it is paused by what broke: Election Safety, after an earlier property. */
async function breakIt(page: Page): Promise<void> {
  await openText(page, TWO_LEADERS);
  for (let part = 0; part < 2; part += 1) {
    await expect(notice(page)).toBeVisible();
    await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
    if (await notice(page).getByText("Election Safety is violated").isVisible()) return;
    await page.getByRole("button", { name: "Play", exact: true }).click();
  }
  await expect(notice(page)).toContainText("Election Safety is violated");
}

test("the light says how many properties hold, and the list what they are and who checks them", async ({
  page,
}) => {
  await open(page);
  await pause(page);
  await page.getByRole("button", { name: /^\d+ properties hold$/ }).click();
  await expect(list(page).getByRole("listitem")).toHaveCount(13);
  await expect(property(page, "Election Safety")).toContainText("holds");
  await expect(property(page, "Election Safety")).toContainText(
    "At most one server leads in a term.",
  );
  await expect(property(page, "Linearizable")).toContainText("nothing to check yet");
  await property(page, "Log Matching").getByRole("button").click();
  await expect(property(page, "Log Matching")).toContainText(/Checked:.*has a hash of the log/);
  const holding = await list(page).getByText("holds", { exact: true }).count();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: `${holding} properties hold` })).toBeFocused();
});

test("a violated property pauses the run right there, says what broke, and shows it", async ({
  page,
}) => {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await breakIt(page);
  await expect(notice(page)).toContainText(/S\d and S\d both lead term 1/);
  await expect(notice(page)).toContainText("One vote in a term (§5.2)");
  await expect(stage(page).locator(".accused")).toHaveCount(2);
  await expect(page.getByRole("button", { name: "2 properties violated" })).toBeVisible();
  await expect(stage(page).getByRole("button", { name: /^S\d, leader/ })).toHaveCount(2);

  const broke = await events(page);
  await notice(page).getByRole("button", { name: "Step back" }).click();
  await expect(stage(page).getByRole("button", { name: /^S\d, leader/ })).toHaveCount(1);
  await expect(page.getByRole("button", { name: "1 property violated" })).toBeVisible();
  await expect(notice(page)).toHaveCount(0);
  await expect(stage(page).locator(".accused")).toHaveCount(0);
  await page.getByRole("button", { name: "To where it broke" }).click();
  await expect(counter(page)).toHaveText(broke);

  await notice(page).getByRole("button", { name: "Explain" }).click();
  const fell = property(page, "Election Safety");
  await expect(list(page).getByRole("listitem").first()).toContainText("Election Safety");
  await expect(fell).toContainText(/violated at 0\.\d{3} s/);
  const evidence = fell.getByRole("list", { name: "What this rests on" });
  await expect(evidence.getByRole("button")).toHaveCount(2);
  await expect(evidence.getByRole("button").first()).toContainText("becomes leader of term 1");
  expect(await grave(page)).toEqual([]);
  await evidence.getByRole("button").first().click();
  await expect(stage(page).getByRole("button", { name: /^S\d, leader/ })).toHaveCount(1);
  await fell.getByRole("button", { name: "Go to the violation" }).click();
  await expect(counter(page)).toHaveText(broke);
});

test("what is explained comes into view, however far down the list it stands", async ({ page }) => {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await openText(page, "seed 1\nservers 1\nnetwork perfect\nat 10ms crash 1\nat 20ms expect 100ms");
  await expect(notice(page)).toContainText("Liveness is violated");
  await notice(page).getByRole("button", { name: "Explain" }).click();
  await expect(property(page, "Liveness").getByText("Checked:")).toBeInViewport();
  await expect(
    property(page, "Liveness")
      .getByText(/no progress within 100ms/)
      .first(),
  ).toBeInViewport();
});

test("the words of a violated property cover no server, and no hint stands beside them", async ({
  page,
}) => {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await expect(page.getByRole("button", { name: "Close the hints" })).toBeVisible();
  await breakIt(page);
  await expect(page.getByRole("button", { name: "Close the hints" })).toHaveCount(0);
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    await expect(stage(page)).toBeVisible();
    const covered = async () => {
      const words = await notice(page).boundingBox();
      const servers = await Promise.all([1, 2, 3].map((id) => server(page, id).boundingBox()));
      return servers.map((box) => box && words && meet(box, words));
    };
    await expect.poll(covered).toEqual([false, false, false]);
  }
  await page.keyboard.press("q");
  const answer = page.getByRole("region", { name: "Why?" });
  const end = async () => {
    const [words, below] = [await answer.boundingBox(), await notice(page).boundingBox()];
    return words && below && !meet(words, below);
  };
  await expect.poll(end).toBe(true);
});

test("nothing moves when a property is violated, and the words of it stay only where it is", async ({
  page,
}) => {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await breakIt(page);
  const places = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("section, .stage circle.ring, .journal, .ledger .row")].map(
        (each) => {
          const { x, y, width, height } = each.getBoundingClientRect();
          return [x, y, width, height].map(Math.round).join(" ");
        },
      ),
    );
  const shown = await places();
  await notice(page).getByRole("button", { name: "Close" }).click();
  await expect(notice(page)).toHaveCount(0);
  await expect.poll(places).toEqual(shown);

  await page.keyboard.press(",");
  await page.keyboard.press(".");
  await expect(notice(page)).toBeVisible();
  await page.keyboard.press("Home");
  await expect(page.getByRole("button", { name: /^\d+ properties hold$/ })).toBeVisible();
  await expect(notice(page)).toHaveCount(0);
  await expect(stage(page).locator(".accused")).toHaveCount(0);
  await page.getByRole("button", { name: "To where it broke" }).click();
  await expect(notice(page)).toContainText("Election Safety is violated");
});

test("playing through the same moment again stops there again", async ({ page }) => {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await breakIt(page);
  const broke = await events(page);
  for (let press = 0; press < 3; press += 1) await page.keyboard.press(",");
  const before = page.getByRole("group", { name: /^Before the violation of/ });
  await before.getByRole("button", { name: "Close" }).click();
  await expect(before).toHaveCount(0);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect(notice(page)).toContainText("Election Safety is violated");
  await expect(counter(page)).toHaveText(broke);
});

test("its link opens the run at the violated property", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await breakIt(page);
  const broke = await events(page);
  await notice(page).getByRole("button", { name: "Copy link" }).click();
  await expect(notice(page).getByRole("button", { name: "Copied" })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  await expect(notice(other)).toContainText("Election Safety is violated");
  await expect(stage(other).locator(".accused")).toHaveCount(2);
  expect(await events(other)).toBe(broke);
});

test("what is broken on purpose is said all the time, and a new run can obey", async ({ page }) => {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await expect(page.getByRole("region", { name: "Bugs in this run" })).toHaveCount(0);
  await breakIt(page);
  const bar = page.getByRole("region", { name: "Bugs in this run" });
  await expect(bar).toContainText("switched off: One vote in a term");
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(bar).toBeVisible();
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
    .toBeLessThanOrEqual(390);
  expect(await grave(page)).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
  await bar.getByRole("button", { name: "Start a correct run" }).click();
  await expect(bar).toHaveCount(0);
  await expect(notice(page)).toHaveCount(0);
  await expect(page.getByRole("banner")).toContainText("seed 3 · 3 servers · network wan");
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
});
