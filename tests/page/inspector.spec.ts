import { expect, test, type Page } from "@playwright/test";
import { commit, give, journal, open, part, pause, play, server, stage, stepUntil } from "./tools";

/** The disk's own words: term, vote, snapshot, log. */
const disk = (page: Page) => part(page, "On disk").locator("dl").innerText();

test("a crash empties the memory, leaves the disk, and a restart decodes the same", async ({
  page,
}) => {
  const leads = await open(page);
  await commit(page, ["x=1", "y=2", "x+=3"], 3);
  await server(page, leads).click();
  await expect(part(page, "Key/value table")).toContainText("13");
  await pause(page);
  const before = await disk(page);
  expect(before).toMatch(/currentTerm\s+\d+/);
  expect(before).toMatch(new RegExp(`votedFor\\s+S${leads}`));
  expect(before).toMatch(/log\s+1@\d+ … 3@\d+/);

  await page.getByRole("button", { name: "Crash", exact: true }).click();
  await expect(part(page, "In memory")).toContainText("Lost in the crash");
  await expect(part(page, "In memory").getByText("commitIndex")).toHaveCount(0);
  await expect(part(page, "Key/value table")).toContainText("Empty until it restarts");
  expect(await disk(page)).toBe(before);

  await page.getByRole("button", { name: "Restart", exact: true }).click();
  await expect(part(page, "In memory")).toContainText("follower");
  expect(await disk(page)).toBe(before);
});

test("a write is hatched until it is synced, and a crash before that loses it", async ({
  page,
}) => {
  const leads = await open(page);
  await commit(page, ["x=1"], 1);
  await server(page, leads).click();
  await pause(page);
  const records = page.getByRole("list", { name: /Newest disk records/ });
  await give(page, "disk all 200ms");
  await give(page, "start leader lost=1");
  await expect(records.getByRole("listitem").first()).toContainText("not synced");
  await page.getByRole("button", { name: "Crash", exact: true }).click();
  await expect(records.getByText("not synced")).toHaveCount(0);
  await expect(part(page, "On disk")).toContainText(/log\s*1@\d+ … 1@\d+/);

  await page.getByRole("button", { name: "Restart", exact: true }).click();
  await expect(part(page, "Key/value table")).not.toContainText("lost");
});

test("a disk with a wrong byte says where, and the server does not come back from it", async ({
  page,
}) => {
  const leads = await open(page);
  await commit(page, ["x=1"], 1);
  await server(page, leads).click();
  await page.getByRole("button", { name: "Crash", exact: true }).click();
  await server(page, leads).focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: "Flip a byte on its disk" }).click();
  await expect(part(page, "On disk").getByRole("alert")).toContainText(/corrupt at byte \d+/);
  await expect(part(page, "On disk")).toContainText(/currentTerm\s*unreadable/);
  await page.getByRole("button", { name: "Restart", exact: true }).click();
  await expect(
    journal(page).getByRole("option").filter({ hasText: "cannot restart" }),
  ).not.toHaveCount(0);
  await expect(server(page, leads)).toHaveAccessibleName(/crashed/);
});

test("what is not committed is grey, with its index, and turns into a row of the table", async ({
  page,
}) => {
  const leads = await open(page);
  await commit(page, ["x=1"], 1);
  await server(page, leads).click();
  await pause(page);
  await give(page, "start leader z=26");
  await expect(part(page, "Key/value table")).toContainText("z (2, not committed)");
  await play(page);
  await expect(part(page, "Key/value table")).not.toContainText("not committed");
  await expect(part(page, "Key/value table").getByRole("row", { name: "z 26" })).toBeVisible();
});

test("a snapshot can be looked into, and the bytes of the disk as well", async ({ page }) => {
  const leads = await open(page);
  await commit(page, ["x=1", "y=raft"], 2);
  await server(page, leads).click();
  await pause(page);
  await page.getByRole("button", { name: "Snapshot", exact: true }).click();
  await play(page);
  await expect(part(page, "On disk")).toContainText(/through 2@\d+/);
  await page.getByText("Snapshot contents").click();
  await expect(
    page.getByRole("table", { name: "Snapshot contents" }).getByRole("row", { name: "y raft" }),
  ).toBeVisible();
  await page.getByText("Raw bytes").click();
  await expect(page.getByLabel("Newest bytes of the write-ahead log")).toHaveText(
    /^[0-9a-f]{4,} {2}([0-9a-f]{2} ){7}[0-9a-f]{2}/,
  );
});

test("a message can be held, released and delivered, and says what became of it", async ({
  page,
}) => {
  const leads = await open(page);
  await pause(page);
  await give(page, "start leader x=1");
  const request = stage(page).getByRole("button", {
    name: new RegExp(`^message \\d+, AppendEntries 1 from S${leads}`),
  });
  await stepUntil(page, request);
  await request.first().focus();
  await page.keyboard.press("Enter");
  await expect(part(page, "Fields")).toContainText("prevLogIndex");
  await expect(page.getByRole("table", { name: "Entries" })).toContainText("x=1");

  await page.getByRole("button", { name: "Hold", exact: true }).click();
  await expect(page.getByText(/^Held since/)).toBeVisible();
  await page.getByRole("button", { name: "Release", exact: true }).click();
  await expect(page.getByText(/^Arrives at/)).toBeVisible();
  await page.getByRole("button", { name: "Deliver now", exact: true }).click();
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Run one event" }).click();
  await expect(page.getByRole("button", { name: "Drop", exact: true })).toBeDisabled();
  await expect(part(page, "Fields")).toContainText("prevLogIndex");
  await expect(page.getByText(/^\d+\.\d{3} s: S\d /)).toBeVisible();
  await expect(journal(page)).toBeVisible();
});

test("nothing selected says what to do, and a link shows both of its directions", async ({
  page,
}) => {
  await open(page);
  await expect(page.getByText("Select a server to see its memory and its disk")).toBeVisible();
  await stage(page)
    .getByRole("button", { name: /^link S1 (to|and|–) S2/ })
    .focus();
  await page.keyboard.press("Enter");
  const there = part(page, "S1 to S2");
  const back = part(page, "S2 to S1");
  await there.getByRole("button", { name: "Cut S1 to S2" }).click();
  await expect(there).toContainText("cut");
  await expect(back).toContainText("open");
  await there.getByLabel("Loss").fill("30");
  await there.getByRole("button", { name: "Set" }).click();
  await expect(there).toContainText("loses 30%");
});
