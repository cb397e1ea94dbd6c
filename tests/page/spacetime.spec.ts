import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Locator, type Page } from "@playwright/test";
import { events, give, open, part, PARTED, pause, play, settled, timer } from "./tools";

const diagram = (page: Page): Locator => page.getByRole("application");
const panel = (page: Page): Locator => part(page, "Space-time diagram");

/** Opens a run at its end, with the diagram in the journal's place. */
async function openRun(page: Page, text: string): Promise<void> {
  await open(page);
  await pause(page);
  await page.keyboard.press("y");
  const dialog = page.getByRole("dialog", { name: "Share" });
  await dialog.getByRole("textbox", { name: "Link or text of a run" }).fill(text);
  await dialog.getByRole("button", { name: "Open it" }).click();
  await expect(dialog).toBeHidden();
  await page.keyboard.press("End");
  await page.keyboard.press("g");
  await expect(diagram(page)).toBeFocused();
}

async function number(page: Page, name: string): Promise<number> {
  return Number(await diagram(page).getAttribute(`data-${name}`));
}

/** A number of the diagram, once the history has been read and drawn. */
const drawnNumber = (page: Page, name: string): Promise<number> =>
  settled(page, () => number(page, name));

/** The drawing that is saved as a file. */
async function saved(page: Page): Promise<string> {
  const download = page.waitForEvent("download");
  await panel(page).getByRole("button", { name: "SVG" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.svg$/);
  return readFileSync(await file.path(), "utf8");
}

interface Drawn {
  arrows: number[][];
  crosses: number[][];
  words: string[];
  ground: string;
  foreign: number;
  error: string | null;
}

/** Reads an SVG file as a browser does. */
const read = (page: Page, text: string): Promise<Drawn> =>
  page.evaluate((source) => {
    const file = new DOMParser().parseFromString(source, "image/svg+xml");
    const numbers = (path: Element, name: string): number[] =>
      (path.getAttribute(name)?.match(/-?[\d.]+/g) ?? []).map(Number);
    const paths = (name: string, attribute: string): number[][] =>
      [...file.querySelectorAll(`g.${name} > path`)].map((path) => numbers(path, attribute));
    return {
      arrows: paths("arrow", "d"),
      crosses: paths("cross", "transform"),
      words: [...file.querySelectorAll("text")].map((each) => each.textContent ?? ""),
      ground: file.querySelector("rect")?.getAttribute("fill") ?? "",
      foreign: file.querySelectorAll("foreignObject, image, script, style, [href]").length,
      error: file.querySelector("parsererror")?.textContent ?? null,
    };
  }, text);

/** The colour on the lower canvas at a place of the diagram. */
const pixel = (page: Page, x: number, y: number): Promise<number[]> =>
  page.locator("canvas.base").evaluate(
    (canvas, [left, up]) => {
      const ratio = devicePixelRatio;
      const context = (canvas as HTMLCanvasElement).getContext("2d");
      return [...(context?.getImageData(left * ratio, up * ratio, 1, 1).data ?? [])];
    },
    [x, y] as const,
  );

test("lines and arrows are drawn, and the key brings the journal back", async ({ page }) => {
  await openRun(page, PARTED);
  await expect.poll(() => number(page, "arrows")).toBeGreaterThan(10);
  const painted = () =>
    page.locator("canvas.base").evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const context = (canvas as HTMLCanvasElement).getContext("2d");
      const data = context?.getImageData(0, 0, width, height).data ?? [];
      return data.filter((value, at) => at % 4 === 3 && value > 0).length / (width * height);
    });
  await expect.poll(painted).toBeGreaterThan(0.01);
  await page.keyboard.press("g");
  await expect(diagram(page)).toBeHidden();
  await expect(page.getByRole("listbox", { name: "Journal" })).toBeVisible();
  await page.getByRole("button", { name: "Space-time" }).click();
  await expect(diagram(page)).toBeVisible();
});

test("a lost message ends in a cross, in the file as on the page", async ({ page }) => {
  await openRun(page, PARTED);
  await diagram(page).press("0");
  await expect(diagram(page)).toHaveAccessibleName(/0\.000 s to 4\.500 s: .* lost/);
  const label = await settled(
    page,
    async () => (await diagram(page).getAttribute("aria-label")) ?? "",
  );
  const lost = Number(/([\d,]+) lost/.exec(label)?.[1]);
  expect(lost).toBeGreaterThan(20);

  const svg = await saved(page);
  const drawn = await read(page, svg);
  expect(drawn.error).toBeNull();
  expect(drawn.foreign).toBe(0);
  expect(drawn.crosses).toHaveLength(lost);
  expect(drawn.arrows).toHaveLength(await drawnNumber(page, "arrows"));
  expect(drawn.words).toEqual(
    expect.arrayContaining(["S1", "S5", "term 1", "links cut", "crashes"]),
  );

  // The red of the crosses stands where the file says.
  const colours = await Promise.all(drawn.crosses.map(([x = 0, y = 0]) => pixel(page, x, y)));
  const red = colours.filter(([r = 0, g = 0, b = 0]) => r > 150 && g < 90 && b < 90);
  expect(red.length).toBeGreaterThan(0.9 * lost);
});

