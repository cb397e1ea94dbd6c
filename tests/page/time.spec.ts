import { expect, test, type Page } from "@playwright/test";
import { axisEnd } from "../../web/record/axis";
import { moved, zoomed } from "../../web/timeline/zoom";
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
  play,
  settled,
  stage,
  stepUntil,
  timer,
} from "./tools";

const strip = (page: Page) => part(page, "Timeline").getByRole("slider");
const now = (page: Page) => part(page, "Timeline").getByRole("timer").innerText();

/** A paused run in which a leader has crashed and another has taken over. */
async function withCrash(page: Page): Promise<void> {
  const first = await open(page);
  await give(page, `crash ${first}`);
  await expect.poll(() => leader(page)).not.toBe(first);
  await pause(page);
}

test("a step back and a step forward lead to the same place", async ({ page }) => {
  await open(page);
  await pause(page);
  const [at, event] = [await now(page), await events(page)];
  const texts = () => journal(page).getByRole("option").allInnerTexts();
  const lines = await settled(page, texts);
  for (let press = 0; press < 5; press += 1) await page.keyboard.press(",");
  await expect(counter(page)).not.toHaveText(event);
  await expect(page.getByText(/before the end$/)).toBeVisible();
  await page.keyboard.press("End");
  await expect(timer(page)).toHaveText(at);
  await expect(counter(page)).toHaveText(event);
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  await expect.poll(texts).toEqual(lines);
});

