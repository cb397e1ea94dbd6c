import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { pause, play, server, stage } from "./tools";

const catalogue = (page: Page) => page.getByRole("dialog", { name: "Break a rule" });
const notice = (page: Page) => page.getByRole("alert").filter({ hasText: "is violated" });
const bar = (page: Page) => page.getByRole("region", { name: "Bugs in this run" });

async function openCatalogue(page: Page): Promise<void> {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await pause(page);
  await page.keyboard.press("k");
  await expect(catalogue(page)).toBeVisible();
}

async function choose(page: Page, title: string): Promise<void> {
  await catalogue(page)
    .getByRole("button", { name: new RegExp(`^${title}`) })
    .click();
}

test("the catalogue is grouped, filtered by a word, and says what is violated and why", async ({
  page,
}) => {
  await openCatalogue(page);
  const rows = catalogue(page).getByRole("listitem");
  await expect(rows.nth(27)).toBeVisible();
  for (const group of ["Persistence", "Terms and elections", "Replication", "Snapshots"]) {
    await expect(catalogue(page).getByRole("list", { name: group })).toBeVisible();
  }
  await catalogue(page).getByRole("searchbox").fill("votes twice");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("One vote in a term");
  await choose(page, "A server votes twice");
  await expect(rows).toContainText("votes for the other as well");
  await expect(rows).toContainText("broken RefuseSecondVote");
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(grave.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
  await catalogue(page).getByRole("searchbox").fill("no such word at all");
  await expect(catalogue(page).getByText(/Nothing here has this word/)).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(catalogue(page)).toHaveCount(0);
});

test("a mistake that was reported in public says how it comes about, and in which threads", async ({
  page,
}) => {
  await openCatalogue(page);
  await catalogue(page).getByRole("searchbox").fill("openraft#1220");
  const row = catalogue(page).getByRole("listitem");
  await expect(row).toHaveCount(1);
  await choose(page, "A refusal counts as a vote");
  await expect(row).toContainText("its refusal looks the same");
  const thread = row.getByRole("link", { name: "databendlabs/openraft#1220" });
  await expect(thread).toHaveAttribute(
    "href",
    "https://github.com/databendlabs/openraft/issues/1220",
  );
  await expect(thread).toHaveAttribute("rel", "noopener noreferrer");
  await expect(row.getByRole("link")).toHaveCount(2);
});

for (const [title, falls] of [
  ["A server votes twice", "One vote in a term"],
  ["Half of the servers are a majority", "Election Safety"],
  ["Counts copies of an earlier term's entry", "Leader Completeness"],
  ["Hearing a leader clears the vote", "One vote in a term"],
  ["commitIndex beyond the last new entry", "State Machine Safety"],
] as const) {
  test(`the smallest run of “${title}” is opened before ${falls} falls, and stops there`, async ({
    page,
  }) => {
    await openCatalogue(page);
    await choose(page, title);
    await catalogue(page).getByRole("button", { name: "Watch the smallest run" }).click();
    await expect(catalogue(page)).toHaveCount(0);
    await expect(bar(page)).toBeVisible();
    await expect(notice(page)).toHaveCount(0);
    await expect(page.getByRole("button", { name: /^\d+ properties hold$/ })).toBeVisible();
    // The page says what comes, and how to see it; it does not tell to crash the leader.
    const hint = stage(page).locator(".hint");
    await expect(hint).toContainText(new RegExp(`^Next violation: ${falls}, in .* Press Space`));
    const next = page.getByRole("region", { name: "What comes next" });
    await expect(next.getByRole("button").first()).toBeVisible();
    await expect(page.getByText("nothing selected")).toHaveCount(0);
    await play(page);
    await expect(next).toHaveCount(0);
    await expect(notice(page)).toContainText(`${falls} is violated`, { timeout: 30_000 });
    await expect(stage(page).locator(".accused").first()).toBeVisible();
    await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
    await expect(hint).toHaveCount(0);
    await expect(page.locator(".rate")).toHaveText("1/20");
  });
}

test("a run is started with the rule broken, and the header says so", async ({ page }) => {
  await openCatalogue(page);
  await choose(page, "A server votes twice");
  await catalogue(page).getByRole("button", { name: "Start a run with it broken" }).click();
  await expect(bar(page)).toContainText("One vote in a term");
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
});

test("a counterexample is found, shrunk, and opened where the property is violated", async ({
  page,
}) => {
  await openCatalogue(page);
  await choose(page, "A server votes twice");
  await catalogue(page).getByRole("button", { name: "Find a counterexample" }).click();
  await expect(notice(page)).toBeVisible({ timeout: 45_000 });
  await expect(catalogue(page)).toHaveCount(0);
  await expect(bar(page)).toContainText("One vote in a term");
  await expect(page.getByRole("button", { name: /^\d propert(y|ies) violated$/ })).toBeVisible();
  await expect(stage(page).locator(".accused").first()).toBeVisible();
  await expect(page.getByRole("banner")).not.toContainText("untitled run");
});

test("a search says how far it is, is cancelled, and ends with its dialog", async ({ page }) => {
  // Its engine never arrives: the search has begun, and finds nothing.
  await page.route(/raft_search.*\.wasm$/, () => undefined);
  await openCatalogue(page);
  await choose(page, "A server votes twice");
  await catalogue(page).getByRole("button", { name: "Find a counterexample" }).click();
  await expect(catalogue(page).getByRole("status")).toContainText("0 seeds played");
  await catalogue(page).getByRole("button", { name: "Cancel the search" }).click();
  await expect(catalogue(page).getByRole("status")).toHaveCount(0);
  await catalogue(page).getByRole("button", { name: "Find a counterexample" }).click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("k");
  await expect(catalogue(page).getByRole("status")).toHaveCount(0);
  await expect(bar(page)).toHaveCount(0);
});

test("how far a search is can be seen on a phone", async ({ page }) => {
  await page.route(/raft_search.*\.wasm$/, () => undefined);
  await openCatalogue(page);
  await page.setViewportSize({ width: 390, height: 740 });
  await choose(page, "The sessions are not in the snapshot");
  await catalogue(page).getByRole("button", { name: "Find a counterexample" }).click();
  await expect(catalogue(page).getByRole("progressbar")).toBeInViewport({ ratio: 1 });
});

test("a search that cannot be loaded says so", async ({ page }) => {
  await page.route(/raft_search.*\.wasm$/, (route) => route.fulfill({ status: 404, body: "" }));
  await openCatalogue(page);
  await choose(page, "A server votes twice");
  await catalogue(page).getByRole("button", { name: "Find a counterexample" }).click();
  await expect(catalogue(page).getByRole("alert")).toContainText("could not be loaded");
});

const several = (page: Page) => catalogue(page).getByRole("region", { name: "Several at once" });

test("several mistakes are made at once, each by all servers or by some", async ({ page }) => {
  await openCatalogue(page);
  await expect(several(page)).toHaveCount(0);
  await choose(page, "A server votes twice");
  await catalogue(page).getByRole("button", { name: "Combine with others" }).click();
  await expect(several(page)).toBeInViewport();
  await expect(several(page)).toContainText("broken RefuseSecondVote");
  await expect(several(page)).toContainText("all servers");
  await several(page).getByRole("combobox", { name: "Mistake" }).selectOption("ReadsWithoutLog");
  const on = (title: string) =>
    several(page).getByRole("group", { name: `Servers that do so: ${title}` });
  const votes = on("A server votes twice");
  await votes.getByRole("button", { name: "S3" }).click();
  await votes.getByRole("button", { name: "S1" }).click();
  await expect(votes).toContainText("only these");
  await expect(several(page).locator("code")).toHaveText([
    "broken ReadsWithoutLog",
    "broken RefuseSecondVote on 1 3",
  ]);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(grave.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
  await several(page).getByRole("button", { name: "Start a run with these broken" }).click();
  await expect(catalogue(page)).toHaveCount(0);
  await expect(bar(page)).toContainText("switched off on S1, S3: One vote in a term");
  await expect(bar(page)).toContainText("Reads do not go through the log");
});

test("a counterexample is found in which the chosen property is violated", async ({ page }) => {
  await openCatalogue(page);
  await catalogue(page).getByRole("button", { name: "Several at once" }).click();
  const find = several(page).getByRole("button", { name: "Find a counterexample" });
  await expect(find).toBeDisabled();
  const mistake = several(page).getByRole("combobox", { name: "Mistake" });
  await mistake.selectOption("RefuseSecondVote");
  await mistake.selectOption("HalfIsEnough");
  await several(page)
    .getByRole("button", { name: /^Remove: Half of the servers/ })
    .click();
  await several(page).getByRole("combobox", { name: "To violate" }).selectOption("Election Safety");
  await find.click();
  await expect(notice(page)).toContainText("Election Safety is violated", { timeout: 45_000 });
  await expect(bar(page)).toContainText("One vote in a term");
  await expect(page.getByRole("banner")).toContainText("Election Safety is violated");
});

test("a search for several mistakes is cancelled, and what fails is said there", async ({
  page,
}) => {
  await page.route(/raft_search.*\.wasm$/, (route) => route.fulfill({ status: 404, body: "" }));
  await openCatalogue(page);
  await page.setViewportSize({ width: 390, height: 740 });
  await catalogue(page).getByRole("button", { name: "Several at once" }).click();
  await several(page).getByRole("combobox", { name: "Mistake" }).selectOption("GrantVote");
  await several(page).getByRole("button", { name: "Find a counterexample" }).click();
  await expect(several(page).getByRole("alert")).toContainText("could not be loaded");
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
    .toBeLessThanOrEqual(390);
  await page.unroute(/raft_search.*\.wasm$/);
  await page.route(/raft_search.*\.wasm$/, () => undefined);
  await several(page).getByRole("button", { name: "Find a counterexample" }).click();
  await expect(several(page).getByRole("status")).toContainText("0 seeds played");
  await several(page).getByRole("button", { name: "Cancel the search" }).click();
  await expect(several(page).getByRole("status")).toHaveCount(0);
});