test("the file has the light theme's colours in the dark, too", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await openRun(page, PARTED);
  const drawn = await read(page, await saved(page));
  expect(drawn.ground).toBe("rgb(247, 246, 243)");
  expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBeUndefined();
});

test("wheel, drag and keys move and zoom", async ({ page }) => {
  await openRun(page, PARTED);
  const at = async (): Promise<[number, number]> => [
    await number(page, "from"),
    await number(page, "to"),
  ];
  const first = await settled(page, at);
  const box = await diagram(page).boundingBox();
  if (!box) throw new Error("the diagram has no place");
  await page.mouse.move(box.x + box.width / 2, box.y + 40);
  await page.mouse.wheel(0, -200);
  await expect
    .poll(async () => (await at())[1] - (await at())[0])
    .toBeLessThan(first[1] - first[0]);
  const zoomed = await settled(page, at);

  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 120, box.y + 40, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await at())[0]).toBeLessThan(zoomed[0]);
  const dragged = await settled(page, at);
  expect(Math.abs(dragged[1] - dragged[0] - (zoomed[1] - zoomed[0]))).toBeLessThan(5);
  await expect(diagram(page)).toHaveAttribute("data-following", "false");

  await page.keyboard.down("Shift");
  await page.mouse.wheel(0, 200);
  await page.keyboard.up("Shift");
  await expect.poll(async () => (await at())[0]).toBeGreaterThan(dragged[0]);

  const before = await settled(page, at);
  await diagram(page).press("ArrowLeft");
  await expect.poll(async () => (await at())[0]).toBeLessThan(before[0]);
  await diagram(page).press("+");
  const length = async () => (await at())[1] - (await at())[0];
  await expect.poll(length).toBeLessThan(before[1] - before[0]);
  await diagram(page).press("0");
  await expect.poll(async () => (await at())[0]).toBeLessThanOrEqual(0);
  await expect.poll(async () => (await at())[1]).toBeGreaterThan(4_500_000);
  await diagram(page).press("f");
  await expect(diagram(page)).toHaveAttribute("data-following", "true");
});

test("while the run plays, the present stays in sight", async ({ page }) => {
  await open(page);
  await page.keyboard.press("g");
  const before = await number(page, "to");
  await expect.poll(() => number(page, "to")).toBeGreaterThan(before + 300_000);
  await expect.poll(() => number(page, "arrows")).toBeGreaterThan(10);
  await pause(page);
  const to = await drawnNumber(page, "to");
  await panel(page).getByRole("button", { name: "Follow" }).click();
  const event = await events(page);
  await play(page);
  await expect.poll(() => events(page)).not.toBe(event);
  expect(await number(page, "to")).toBe(to);
});

