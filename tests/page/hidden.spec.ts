import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { give, journal, open, part, pause, server } from "./tools";

/** Marks of direction, zero-width characters, and controls but for line breaks and tabs. */
const HIDDEN = /(?![\t\n])[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

const RUN = `name safe\u202etxt\u200b
seed 7
servers 3
note 0s..1s checker passed asked\u2066 -> told\u2069
at 1.5s note a flag\ufeff
at 2s start leader k=\u202e1\u200b
at 4s end
`;

const share = (page: Page) => page.getByRole("dialog", { name: "Share this run" });

async function openRun(page: Page): Promise<void> {
  await open(page);
  await pause(page);
  await page.keyboard.press("y");
  await share(page).getByRole("textbox", { name: "Link or text of a run" }).fill(RUN);
  await share(page).getByRole("button", { name: "Open it" }).click();
  await expect(share(page)).toBeHidden();
  await page.keyboard.press("End");
}

/** All that the page says, in texts, names for readers of the screen, and titles. */
async function expectNothingHidden(page: Page): Promise<void> {
  const said = await page.evaluate(() => {
    const names = [...document.querySelectorAll("*")].flatMap((element) =>
      [...element.attributes].map(({ value }) => value),
    );
    return [document.title, document.body.textContent, ...names];
  });
  expect(said.filter((text) => HIDDEN.test(text))).toEqual([]);
}

test("what is hidden in an opened run is shown on the page and in what is drawn", async ({
  page,
}) => {
  await openRun(page);
  await expect(page).toHaveTitle("safe⟨U+202E⟩txt⟨U+200B⟩ · Raft playground");
  await expect(page.getByRole("banner")).toContainText("safe⟨U+202E⟩txt⟨U+200B⟩");
  // The run is a watched test, so its tab is the one that shows.
  await page.getByRole("button", { name: "Journal", exact: true }).click();
  await expect(
    journal(page)
      .getByText(/k=⟨U\+202E⟩1⟨U\+200B⟩/)
      .first(),
  ).toBeVisible();
  await expectNothingHidden(page);

  await page.keyboard.press("1");
  await expect(page.getByText("⟨U+202E⟩1⟨U+200B⟩").first()).toBeVisible();
  await page.keyboard.press("w");
  await expect(page.getByText("a flag⟨U+FEFF⟩").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expectNothingHidden(page);

  await page.keyboard.press("g");
  const download = page.waitForEvent("download");
  await part(page, "Space-time diagram").getByRole("button", { name: "SVG" }).click();
  const drawn = readFileSync(await (await download).path(), "utf8");
  expect(drawn).toContain("safe⟨U+202E⟩txt⟨U+200B⟩");
  expect(HIDDEN.test(drawn)).toBe(false);

  await page.keyboard.press("m");
  const kept = page.getByRole("dialog", { name: "My runs" });
  await expect(kept.getByText("safe⟨U+202E⟩txt⟨U+200B⟩")).toBeVisible();
  await expectNothingHidden(page);
});

test("a saved text keeps what is hidden, and so do a name and a note that are edited", async ({
  page,
}) => {
  await openRun(page);
  await page.keyboard.press("w");
  const notes = page.getByRole("dialog", { name: "Notes" });
  await notes.getByRole("button", { name: "Edit" }).click();
  const words = notes.getByRole("textbox", { name: "Words of the note" });
  await expect(words).toHaveValue("a flag⟨U+FEFF⟩");
  await words.fill("a flag⟨U+FEFF⟩ here");
  await notes.getByRole("button", { name: "Save" }).click();
  await page.keyboard.press("Escape");

  await page.keyboard.press("y");
  const name = share(page).getByRole("textbox", { name: "Name" });
  await expect(name).toHaveValue("safe⟨U+202E⟩txt⟨U+200B⟩");
  await name.fill("safe⟨U+202E⟩txt⟨U+200B⟩ 2");
  await name.blur();
  const download = page.waitForEvent("download");
  await share(page).getByRole("button", { name: "Save as file" }).click();
  const text = readFileSync(await (await download).path(), "utf8");
  for (const line of [
    "name safe\u202etxt\u200b 2\n",
    " note a flag\ufeff here\n",
    " start leader k=\u202e1\u200b\n",
    " asked\u2066 -> told\u2069\n",
  ]) {
    expect(text).toContain(line);
  }
});

test("what is hidden in a file's name and in a typed command is shown", async ({ page }) => {
  await open(page);
  await pause(page);
  await page.keyboard.press("y");
  await share(page)
    .getByLabel("Open a file")
    .setInputFiles({
      name: "a\u202eb.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("cr\u202e"),
    });
  const refusal = page.getByRole("alert").filter({ hasText: "“a⟨U+202E⟩b.txt” was not opened" });
  await expect(refusal).toContainText("`cr⟨U+202E⟩` is not");
  await page.keyboard.press("Escape");

  await page.keyboard.press("/");
  const input = page.getByRole("combobox", { name: "Command" });
  await input.fill("cra\u200bsh 1");
  await input.press("Enter");
  const said = page.getByRole("list", { name: "Said so far" });
  await expect(said).toContainText("cra⟨U+200B⟩sh 1");
  await input.press("Escape");
  await give(page, "start leader y=\u202e2");
  await page.keyboard.press("/");
  await expect(said).toContainText("start leader y=⟨U+202E⟩2");
  await expect(server(page, 1)).toBeVisible();
});
