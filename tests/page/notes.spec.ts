import { expect, test, type Locator, type Page } from "@playwright/test";
import type { Remark } from "../../web/engine/engine";
import { noteNear, notesOf, wordsOf } from "../../web/record/notes";
import { counter, events, give, journal, leader, open, part, pause, timer } from "./tools";

const dialog = (page: Page): Locator => page.getByRole("dialog", { name: "Notes" });
const items = (page: Page): Locator => dialog(page).getByRole("listitem");
const now = (page: Page): Promise<string> => page.getByRole("timer").innerText();
const strip = (page: Page): Locator => part(page, "Timeline").getByRole("slider");

/** Writes a note on the moment at which the run stands, by way of its key. */
async function write(page: Page, words: string): Promise<void> {
  const field = dialog(page).getByRole("textbox");
  if (await dialog(page).isVisible()) await field.focus();
  else await page.keyboard.press("w");
  await expect(field).toBeFocused();
  await field.fill(words);
  await field.press("Enter");
  await expect(items(page).filter({ hasText: words.replace("->", "→") })).toBeVisible();
}

async function close(page: Page): Promise<void> {
  await dialog(page).press("Escape");
  await expect(dialog(page)).toBeHidden();
}

/** A run in which the leader was crashed, paused at its end. */
async function crashed(page: Page): Promise<void> {
  const first = await open(page);
  await give(page, `crash ${first}`);
  await expect.poll(() => leader(page)).not.toBe(first);
  await pause(page);
}

test("a note is written, found on the timeline, reworded and deleted", async ({ page }) => {
  await crashed(page);
  const event = await events(page);
  const end = await now(page);
  await write(page, "a new leader");
  await strip(page).press("Home");
  for (let press = 0; press < 20; press += 1) await strip(page).press("ArrowRight");
  const middle = await now(page);
  await write(page, "nothing yet");
  await expect(items(page)).toHaveText([/nothing yet/, /a new leader/]);
  await expect(page.getByText("2 branches")).toBeHidden();

  await dialog(page)
    .getByRole("button", { name: `Go to ${end}` })
    .click();
  await expect(timer(page)).toHaveText(end);
  await expect(counter(page)).toHaveText(event);
  await items(page).first().getByRole("button", { name: "Edit" }).click();
  await dialog(page).getByRole("textbox", { name: "Words of the note" }).fill("all is quiet");
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await expect(items(page)).toHaveText([/all is quiet/, /a new leader/]);
  await close(page);

  // On the strip: pointing tells its words, a click goes to just where it was written.
  await expect(strip(page)).toHaveAccessibleName(/2 notes/);
  const box = await strip(page).boundingBox();
  if (!box) throw new Error("the strip is not on the page");
  const share = 20 / 100;
  await page.mouse.move(box.x + box.width * share + 2, box.y + 60);
  await expect(part(page, "Timeline")).toContainText(`note at ${middle}: all is quiet`);
  await page
    .getByRole("list", { name: "Notes on the timeline" })
    .getByRole("button", { name: `Note at ${middle}: all is quiet` })
    .click();
  await expect(timer(page)).toHaveText(middle);

  await page.keyboard.press("w");
  await items(page).first().getByRole("button", { name: "Delete" }).click();
  await dialog(page).getByRole("button", { name: "Delete for good" }).click();
  await expect(items(page)).toHaveText([/a new leader/]);
});

test("notes go with links, over reloads and into branches", async ({ page, context }) => {
  await crashed(page);
  await write(page, "kept -> sent");
  await close(page);
  await page.keyboard.press("y");
  const link = page.getByRole("textbox", { name: "Link", exact: true });
  await expect(link).toHaveValue(/#r1\./);
  const address = await link.inputValue();
  await page.keyboard.press("Escape");
  const other = await context.newPage();
  await other.goto(address);
  await expect(other.getByText(/The link's run is open. Replayed here: identical/)).toBeVisible();
  await other.keyboard.press("w");
  await expect(items(other)).toHaveText([/kept → sent/]);
  await other.close();

  await page.keyboard.press("m");
  const runs = page.getByRole("dialog", { name: "My runs" });
  await expect(runs.getByText("on the page")).toBeVisible();
  await runs.press("Escape");
  await page.reload();
  await expect(strip(page)).toHaveAccessibleName(/1 note/);

  // A branch has what was noted before it began, and its own.
  for (let press = 0; press < 5; press += 1) await page.keyboard.press(",");
  await give(page, "network lossy");
  await expect(strip(page)).not.toHaveAccessibleName(/note/);
  await write(page, "only in the branch");
  await expect(items(page)).toHaveText([/only in the branch/]);
  await close(page);
  await page.keyboard.press("b");
  await page.getByRole("button", { name: "Inspect", exact: true }).click();
  const branches = page.getByRole("dialog", { name: "Branches" });
  await branches.getByRole("button", { name: "Close" }).click();
  await expect(branches).toBeHidden();
  await expect(strip(page)).toHaveAccessibleName(/1 note/);
  await page.keyboard.press("w");
  await expect(items(page)).toHaveText([/kept → sent/]);
});

test("the console and a line of the journal lead to notes too", async ({ page }) => {
  await crashed(page);
  const event = await events(page);
  await page.keyboard.press("/");
  const input = page.getByRole("combobox", { name: "Command" });
  await input.fill("note ");
  await input.press("Enter");
  await expect(page.getByRole("dialog", { name: "Console" })).toContainText(
    "something is missing: the words of the note",
  );
  await input.fill("note typed here");
  await input.press("Enter");
  await expect(page.getByRole("dialog", { name: "Console" })).toContainText("noted at ");
  await input.fill("help note");
  await input.press("Enter");
  await expect(page.getByText("writes a note on this moment")).toBeVisible();
  await input.press("Escape");
  expect(await events(page)).toBe(event);

  const line = journal(page).getByRole("option").filter({ hasText: "starts an election" }).last();
  await line.click();
  await part(page, "Rule of the line").getByRole("button", { name: "Note" }).click();
  await write(page, "here it begins");
  await expect(items(page)).toHaveText([/here it begins/, /typed here/]);
});

test("what is a note, and which is meant", () => {
  expect(["note a b ", " note\tx", "note", "notes x", "crash 1"].map(wordsOf)).toEqual([
    "a b",
    "x",
    "",
    null,
    null,
  ]);
  const remark = (lane: Remark["lane"], from: number, asked: string): Remark => {
    return { from, to: from, lane, verdict: "said", asked, answered: "" };
  };
  const notes = notesOf([remark("note", 9, "b"), remark("test", 1, "t"), remark("note", 3, "a")]);
  expect(notes).toEqual([
    { place: 2, at: 3, words: "a" },
    { place: 0, at: 9, words: "b" },
  ]);
  expect(noteNear(notes, 7, 4)?.words).toBe("b");
  expect(noteNear(notes, 6, 2)).toBeNull();
});
