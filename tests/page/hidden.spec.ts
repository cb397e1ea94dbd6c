import { expect, test, type Page } from "@playwright/test";
import { give, open, pause } from "./tools";

const share = (page: Page) => page.getByRole("dialog", { name: "Share this run" });

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
  await expect(refusal).toBeVisible();
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
});