test("a message is pointed at, clicked, and gone to", async ({ page }) => {
  await openRun(page, PARTED);
  for (let press = 0; press < 8; press += 1) await diagram(page).press("ArrowLeft");
  const { arrows } = await read(page, await saved(page));
  const box = await diagram(page).boundingBox();
  // One that goes all its way within sight, and not along another's.
  const whole = arrows.find(
    ([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => x1 > 60 && x2 < 480 && Math.abs(y2 - y1) > 40,
  );
  if (!box || !whole) throw new Error("no arrow is in sight");
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = whole;
  const [x, y] = [box.x + x1 + 0.6 * (x2 - x1), box.y + y1 + 0.6 * (y2 - y1)];
  await page.mouse.move(x, y);
  await expect(panel(page)).toContainText(/message \d+: .* S\d to S\d, term \d/);
  await expect(panel(page)).toContainText(/messages led to it, \d+ follows? from it/);
  await page.mouse.click(x, y);
  await expect(page.getByRole("heading", { name: /^Message \d+/ })).toBeVisible();
  await panel(page).getByRole("button", { name: "Go there" }).click();
  await expect(page.getByText(/before the end$/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Drop", exact: true })).toBeEnabled();
  await expect(panel(page).getByRole("button", { name: "Go there" })).toBeHidden();

  const there = await settled(page, () => timer(page).innerText());
  await page.mouse.dblclick(box.x + 80, box.y + 10);
  await expect(timer(page)).not.toHaveText(there);
});

test("events are walked and told by keys alone", async ({ page }) => {
  await openRun(page, PARTED);
  const said = panel(page).getByRole("status");
  await diagram(page).press("ArrowUp");
  await expect(said).toContainText(/(message \d+|S\d ).*(sent|at) 4\.\d+ s/);
  const one = await said.innerText();
  await diagram(page).press("ArrowUp");
  await expect(said).not.toHaveText(one);
  await diagram(page).press("ArrowDown");
  await expect(said).toHaveText(one);
  await diagram(page).press("0");
  for (let press = 0; press < 12; press += 1) await diagram(page).press("ArrowUp");
  await diagram(page).press("Enter");
  await expect(page.getByText(/before the end$/)).toBeVisible();
});

test("heartbeats can be left out; what is selected elsewhere is the same here", async ({
  page,
}) => {
  await openRun(page, PARTED);
  await diagram(page).press("0");
  const all = await drawnNumber(page, "arrows");
  await panel(page).getByRole("button", { name: "Heartbeats" }).click();
  await expect.poll(() => number(page, "arrows")).toBeLessThan(0.7 * all);
  // A line under the server's name.
  const isMarked = (): Promise<boolean> =>
    page.locator("canvas.over").evaluate((canvas) => {
      const { height } = canvas as HTMLCanvasElement;
      const context = (canvas as HTMLCanvasElement).getContext("2d");
      const data = context?.getImageData(0, 0, 30 * devicePixelRatio, height).data ?? [];
      return data.some((value, at) => at % 4 === 3 && value > 200);
    });
  expect(await isMarked()).toBe(false);
  await page.keyboard.press("2");
  await expect(page.getByRole("heading", { name: "S2", exact: true })).toBeVisible();
  await expect.poll(isMarked).toBe(true);
});

test("a run with ten thousand messages is thinned out, but not its losses", async ({ page }) => {
  await openRun(page, "seed 7\nservers 5\nnetwork lossy\nat 130s end\n");
  await diagram(page).press("0");
  await expect(diagram(page)).toHaveAccessibleName(
    /10,\d+ messages · 1,\d+ lost · 1 in 3 heartbeats/,
  );
  const label = await settled(
    page,
    async () => (await diagram(page).getAttribute("aria-label")) ?? "",
  );
  const drawn = await read(page, await saved(page));
  expect(drawn.crosses).toHaveLength(Number(/([\d,]+) lost/.exec(label)?.[1]?.replace(",", "")));
  expect(drawn.arrows.length).toBeLessThan(6_000);
});

test("a run that stands at its beginning shows what comes, paler", async ({ page }) => {
  await openRun(page, PARTED);
  await page.keyboard.press("Home");
  await diagram(page).press("0");
  await expect(diagram(page)).toHaveAccessibleName(/0\.000 s to 4\.500 s: 3\d\d messages/);
  await expect(panel(page)).not.toContainText("Too many");
});

test("a branch has a diagram of its own", async ({ page }) => {
  await openRun(page, PARTED);
  await diagram(page).press("0");
  await expect(diagram(page)).toHaveAccessibleName(/0\.000 s to 4\.500 s/);
  const before = await drawnNumber(page, "arrows");
  const box = await diagram(page).boundingBox();
  if (!box) throw new Error("the diagram has no place");
  await page.mouse.dblclick(box.x + box.width / 3, box.y + 10);
  await give(page, "crash leader");
  await expect(diagram(page)).toHaveAccessibleName(/0\.000 s to 1\.\d+ s/);
  await expect.poll(() => number(page, "arrows")).toBeLessThan(before);
  await page.getByRole("button", { name: "2 branches" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Inspect", exact: true }).click();
  await page.keyboard.press("Escape");
  await expect.poll(() => number(page, "arrows")).toBe(before);
});

for (const scheme of ["light", "dark"] as const) {
  test(`nothing is seriously wrong for weak eyes and ears, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await openRun(page, PARTED);
    await diagram(page).press("ArrowUp");
    const { violations } = await new AxeBuilder({ page }).include(".spacetime").analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ""}`)).toEqual([]);
  });
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("it is a tab, fits the width, and a tap chooses", async ({ page }) => {
    await open(page);
    await pause(page);
    await page.getByRole("tab", { name: "Space-time" }).tap();
    await expect(diagram(page)).toBeVisible();
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(390);
    await drawnNumber(page, "arrows");
    const { arrows } = await read(page, await saved(page));
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = arrows.find(([x = 0]) => x > 60) ?? [];
    await diagram(page).tap({ position: { x: (x1 + x2) / 2, y: (y1 + y2) / 2 } });
    await expect(panel(page)).toContainText(/message \d+/);
  });
});
