import { expect, test, type Page } from "@playwright/test";
import {
  counter,
  events,
  give,
  journal,
  leader,
  open,
  openText,
  part,
  pause,
  server,
  settled,
  timer,
} from "./tools";

const now = (page: Page) => page.getByRole("timer").innerText();
const dialog = (page: Page) => page.getByRole("dialog", { name: "My runs" });

/** The moment at which the kept run would be shown, as the page writes it. Runs in the page. */
function readShown(): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("raft-playground");
    asked.onerror = () => reject(asked.error as Error);
    asked.onsuccess = () => {
      const read = asked.result.transaction("runs").objectStore("runs").getAll();
      read.onsuccess = () => {
        asked.result.close();
        const run = read.result[0] as { text: string };
        const moment = /^show ([\d.]+)s/m.exec(run.text)?.[1];
        resolve(`${Number(moment).toFixed(3)} s`);
      };
    };
  });
}

/** Waits until the run of the page is kept as it is now. */
async function kept(page: Page, name: string): Promise<void> {
  await expect(async () => {
    await page.keyboard.press("m");
    await expect(dialog(page)).toBeVisible({ timeout: 2000 });
  }).toPass();
  const present = dialog(page).getByRole("listitem").filter({ hasText: "on the page" });
  await expect(present).toContainText(name);
  await dialog(page).press("Escape");
  await expect(dialog(page)).toBeHidden();
}

/** Names the run, by way of the dialog for sharing. */
async function rename(page: Page, name: string): Promise<void> {
  await page.keyboard.press("y");
  const field = page.getByRole("textbox", { name: "Name" });
  await field.fill(name);
  await field.press("Tab");
  await page.keyboard.press("Escape");
  await expect(field).toBeHidden();
  await kept(page, name);
}

test("a reload comes back to the run, where it stood", async ({ page }) => {
  const first = await open(page);
  await give(page, `crash ${first}`);
  await expect.poll(() => leader(page)).not.toBe(first);
  await pause(page);
  await rename(page, "kept over a reload");
  for (let press = 0; press < 3; press += 1) await page.keyboard.press(",");
  const [at, event] = [await now(page), await events(page)];
  const texts = () => journal(page).getByRole("option").allInnerTexts();
  const lines = await settled(page, texts);
  await expect.poll(() => page.evaluate(readShown)).toBe(at);
  await page.reload();
  await expect(server(page, 1)).toBeVisible();
  await expect(timer(page)).toHaveText(at);
  await expect(counter(page)).toHaveText(event);
  await expect(page.getByText("kept over a reload")).toBeVisible();
  await expect.poll(texts).toEqual(lines);
  await page.keyboard.press("End");
  await expect(page.getByText("live", { exact: true })).toBeVisible();
});

test("a run that was opened and only looked at is kept", async ({ page }) => {
  await open(page);
  await pause(page);
  await page.keyboard.press("y");
  const share = page.getByRole("dialog", { name: "Share this run" });
  await share
    .getByRole("textbox", { name: "Link or text of a run" })
    .fill("seed 3\nname short and untouched\nat 0.2s end\n");
  await share.getByRole("button", { name: "Open it" }).click();
  await expect(share).toBeHidden();
  await expect(timer(page)).toHaveText("0.000 s");
  await kept(page, "short and untouched");
});

test("branches come back too", async ({ page }) => {
  await open(page);
  await pause(page);
  for (let press = 0; press < 4; press += 1) await page.keyboard.press(",");
  await give(page, "network lossy");
  await rename(page, "two futures");
  await page.reload();
  await expect(page.getByRole("button", { name: "2 branches" })).toBeVisible();
});

test("my runs are listed, opened, renamed, saved and deleted", async ({ page }) => {
  const first = await open(page);
  await give(page, `crash ${first}`);
  await pause(page);
  await rename(page, "run one");
  await page.getByRole("button", { name: "New run" }).first().click();
  const newRun = page.getByRole("dialog", { name: "New run" });
  await newRun.getByLabel("Servers").selectOption("3");
  await newRun.getByRole("button", { name: "Start this run" }).click();
  await expect(server(page, 4)).toBeHidden();
  await give(page, "start 1 x=1");
  await rename(page, "run two");

  await page.keyboard.press("m");
  const item = (name: string) => dialog(page).getByRole("listitem").filter({ hasText: name });
  await expect(dialog(page).getByRole("listitem")).toHaveCount(2);
  await expect(item("run one")).toContainText("5 servers");
  await expect(item("run one")).toContainText("1 command");

  await item("run one").getByRole("button", { name: "Rename" }).click();
  await dialog(page).getByRole("textbox", { name: "Name" }).fill("the first");
  await dialog(page).getByRole("button", { name: "Name it" }).click();
  const download = page.waitForEvent("download");
  await item("the first").getByRole("button", { name: "Save as file" }).click();
  expect((await download).suggestedFilename()).toBe("the-first.raft.txt");

  await item("the first").getByRole("button", { name: "Open" }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(server(page, 5)).toBeVisible();
  await expect(server(page, first)).toHaveAccessibleName(/crashed/);

  await page.keyboard.press("m");
  await expect(item("the first")).toContainText("on the page");
  await item("run two").getByRole("button", { name: "Delete" }).click();
  await item("run two").getByRole("button", { name: "Delete for good" }).click();
  await expect(dialog(page).getByRole("listitem")).toHaveCount(1);
});

test("a kept run that cannot be read is said, and the page starts", async ({ page }) => {
  const first = await open(page);
  await give(page, `crash ${first}`);
  await pause(page);
  await rename(page, "to be damaged");
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const asked = indexedDB.open("raft-playground");
        asked.onerror = () => reject(asked.error as Error);
        asked.onsuccess = () => {
          const store = asked.result.transaction("runs", "readwrite").objectStore("runs");
          const read = store.getAll();
          read.onsuccess = () => {
            const run = read.result[0] as { text: string };
            store.put({ ...run, text: "at nonsense" }).onsuccess = () => resolve();
          };
        };
      }),
  );
  await page.reload();
  await expect(page.getByRole("alert")).toContainText(
    /“to be damaged”, cannot be opened: .*line 1/,
  );
  await expect(server(page, 1)).toBeVisible();
});

test("a browser that does not keep anything says so, and the page works", async ({ page }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("no", "SecurityError");
    };
  });
  const first = await open(page);
  await give(page, `crash ${first}`);
  await expect(page.getByRole("alert")).toContainText(
    "This browser does not keep the run: it does not allow pages to store anything.",
  );
  await expect(part(page, "Timeline")).toBeVisible();
});

test("a browser whose storage is full says so, and how to save the run", async ({ page }) => {
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  const first = await open(page);
  await give(page, `crash ${first}`);
  await expect(page.getByRole("alert")).toContainText(
    "This browser does not keep the run: its storage is full. Save it as a file before you leave (y).",
  );
  await expect(server(page, first)).toHaveAccessibleName(/crashed/);
});

test("a run that is opened from its text has the name that the text gives it", async ({ page }) => {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible();
  await openText(page, "raft-playground 1\nname Two of three\nseed 3\nservers 3\nat 1s end");
  await expect(page.getByRole("banner")).toContainText("Two of three");
});