test("the timeline is dragged, walked by keys and jumped along", async ({ page }) => {
  await withCrash(page);
  const end = await now(page);
  const box = await strip(page).boundingBox();
  if (!box) throw new Error("the strip has no place");
  await page.mouse.click(box.x + 2, box.y + box.height / 2);
  await expect(stage(page).getByRole("button", { name: /^S\d, leader/ })).toHaveCount(0);
  await expect(journal(page).getByRole("option")).toHaveCount(0);
  await expect.poll(async () => Number.parseFloat(await now(page))).toBeLessThan(0.1);

  await strip(page).press("End");
  await expect(timer(page)).toHaveText(end);
  await strip(page).press("ArrowLeft");
  await expect(timer(page)).not.toHaveText(end);

  await page.getByLabel("Jump between").selectOption("faults");
  await page.getByRole("button", { name: "Jump back" }).click();
  await expect(journal(page)).toContainText("you: crash");
  await expect(stage(page).getByRole("button", { name: /^S\d, crashed/ })).toHaveCount(1);
  await page.keyboard.press(",");
  await expect(stage(page).getByRole("button", { name: /^S\d, crashed/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Jump back" }).click();
  await expect(page.getByText("There are no earlier faults.")).toBeVisible();
});

test("acting in the past starts a branch, and the other future stays", async ({ page }) => {
  await withCrash(page);
  const end = await now(page);
  await page.getByLabel("Jump between").selectOption("faults");
  await page.getByRole("button", { name: "Jump back" }).click();
  await page.keyboard.press(",");
  await give(page, "network lossy");
  await expect(page.getByText(/branch 1 begins here with “network lossy”/)).toBeVisible();
  await play(page);
  await expect.poll(async () => parseFloat(await now(page))).toBeGreaterThan(parseFloat(end));
  await pause(page);

  await page.getByRole("button", { name: "2 branches" }).click();
  const dialog = page.getByRole("dialog", { name: "Branches" });
  await expect(dialog.getByRole("listitem")).toHaveCount(2);
  await expect(dialog).toContainText("with network lossy");
  await dialog.getByRole("button", { name: "Compare" }).click();
  const comparison = page.getByRole("dialog", { name: "Compare two branches" });
  await expect(comparison.getByRole("button", { name: /^Go there in/ })).toHaveCount(2);
  await page.keyboard.press("Escape");

  await dialog.getByRole("button", { name: "Rename" }).last().click();
  await dialog.getByRole("textbox", { name: "Name" }).fill("with losses");
  await dialog.getByRole("button", { name: "Name it" }).click();
  await expect(dialog).toContainText("with losses");

  await dialog.getByRole("button", { name: "Inspect", exact: true }).click();
  await page.keyboard.press("Escape");
  await strip(page).press("End");
  await expect(timer(page)).toHaveText(end);
  await expect(journal(page)).not.toContainText("you: network lossy");
  await page.getByRole("button", { name: "Jump back" }).click();
  await expect(journal(page)).toContainText("you: crash");

  await page.keyboard.press("b");
  await dialog.getByRole("button", { name: "Delete" }).last().click();
  await expect(dialog.getByRole("listitem")).toHaveCount(1);
  await expect(dialog).toContainText("There is one so far");
});

test("what if this message had been dropped is three clicks", async ({ page }) => {
  await open(page);
  await pause(page);
  // In flight: neither lost nor held.
  const message = stage(page).getByRole("button", {
    name: /^message \d+,.* term \d+(, refuses)?$/,
  });
  await page.keyboard.press(",");
  await expect(page.getByText(/before the end$/)).toBeVisible();
  await stepUntil(page, message, { key: ",", most: 60 });
  await message.first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Drop", exact: true }).click();
  await expect(page.getByText(/branch 1 begins here with “drop \d+”/)).toBeVisible();
});

/** A run in which things are done after the first leader was elected, paused in the midst of it. */
async function withLater(page: Page): Promise<void> {
  await page.goto("/");
  const later = "at 3s crash 1\nat 4s restart 1\nat 5s start leader y=2";
  const text = `raft-playground 1\nseed 7\nservers 3\nnetwork lan\nat 2s start leader x=1\n${later}`;
  await openText(page, `${text}\nat 6s end`);
  await pause(page);
  await strip(page).press("Home");
  await page.getByLabel("Jump between").selectOption("commands");
  await page.getByRole("button", { name: "Jump forward" }).click();
  await expect(page.getByRole("timer")).toHaveText("2.000 s");
}

test("a branch may keep what was done later, and says what made no sense any more", async ({
  page,
}) => {
  await withLater(page);
  await give(page, "crash 1");
  await expect(
    page.getByText(/The 3 commands that were given later in it can be kept/),
  ).toBeVisible();
  await page.getByRole("button", { name: "Keep them", exact: true }).click();
  await expect(page.getByText(/2 commands of the other future were kept/)).toBeVisible();
  await expect(page.getByText("3.000 s crash 1: S1 is down already.")).toBeVisible();
  // The branch stands where it began; what was kept lies before it.
  await expect(timer(page)).toHaveText("2.000 s");
  await expect(page.getByText(/before the end$/)).toBeVisible();
  await page.keyboard.press("b");
  const dialog = page.getByRole("dialog", { name: "Branches" });
  await dialog.getByText("2 later commands kept, 1 left out").click();
  await expect(dialog).toContainText("S1 is down already");
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("End");
  await expect(journal(page)).toContainText("you: start leader y=2");
  // That line may be out of sight by now: as far up as it takes.
  await expect(async () => {
    await journal(page).press("ArrowUp");
    await expect(journal(page)).toContainText("you: restart 1", { timeout: 100 });
  }).toPass();
});

test("a message is lost and what followed is kept with two clicks in the journal", async ({
  page,
}) => {
  await withLater(page);
  await page.keyboard.press("End");
  await page.getByRole("button", { name: /all but network/ }).click();
  await page.getByRole("checkbox", { name: /network/ }).check();
  await page.keyboard.press("Escape");
  await journal(page).press("Home");
  const received = journal(page)
    .getByRole("option")
    .filter({ hasText: /receives from S\d AppendEntries/ });
  for (let press = 0; press < 40 && (await received.count()) === 0; press += 1) {
    await journal(page).press("PageDown");
  }
  await received.first().click();
  await part(page, "Rule of the line")
    .getByRole("button", { name: "What if it were lost?" })
    .click();
  await expect(page.getByText(/branch 1 begins here with “drop \d+”/)).toBeVisible();
  await expect(page.getByText(/3 commands of the other future were kept/)).toBeVisible();
});

test("keeping what was done later can be made the rule, in the menu of any thing", async ({
  page,
}) => {
  await withLater(page);
  await stage(page).getByRole("button", { name: /^S2,/ }).click({ button: "right" });
  const keep = page.getByRole("menuitemcheckbox", { name: "Keep what was done later" });
  await expect(keep).toHaveAttribute("aria-checked", "false");
  await keep.click();
  await stage(page).getByRole("button", { name: /^S2,/ }).click({ button: "right" });
  await expect(keep).toHaveAttribute("aria-checked", "true");
  await page.getByRole("menuitem", { name: "Pause" }).click();
  await expect(page.getByText(/3 commands of the other future were kept/)).toBeVisible();
});

test("the timeline has an axis, is nearly filled, and is zoomed by keys, wheel and buttons", async ({
  page,
}) => {
  await withLater(page);
  const tools = page.getByRole("group", { name: "Zoom of the timeline" });
  await expect(tools.getByRole("button", { name: "Show the whole run" })).toBeDisabled();
  const box = await strip(page).boundingBox();
  if (!box) throw new Error("the strip has no place");
  // The right edge is beyond the end, but not by much.
  await page.mouse.move(box.x + box.width * 0.9, box.y + 60);
  await expect(part(page, "Timeline")).not.toContainText("not reached yet");

  await strip(page).focus();
  for (let press = 0; press < 6; press += 1) await page.keyboard.press("+");
  await page.mouse.move(box.x + box.width - 2, box.y + 60);
  const at = async (): Promise<number> =>
    parseFloat(await part(page, "Timeline").locator(".says").innerText());
  await expect.poll(at).toBeLessThan(3);
  // The run's moment stays in sight, wherever one goes.
  await page.keyboard.press("End");
  await expect.poll(at).toBeGreaterThan(5.5);
  await page.keyboard.press("0");
  await page.mouse.move(box.x + 2, box.y + 60);
  await expect.poll(at).toBeLessThan(0.1);
  await page.mouse.wheel(0, -600);
  await expect(tools.getByRole("button", { name: "Show the whole run" })).toBeEnabled();
  await tools.getByRole("button", { name: "Show the whole run" }).click();
  await expect(tools.getByRole("button", { name: "Zoom out" })).toBeDisabled();

  await tools.getByRole("button", { name: "What the marks mean" }).click();
  await expect(page.getByRole("dialog", { name: "Help" })).toContainText("a flag for each note");
});

test("a stretch is zoomed round a moment that keeps its place, within the run", () => {
  const whole = axisEnd(10_000_000);
  const one = zoomed({ from: 0, to: whole }, 2, whole / 4, 10_000_000);
  expect(one).toEqual({ from: whole / 8, to: whole / 8 + whole / 2 });
  expect(zoomed({ from: 0, to: whole }, 0.5, 5, 10_000_000)).toBeNull();
  expect(moved({ from: 10, to: 20 }, -50, 10_000_000)).toEqual({ from: 0, to: 10 });
  const last = moved({ from: 10, to: 20 }, 1e9, 10_000_000);
  expect(last.to).toBeCloseTo(whole);
  for (const end of [0, 1_900_000, 12_345_678, 3_600_000_000]) {
    expect(axisEnd(end)).toBeGreaterThan(end);
    if (end > 2_000_000) expect(axisEnd(end)).toBeLessThan(end * 1.12);
  }
});

test("a line of the journal leads to its moment", async ({ page }) => {
  await page.goto("/");
  await openText(page, "raft-playground 1\nseed 1\nat 1s crash 1\nat 1.2s end\n");
  await journal(page).getByRole("option").filter({ hasText: "you: crash" }).click();
  await part(page, "Rule of the line").getByRole("button", { name: "Go here" }).click();
  await expect(journal(page).getByRole("option").last()).toContainText("crash");
  await expect(stage(page).getByRole("button", { name: /^S\d, crashed/ })).toHaveCount(1);
});

test("the strip follows the theme, the system's and one's own, though the run stands still", async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: "light" });
  await open(page);
  await pause(page);
  const drawn = (): Promise<string> =>
    part(page, "Timeline")
      .locator(".strip canvas")
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const light = await settled(page, drawn);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(drawn).not.toBe(light);
  const dark = await settled(page, drawn);
  await page.keyboard.press("d");
  await expect.poll(drawn).toBe(light);
  await page.keyboard.press("d");
  await expect.poll(drawn).toBe(dark);
});

test("while the run plays, no frame reads styles, and the newest line stays in sight", async ({
  page,
}) => {
  await page.addInitScript(() => {
    const state = window as unknown as { asked: number };
    state.asked = 0;
    const styles = window.getComputedStyle.bind(window);
    window.getComputedStyle = (...given) => {
      state.asked += 1;
      return styles(...given);
    };
  });
  await open(page);
  const asked = () => page.evaluate(() => (window as unknown as { asked: number }).asked);
  const before = await asked();
  // The strip is painted some times meanwhile.
  const began = await now(page);
  await expect.poll(async () => parseFloat(await now(page)) - parseFloat(began)).toBeGreaterThan(1);
  expect(await asked()).toBe(before);
  await give(page, "start leader x=1");
  await expect(journal(page).getByRole("option").last()).toBeInViewport();
  const below = () =>
    journal(page).evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop);
  await expect.poll(below).toBeLessThan(2);
  await expect.poll(() => journal(page).evaluate((list) => list.scrollTop)).toBeGreaterThan(100);
});
