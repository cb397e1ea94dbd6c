import { expect, test, type Page } from "@playwright/test";
import { LOOK_ONLY, lookOnly } from "../../web/engine/look-only";
import type { RunSource } from "../../web/engine/source";
import { memberAt } from "../../web/engine/tables";
import { History } from "../../web/spacetime/history";
import { events, give, journal, leader, open, pause, server, stage } from "./tools";

/** A link to a run in which a leader was crashed. */
async function link(page: Page): Promise<{ link: string; crashed: number }> {
  const crashed = await open(page);
  await give(page, "start leader x=1");
  await give(page, `crash ${crashed}`);
  await expect.poll(() => leader(page)).not.toBe(crashed);
  await pause(page);
  await page.getByRole("button", { name: "Share" }).click();
  const field = page
    .getByRole("dialog", { name: "Share this run" })
    .getByRole("textbox", { name: "Link", exact: true });
  await expect(field).toHaveValue(/#r1\./);
  return { link: await field.inputValue(), crashed };
}

test("an address with ?look shows a run that takes nothing and goes no further", async ({
  page,
  context,
}) => {
  const { link: address, crashed } = await link(page);
  const lines = await journal(page).getByRole("option").allInnerTexts();
  const at = await events(page);
  const other = await context.newPage();
  await other.goto(address.replace("#", "?look#"));
  await expect(other.getByText(/The link's run is open. Replayed here: identical/)).toBeVisible();
  expect(await events(other)).toBe(at);
  await expect(server(other, crashed)).toHaveAccessibleName(/crashed/);
  expect(await journal(other).getByRole("option").allInnerTexts()).toEqual(lines);

  // Nothing on the page offers to change it.
  for (const name of ["Start at the leader", "Partition…", "Network…"]) {
    await expect(stage(other).getByRole("button", { name })).toHaveCount(0);
  }
  await other.keyboard.press(String(crashed));
  await expect(other.getByRole("heading", { name: `S${crashed}`, level: 2 })).toBeVisible();
  await expect(other.getByRole("button", { name: "Restart", exact: true })).toHaveCount(0);
  await server(other, crashed).click({ button: "right" });
  await expect(other.getByRole("menuitem")).toHaveText(["Inspect"]);
  await other.keyboard.press("Escape");

  // A key that would is refused in words.
  await other.keyboard.press("h");
  await expect(other.getByRole("alert").filter({ hasText: LOOK_ONLY })).toBeVisible();
  expect(await events(other)).toBe(at);

  // It can be moved about, and it stops where it ends.
  await other.keyboard.press("Home");
  await expect.poll(() => events(other)).toBe("event 0");
  await other.keyboard.press("End");
  await expect.poll(() => events(other)).toBe(at);
  for (let press = 0; press < 4; press += 1) await other.keyboard.press(",");
  const before = await events(other);
  expect(before).not.toBe(at);
  await other.keyboard.press(" ");
  await expect.poll(() => events(other)).toBe(at);
  await expect(other.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  await other.keyboard.press(".");
  expect(await events(other)).toBe(at);
});

test("a link with ?look can be opened in a page that acts, and the page acts again with the next run", async ({
  page,
}) => {
  const { link: address, crashed } = await link(page);
  const look = address.replace("#", "?look#");
  const dialog = page.getByRole("dialog", { name: "Share this run" });
  await dialog.getByRole("textbox", { name: "Link or text of a run" }).fill(look);
  await dialog.getByRole("button", { name: "Open it" }).click();
  await expect(page.getByText(/The run is open. Replayed here: identical/)).toBeVisible();
  const partition = stage(page).getByRole("button", { name: "Partition…" });
  await expect(partition).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Restart", exact: true })).toHaveCount(0);
  await server(page, crashed).click({ button: "right" });
  await expect(page.getByRole("menuitem")).toHaveText(["Inspect"]);
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\?look#r1\./);

  // A link with something damaged is refused, and the run that is looked at stays.
  await page.keyboard.press("y");
  await dialog.getByRole("textbox", { name: "Link or text of a run" }).fill(address.slice(0, -9));
  await dialog.getByRole("button", { name: "Open it" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Not opened");
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(partition).toHaveCount(0);

  await page.getByRole("button", { name: "New run" }).click();
  await page.getByRole("button", { name: "Start this run" }).click();
  await expect(partition).toBeVisible();
  expect(await leader(page)).toBeGreaterThan(0);
  await give(page, "crash 1");
  await expect(server(page, 1)).toHaveAccessibleName(/crashed/);
  await expect(page).toHaveURL(/[^?]\/#r1\./);

  // The way back leads to the run that was only looked at, and it is that again.
  await page.goBack();
  await expect(partition).toHaveCount(0);
  await expect(server(page, crashed)).toHaveAccessibleName(/crashed/);
});

/** A source of a run that has ended at 1 s; it tells what was asked of it. */
function ended(asked: string[]): RunSource {
  const advance = { now: 1_000_000, events: 9, reached: true, live: true, broken: 0 };
  const answers: Record<string, unknown> = {
    frame: { end: 1_000_000, live: true, now: 1_000_000 },
    advance,
    seek: advance,
    step: advance,
  };
  const answer =
    (name: string) =>
    (...given: unknown[]) => {
      asked.push(`${name} ${JSON.stringify(given)}`);
      return answers[name];
    };
  return new Proxy({} as RunSource, { get: (_, name) => answer(String(name)) });
}

test("a source that is only looked at refuses what changes it, and does not go on", () => {
  const asked: string[] = [];
  const source = lookOnly(ended(asked));
  expect(source.can).toEqual({ act: false, goOn: false, text: true, branch: false });
  for (const act of [
    () => source.command("crash 1"),
    () => source.note("here"),
    () => source.rewordNote(0, "there"),
    () => source.deleteNote(0),
    () => source.setName("mine"),
    () => source.renameBranch(1, "other"),
    () => source.deleteBranch(1),
  ]) {
    expect(act).toThrow(LOOK_ONLY);
  }
  expect(asked).toEqual([]);
  source.advance(5_000_000, 100);
  source.step();
  const moves = asked.filter((call) => !call.startsWith("frame"));
  expect(moves).toEqual(["advance [1000000,100]", "seek [1000000]"]);
});

test("a value that a table does not have is an error and not another value", () => {
  expect(memberAt(["a", "b"], 1)).toBe("b");
  expect(() => memberAt(["a", "b"], 2)).toThrow(
    "The engine told of number 2, and this page knows only: a, b.",
  );
  const history = new History(0);
  const sent = (rpc: number) =>
    new Float64Array([1, 1, 0, 1, 14, 0, 1, 1, 1, 41, 2, 3, 5, rpc, 0, 0, 0, 0]);
  history.take(sent(2), "");
  expect(history.message(41)?.rpc).toBe("InstallSnapshot");
  expect(() => new History(0).take(sent(3), "")).toThrow("number 3");
  const lost = new Float64Array([2, 2, 0, 0, 8, 2, 2, 2, 0, 41, 5, 500]);
  history.take(lost, "");
  expect(history.message(41)?.why).toBe("the server's disk is full");
});
