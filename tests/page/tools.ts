import { expect, type Locator, type Page } from "@playwright/test";

/** The things on the page that the tests look at, by what a reader of the screen is told of them. */
export const stage = (page: Page): Locator => page.getByRole("region", { name: "Cluster" });

export const server = (page: Page, id: number): Locator =>
  stage(page).getByRole("button", { name: new RegExp(`^S${id},`) });

export const journal = (page: Page): Locator => page.getByRole("listbox", { name: "Journal" });

export const part = (page: Page, name: string): Locator => page.getByRole("region", { name });

/** A run in which messages are lost, and servers are parted, crash and pause. */
export const PARTED = `seed 7
servers 5
at 1.2s start leader x=1
at 1.5s partition 1 2 | 3 4 5
at 2.6s heal
at 3.0s crash 4
at 3.3s pause 5
at 3.6s restart 4
at 3.7s resume 5
at 4.5s end
`;

/** For `test.use`: nobody has been here before. */
export const NEWCOMER = { storageState: { cookies: [], origins: [] } };

/** Opens the page and lets the run go on in real time until a server leads, and its word is heard. */
export async function open(page: Page): Promise<number> {
  await page.goto("/");
  await expect(server(page, 1)).toBeVisible({ timeout: 30_000 });
  for (let press = 0; press < 9; press += 1) await page.keyboard.press("]");
  return leader(page);
}

/** The server that leads now. */
export async function leader(page: Page): Promise<number> {
  const leading = stage(page).getByRole("button", { name: /^S\d+, leader/ });
  await expect(leading.first()).toBeVisible({ timeout: 30_000 });
  const name = (await leading.first().getAttribute("aria-label")) ?? "";
  return Number(/^S(\d+)/.exec(name)?.[1]);
}

export async function pause(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Pause", exact: true }).and(inTimeline(page)).click();
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  await release(page);
}

export async function play(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await release(page);
}

const inTimeline = (page: Page): Locator =>
  page.getByRole("region", { name: "Timeline" }).getByRole("button");

/** Takes the focus from buttons, so that the next key means what it means on the page. */
async function release(page: Page): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}

/** Gives a command through the console. */
export async function give(page: Page, command: string): Promise<void> {
  await release(page);
  await page.keyboard.press("/");
  const input = page.getByRole("combobox", { name: "Command" });
  await input.fill(command);
  await input.press("Enter");
  await expect(input).toHaveValue("");
  await input.press("Escape");
  await expect(input).toBeHidden();
}

/** Starts commands at the leader, and waits until every server has committed the last of them. */
export async function commit(page: Page, commands: string[], last: number): Promise<void> {
  for (const command of commands) await give(page, `start leader ${command}`);
  await expect(
    stage(page).getByRole("button", { name: new RegExp(`^S\\d+,.* committed ${last}$`) }),
  ).toHaveCount(5);
}

/** Opens a run from its text, by way of the dialog. */
export async function openText(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "New run", exact: true }).click();
  await page.getByRole("button", { name: "From text" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill(text);
  await page.getByRole("button", { name: "Open this run" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await release(page);
}

/** The time of the run. */
export const timer = (page: Page): Locator => page.getByRole("timer");

/** The run's events so far. */
export const counter = (page: Page): Locator => page.getByText(/^event [\d,]+$/);

/** The run's events so far: what tells that nothing went on. */
export async function events(page: Page): Promise<string> {
  return counter(page).innerText();
}

/** Runs one event after another, or goes back, until something is there. Each step is waited for. */
export async function stepUntil(
  page: Page,
  seen: Locator,
  { key = ".", most = 400 } = {},
): Promise<void> {
  for (let step = 0; step < most && (await seen.count()) === 0; step += 1) {
    const before = await events(page);
    await page.keyboard.press(key);
    await expect(counter(page)).not.toHaveText(before);
  }
  await expect(seen.first()).toBeAttached();
}

/** Something that is read, as soon as it is the same twice. */
export async function settled<T>(page: Page, read: () => Promise<T>): Promise<T> {
  let last = await read();
  await expect(async () => {
    const before = last;
    await page.waitForTimeout(150);
    last = await read();
    expect(JSON.stringify(last)).toBe(JSON.stringify(before));
  }).toPass();
  return last;
}
