import { expect, test } from "@playwright/test";
import { give, journal, NEWCOMER, open, part, pause, server, stage } from "./tools";

test("a slow, early or lying disk has a mark on the stage and words in the server's panel", async ({
  page,
}) => {
  await open(page);
  await pause(page);
  await server(page, 2).click();
  const disk = part(page, "On disk");
  const mark = server(page, 2).locator("g.disk");
  await expect(mark).toHaveCount(0);
  for (const [command, name, says] of [
    ["disk 2 1ms..50ms", "slow disk", "its writes take longer"],
    ["disk 2 early", "disk acknowledges early", "acknowledges a write before it is flushed"],
    ["disk 2 lies", "disk lies", "acknowledges writes before they are durable"],
  ] as const) {
    await give(page, command);
    await expect(mark).toHaveCount(1);
    await expect(server(page, 2)).toHaveAccessibleName(new RegExp(name));
    await expect(disk).toContainText(says);
  }
  await give(page, "disk 2 honest");
  await expect(server(page, 2)).toHaveAccessibleName(/slow disk/);
  await give(page, "disk 2 1ms");
  await expect(mark).toHaveCount(0);
  await expect(disk).not.toContainText("flushed");
});

test("a crash between log and snapshot is planned from a server's menu, called off, and comes", async ({
  page,
}) => {
  const leads = await open(page);
  await pause(page);
  await server(page, leads).click();
  const more = page.getByRole("button", { name: `More to do to S${leads}` });
  const press = async (name: string): Promise<void> => {
    await more.click();
    await page.getByRole("menuitem", { name }).click();
  };
  await give(page, "disk all 0s");
  await give(page, "start leader x=1");
  await press("Crash after its next write");
  await expect(part(page, "On disk")).toContainText("A crash is planned after write 1.");
  await press("Do not crash after write 1");
  await expect(part(page, "On disk")).not.toContainText("A crash is planned");
  await press("Crash after its next write");
  await give(page, "start leader y=2");
  await expect(server(page, leads)).toHaveAccessibleName(/crashed/);
  await expect(journal(page)).toContainText("crashes as planned: its log is durable");
});

test.describe("on a first visit", () => {
  test.use(NEWCOMER);

  test("a crash that is planned is not taken for one that has come", async ({ page }) => {
    const leads = await open(page);
    const hint = stage(page).locator(".hint");
    await give(page, `crash ${leads} after write 1000`);
    await expect(journal(page)).toContainText("after write 1000");
    await expect(hint).toContainText("Crash it");
    await give(page, `crash ${leads}`);
    await expect(hint).toContainText("Restart the crashed server");
  });
});
