import { expect, test, type Page } from "@playwright/test";
import { give, leader, open, pause, server } from "./tools";

/** The runs that the browser keeps: how often each command stands in them. */
const keptWith = (page: Page, command: string): Promise<number> =>
  page.evaluate(
    (wanted) =>
      new Promise<number>((resolve, reject) => {
        const asked = indexedDB.open("raft-playground");
        asked.onerror = () => reject(asked.error as Error);
        asked.onsuccess = () => {
          if (!asked.result.objectStoreNames.contains("runs")) return resolve(0);
          const read = asked.result.transaction("runs").objectStore("runs").getAll();
          read.onsuccess = () => {
            asked.result.close();
            const runs = read.result as { text: string }[];
            resolve(runs.filter(({ text }) => text.includes(wanted)).length);
          };
        };
      }),
    command,
  );

test("a second tab with the same run goes on with a copy, and neither loses anything", async ({
  page,
  context,
}) => {
  await open(page);
  await give(page, "clock 1 101%");
  await expect.poll(() => keptWith(page, "clock 1 101%")).toBe(1);

  // A tab that is duplicated begins with what the session of the first one holds.
  const session = await page.evaluate(() => ({ ...sessionStorage }));
  const second = await context.newPage();
  await second.addInitScript((items) => {
    for (const [key, value] of Object.entries(items)) sessionStorage.setItem(key, String(value));
  }, session);
  await second.goto("/");
  await expect(server(second, 1)).toBeVisible();
  await give(second, "clock 2 102%");
  await expect(second.getByText("open in another tab too")).toBeVisible();
  await give(page, "clock 3 103%");
  await expect.poll(() => keptWith(page, "clock 2 102%")).toBe(1);
  await expect.poll(() => keptWith(page, "clock 3 103%")).toBe(1);
  await expect.poll(() => keptWith(page, "clock 1 101%")).toBe(2);
});

test("a fresh tab offers the run of a browser that was closed, and not one that is still open", async ({
  page,
  context,
}) => {
  const leads = await open(page);
  await give(page, `crash ${leads}`);
  await pause(page);
  await expect.poll(() => keptWith(page, `crash ${leads}`)).toBe(1);

  const beside = await context.newPage();
  await beside.goto("/");
  await leader(beside);
  await beside.mouse.move(20, 20);
  await beside.waitForTimeout(1500);
  await expect(beside.getByText("Continue the run of before")).toHaveCount(0);
  await beside.close();
  await page.close();

  const later = await context.newPage();
  await later.goto("/");
  await leader(later);
  await later.mouse.move(20, 20);
  await later.getByRole("button", { name: "Continue it" }).click();
  await expect(server(later, leads)).toHaveAccessibleName(/crashed/);
});
