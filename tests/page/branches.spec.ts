import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Locator, type Page } from "@playwright/test";
import { align } from "../../web/branches/align";
import { parting } from "../../web/branches/parting";
import type { BranchView, JournalKind, JournalLine } from "../../web/engine/engine";
import { give, leader, open, part, server, settled } from "./tools";

const strip = (page: Page): Locator => part(page, "Timeline").getByRole("slider");
const comparison = (page: Page): Locator =>
  page.getByRole("dialog", { name: "Compare two branches" });
const moment = (page: Page): Locator => comparison(page).getByRole("slider", { name: "Moment" });
const now = (page: Page): Promise<string> =>
  comparison(page).getByRole("status").and(page.locator("output")).innerText();
const inBranch = (page: Page, id: number, name: string): Locator =>
  comparison(page).getByRole("group", { name: `S${id} in ${name}` });
const row = (page: Page, words: RegExp | string): Locator =>
  part(page, "What happens").getByRole("row").filter({ hasText: words });

/** Opens a run of six commands, goes so far back, and gives commands there: a branch begins. */
async function branchOff(
  page: Page,
  commands: (leads: number) => string[],
  back = 40,
): Promise<number> {
  await open(page);
  await page.keyboard.press("y");
  const dialog = page.getByRole("dialog", { name: "Share this run" });
  const starts = [2, 2.2, 2.4, 5, 5.2, 5.4].map((at, n) => `at ${at}s start leader k${n}=${n}\n`);
  const text = `raft-playground 1\nseed 7\nnetwork lan\n${starts.join("")}at 8s end\n`;
  await dialog.getByRole("textbox", { name: "Link or text of a run" }).fill(text);
  await dialog.getByRole("button", { name: "Open it" }).click();
  await expect(dialog).toBeHidden();
  await strip(page).press("End");
  for (let press = 0; press < back; press += 1) await strip(page).press("ArrowLeft");
  const leads = await leader(page);
  for (const command of commands(leads)) await give(page, command);
  return leads;
}

/** Opens the comparison of the two branches, and lets the shorter one go on as far as the other. */
async function compare(page: Page): Promise<void> {
  await page.keyboard.press("b");
  await page.getByRole("button", { name: "Compare" }).first().click();
  await expect(comparison(page)).toBeVisible();
  await comparison(page)
    .getByRole("button", { name: /^Play it on to/ })
    .click();
  await expect(comparison(page).getByRole("button", { name: /^Play it on to/ })).toHaveCount(0);
}

test("ledgers and records of two branches stand side by side from their first difference on", async ({
  page,
}) => {
  const leads = await branchOff(page, (id) => [`isolate ${id}`, `start ${id} z=1`]);
  await compare(page);
  const first = part(page, "First difference");
  await expect(first).toContainText("First difference:");
  await expect(first).toContainText(`S${leads} appends a command to its log as 4@1`);
  await expect(part(page, "Servers")).toContainText(`S${leads} differs at this moment`);

  const there = inBranch(page, leads, "branch 1");
  const facts = (side: Locator): Locator => side.getByText(/term 1/).locator("..");
  await expect(facts(there)).toContainText("≠ log from 4");
  await expect(there.getByRole("gridcell", { name: /^4@1 z=1 on/ })).toBeVisible();
  await expect(there.locator(".mark")).toHaveText("≠");
  const here = inBranch(page, leads, "first");
  await expect(here.getByRole("gridcell", { name: /^4@/ })).toHaveCount(0);
  await expect(
    here.getByRole("gridcell", { name: /^3@1 k2=2 on .*, committed, applied$/ }),
  ).toBeVisible();
  await expect(here.locator(".mark")).toHaveText("none");

  await expect(row(page, `you: isolate ${leads}`)).toContainText("≠");
  // The others elect another leader in the one; in the other it goes on and takes more commands.
  await moment(page).press("End");
  await expect(part(page, "Servers")).toContainText("S1 S2 S3 S4 S5 differ at this moment");
  await expect(inBranch(page, leads, "first")).toContainText("leader");
  await expect(inBranch(page, leads, "first")).toContainText("≠ commitIndex 6");
  await expect(inBranch(page, leads, "branch 1")).toContainText("≠ commitIndex 3");
  for (const id of [1, 2, 3, 4, 5].filter((each) => each !== leads)) {
    await expect(inBranch(page, id, "branch 1")).toContainText(/≠ term [2-9]/);
    await expect(inBranch(page, id, "branch 1").locator(".mark")).toHaveText("none");
  }
});

test("both clusters are drawn at the same moment, and play together", async ({ page }) => {
  const leads = await branchOff(page, (id) => [`crash ${id}`, "network lossy"]);
  await compare(page);
  const cluster = (name: string): Locator =>
    comparison(page).getByRole("group", { name: `Cluster in ${name}`, exact: true });
  const inCluster = (name: string, id: number): Locator =>
    cluster(name).getByRole("button", { name: new RegExp(`^S${id},`) });
  await moment(page).press("Home");
  await moment(page).press("PageUp");
  await expect(inCluster("first", leads)).toHaveAccessibleName(/leader/);
  await expect(inCluster("branch 1", leads)).toHaveAccessibleName(/crashed/);
  const begin = parseFloat(await now(page));
  await comparison(page).getByRole("combobox", { name: "Speed" }).selectOption("1/5");
  await comparison(page).getByRole("button", { name: "Play both" }).click();
  await expect.poll(async () => parseFloat(await now(page))).toBeGreaterThan(begin + 0.1);
  await comparison(page).getByRole("button", { name: "Pause both" }).click();
  const at = await now(page);
  await page.waitForTimeout(300);
  expect(await now(page)).toBe(at);
  // Nothing was done in either of them, and the page stands where it stood.
  await expect(comparison(page).getByRole("button", { name: "Play both" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "2 branches" })).toBeVisible();
});

test("buttons and keys go from difference to difference", async ({ page }) => {
  await branchOff(page, (id) => [`isolate ${id}`]);
  await compare(page);
  await expect(part(page, "First difference")).toContainText("First difference:");
  const begin = await settled(page, () => now(page));
  await expect(part(page, "First difference")).toContainText(parseFloat(begin).toFixed(3));
  await moment(page).focus();
  const visited = [begin];
  for (let press = 0; press < 3; press += 1) {
    await page.keyboard.press(">");
    await expect.poll(() => now(page)).not.toBe(visited.at(-1));
    visited.push(await now(page));
    await expect(part(page, "What happens").getByRole("heading")).toHaveText(
      `From ${parseFloat(visited.at(-1) ?? "").toFixed(3)} s on`,
    );
    await expect(row(page, "s").nth(1)).toContainText("≠");
  }
  expect(visited).toEqual(visited.toSorted((a, b) => parseFloat(a) - parseFloat(b)));
  await comparison(page).getByRole("button", { name: "Previous" }).click();
  await expect.poll(() => now(page)).toBe(visited.at(-2));
  await page.keyboard.press("f");
  await expect.poll(() => now(page)).toBe(begin);

  await moment(page).press("Home");
  await page.keyboard.press("<");
  await expect(comparison(page)).toContainText("There is no earlier difference.");
  await moment(page).press("End");
  await page.keyboard.press(">");
  await expect(comparison(page)).toContainText("There is no later difference.");
  await page.keyboard.press("<");
  await expect.poll(async () => parseFloat(await now(page))).toBeGreaterThan(parseFloat(begin));
  await expect(row(page, "≠").first()).toBeVisible();
});

test("messages and heartbeats are shown when they are wanted", async ({ page }) => {
  const leads = await branchOff(page, (id) => [`isolate ${id}`]);
  await compare(page);
  // The first difference is shown; what the user did is a little before it.
  await expect(part(page, "First difference")).toContainText("First difference:");
  await moment(page).press("Home");
  await expect(row(page, `you: isolate ${leads}`)).toBeVisible();
  await expect(row(page, /heartbeat/)).toHaveCount(0);
  await comparison(page).getByRole("checkbox", { name: "heartbeats" }).check();
  await expect(row(page, /its heartbeat to S\d is lost: the link is cut/).first()).toContainText(
    "≠",
  );
  await expect(row(page, /receives from S\d heartbeat/).first()).toBeVisible();
  const count = await settled(page, () => row(page, "s").count());
  await comparison(page).getByRole("button", { name: "Show more" }).click();
  await expect.poll(() => row(page, "s").count()).toBeGreaterThan(count);
});

test("what is shown of a branch is what is found there", async ({ page }) => {
  const leads = await branchOff(page, (id) => [`isolate ${id}`, `start ${id} z=1`]);
  await compare(page);
  for (let press = 0; press < 4; press += 1) await moment(page).press("PageUp");
  const at = await settled(page, () => now(page));
  const shown = new Map<number, string>();
  for (const id of [1, 2, 3, 4, 5]) {
    shown.set(id, await inBranch(page, id, "first").innerText());
  }
  await comparison(page).getByRole("button", { name: "Go there in first" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const seconds = parseFloat(at).toFixed(3);
  await expect(part(page, "Timeline").getByRole("timer")).toHaveText(`${seconds} s`);
  for (const [id, words] of shown) {
    const label = (await server(page, id).getAttribute("aria-label")) ?? "";
    const [, role = "", term = "", committed = ""] =
      /^S\d, (\w+), (term \d+), .* committed (\d+)$/.exec(label) ?? [];
    for (const fact of [role, term, `commitIndex ${committed}`]) expect(words).toContain(fact);
    if (id === leads) expect(role).toBe("leader");
  }
});

test("which branches are compared is changed in place", async ({ page }) => {
  await branchOff(page, (id) => [`isolate ${id}`]);
  await strip(page).press("Home");
  await give(page, "network lossy");
  await compare(page);
  const side = (name: string): Locator => comparison(page).getByRole("combobox", { name });
  const chosen = (name: string): Promise<string> =>
    side(name).evaluate((each: HTMLSelectElement) => each.selectedOptions[0]?.text ?? "");
  await side("Branch A").selectOption("branch 1");
  await side("Branch B").selectOption("branch 2");
  await expect(comparison(page)).toContainText("left branch 1 at 0.000 s with network lossy");
  await expect(comparison(page).getByRole("group", { name: "S1 in branch 2" })).toBeVisible();
  await side("Branch A").selectOption("branch 2");
  await expect
    .poll(() => Promise.all(["Branch A", "Branch B"].map(chosen)))
    .toEqual(["branch 2", "branch 1"]);
  await side("Branch B").selectOption("first");
  await expect(comparison(page).getByRole("group", { name: "S1 in branch 1" })).toHaveCount(0);
});

test("branches that are the same so far are said to be", async ({ page }) => {
  await branchOff(page, () => ["heal"], 10);
  await page.keyboard.press("b");
  await page.getByRole("button", { name: "Compare" }).first().click();
  const first = part(page, "First difference");
  await expect(first).toContainText(/No difference so far: .* where branch 1 ends\./);
  await comparison(page)
    .getByRole("button", { name: /^Play it on to/ })
    .click();
  await expect(first).toContainText("They do not differ: what was done differently has changed");
  await expect(part(page, "Servers")).toContainText("all the same at this moment");
  await expect(comparison(page).getByRole("button", { name: "First difference" })).toBeDisabled();
});

test("closing it leads back to where it was opened", async ({ page }) => {
  await branchOff(page, (id) => [`crash ${id}`]);
  await compare(page);
  await page.keyboard.press("Escape");
  await expect(comparison(page)).toBeHidden();
  await expect(page.getByRole("button", { name: "Compare" })).toBeFocused();
});

for (const [screen, width, height] of [
  ["a wide", 1440, 900],
  ["a narrow", 390, 844],
] as const) {
  test(`nothing is wrong for weak eyes and ears on ${screen} screen, and all fits`, async ({
    page,
  }) => {
    await branchOff(page, (id) => [`crash ${id}`]);
    await compare(page);
    await moment(page).press("PageUp");
    await expect(row(page, "s").first()).toBeVisible();
    await page.setViewportSize({ width, height });
    await expect(comparison(page)).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).include("dialog.wide").analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    const content = comparison(page).locator(".content");
    await expect
      .poll(() => content.evaluate((each) => each.scrollWidth - each.clientWidth))
      .toBe(0);
  });
}

test("lines of a moment that are the same in both stand in one row", () => {
  let seq = 0;
  const line = (at: number, text: string, message: number | null = null): JournalLine => ({
    seq: (seq += 1),
    step: seq,
    event: seq,
    at,
    server: 1,
    kind: "network" satisfies JournalKind,
    text,
    rule: null,
    section: null,
    message,
  });
  const shown = (here: JournalLine[], there: JournalLine[]): string[] =>
    align(here, there).map(
      (pair) =>
        `${pair.at} ${pair.here?.text ?? "-"} ${pair.differs ? "|" : "="} ${pair.there?.text ?? "-"}`,
    );
  const [a, b, c, d] = ["a", "b", "c", "d"].map((text) => line(1, text));
  if (!a || !b || !c || !d) throw new Error("four lines were made");
  expect(shown([a, b, c], [a, d, c])).toEqual(["1 a = a", "1 b | d", "1 c = c"]);
  expect(shown([b, a, c], [d, a])).toEqual(["1 b | d", "1 a = a", "1 c | -"]);
  expect(shown([], [a])).toEqual(["1 - | a"]);
  expect(shown([line(1, "x"), line(3, "y")], [line(2, "x"), line(3, "y")])).toEqual([
    "1 x | -",
    "2 - | x",
    "3 y = y",
  ]);
  // Numbers of messages run apart after any difference.
  const sent = (id: number): JournalLine => line(1, `sends it (message ${id}, term 1)`, id);
  expect(align([sent(8)], [sent(7)]).map(({ differs }) => differs)).toEqual([false]);
  const other = { ...sent(7), server: 2 };
  expect(align([sent(8)], [other]).map(({ differs }) => differs)).toEqual([true]);
  // A crowded moment is not searched through, but what stands at the same place is found.
  const crowd = Array.from({ length: 300 }, (_, n) => line(1, `line ${n}`));
  const rows = align(crowd, [...crowd.slice(0, 150), d, ...crowd.slice(151)]);
  expect(rows.filter(({ differs }) => differs).map(({ here }) => here?.text)).toEqual(["line 150"]);
});

test("two branches part where the earlier one on their ways left", () => {
  const branch = (id: number, from: number | null, at = 0): BranchView => ({
    id,
    name: `b${id}`,
    current: id === 1,
    fork: from === null ? null : { from, at, step: at, command: "heal" },
    end: 100,
    events: 100,
  });
  const all = [
    branch(1, null),
    branch(2, 1, 40),
    branch(3, 1, 30),
    branch(4, 2, 60),
    branch(5, 2, 20),
  ];
  const at = (here: number, there: number): [number, number | undefined] => {
    const [one, two] = [here, there].map((id) => all.find((each) => each.id === id));
    if (!one || !two) throw new Error("both exist");
    const found = parting(all, one, two);
    return [found.at, found.left?.id];
  };
  expect(at(1, 2)).toEqual([40, 2]);
  expect(at(2, 1)).toEqual([40, 2]);
  expect(at(2, 3)).toEqual([30, 3]);
  expect(at(4, 3)).toEqual([30, 3]);
  expect(at(4, 1)).toEqual([40, 2]);
  // It left before the other one did: from there on it has nothing of it.
  expect(at(5, 1)).toEqual([20, 5]);
  const apart = [branch(1, null), branch(2, null)];
  const [one, two] = apart;
  if (one && two) expect(parting(apart, one, two)).toEqual({ at: 0, step: 0, left: null });
});
