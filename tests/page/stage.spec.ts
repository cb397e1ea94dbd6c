import { expect, test, type Locator, type Page } from "@playwright/test";
import {
  counter,
  events,
  give,
  journal,
  leader,
  open,
  openText,
  pause,
  play,
  server,
  settled,
  stage,
  stepUntil,
} from "./tools";

interface Spot {
  x: number;
  y: number;
}

/** Middle of a server's ring, in the coordinates of the mouse. */
async function middle(page: Page, id: number): Promise<Spot> {
  const box = await server(page, id).locator(".ring").boundingBox();
  if (!box) throw new Error(`S${id} is not on the stage`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function draw(page: Page, path: Spot[]): Promise<void> {
  const [first, ...rest] = path;
  if (!first) return;
  await page.mouse.move(first.x, first.y);
  await page.mouse.down();
  for (const spot of rest) await page.mouse.move(spot.x, spot.y, { steps: 4 });
}

const cutLinks = (page: Page): Locator =>
  stage(page).getByRole("button", { name: /^link .*\bcut/ });

/** Pauses, and steps until a message is on its way. */
async function untilFlying(page: Page): Promise<Locator> {
  await pause(page);
  const flying = stage(page).getByRole("button", { name: /^message \d+, (?!.*(lost|held))/ });
  await stepUntil(page, flying);
  const name = (await flying.first().getAttribute("aria-label")) ?? "";
  const id = /^message (\d+)/.exec(name)?.[1];
  return stage(page).locator(`[data-target="message:${id}"]`);
}

test("a leader is elected, and it is announced", async ({ page }) => {
  const leads = await open(page);
  const header = page.getByRole("banner").getByRole("status");
  await expect(header).toHaveText(new RegExp(`S${leads} leads term \\d+`));
  await expect(server(page, leads).getByText(/^term [1-9]/)).toBeVisible();
  await expect(server(page, leads).getByText("leader", { exact: true })).toBeVisible();
  await expect(
    journal(page)
      .getByRole("option")
      .filter({ hasText: `S${leads}` })
      .filter({ hasText: "§5.2" }),
  ).not.toHaveCount(0);
});

test("the key c crashes the leader, another one takes over, and c restarts the first", async ({
  page,
}) => {
  const leads = await open(page);
  await page.keyboard.press("c");
  await expect(server(page, leads)).toHaveAccessibleName(/^S\d, crashed/);
  await expect(server(page, leads).getByText("crashed", { exact: true })).toBeVisible();
  const next = await leader(page);
  expect(next).not.toBe(leads);
  await page.keyboard.press("c");
  await expect(server(page, leads)).toHaveAccessibleName(/^S\d, follower/);
});

test("pausing draws two bars, and the word", async ({ page }) => {
  const leads = await open(page);
  const other = (leads % 5) + 1;
  await page.keyboard.press(String(other));
  await page.keyboard.press("p");
  await expect(server(page, other)).toHaveAccessibleName(/paused/);
  await expect(server(page, other).locator(".bars")).toHaveCount(1);
  await expect(server(page, other).getByText(/^paused/)).toBeVisible();
});

test("timers run down as arcs, and messages move between the rings", async ({ page }) => {
  await open(page);
  const message = await untilFlying(page);
  const arc = server(page, 1).locator(".timer");
  const length = async (): Promise<number> =>
    Number((await arc.getAttribute("stroke-dasharray"))?.split(" ")[0]);
  for (let press = 0; press < 12; press += 1) await page.keyboard.press("[");
  await expect(page.getByText("1/1000: a heartbeat takes 100 s")).toBeVisible();
  const before = await length();
  const at = await message.getAttribute("transform");
  await play(page);
  await expect.poll(() => message.getAttribute("transform")).not.toBe(at);
  await expect.poll(length).toBeLessThan(before);
});

test("the shape of a message tells the RPC; hollow is a reply", async ({ page }) => {
  const leads = await open(page);
  await pause(page);
  await give(page, "start leader x=1");
  const request = stage(page).getByRole("button", { name: /^message \d+, AppendEntries 1 from/ });
  await stepUntil(page, request);
  await expect(request.first().locator("rect")).toHaveCount(1);
  await expect(request.first().getByText("1", { exact: true })).toBeVisible();
  const fill = (of: Locator): Promise<string | null> =>
    of.first().locator("g").getAttribute("fill");
  expect(await fill(request)).toMatch(/term/);

  const beat = stage(page).getByRole("button", { name: /^message \d+, heartbeat/ });
  const answer = stage(page).getByRole("button", { name: /^message \d+, reply to/ });
  const vote = stage(page).getByRole("button", { name: /^message \d+, RequestVote/ });
  await stepUntil(page, beat);
  expect(await fill(beat)).toMatch(/term/);
  await expect(beat.first().locator("rect")).toHaveCount(0);
  await stepUntil(page, answer);
  expect(await fill(answer)).toBe("var(--panel)");
  // Any other server than the leader: its timer makes it a candidate.
  await page.keyboard.press(String((leads % 5) + 1));
  await page.keyboard.press("t");
  await stepUntil(page, vote);
  await expect(vote.first().locator("rect, .hit + circle")).toHaveCount(0);
});

test("a lost message dies with a cross, and fades as the run goes on", async ({ page }) => {
  await open(page);
  await give(page, "network lossy");
  const lost = stage(page).getByRole("button", { name: /^message \d+, .*lost$/ });
  await expect(lost.first()).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  await stepUntil(page, lost);
  const id = await lost.last().getAttribute("data-target");
  const one = stage(page).locator(`[data-target="${id}"]`);
  await expect(one.locator(".cross")).toHaveCount(1);
  await page.keyboard.press("Space");
  await expect(one).toHaveCount(0);
});

test("a line drawn across a link cuts it, and h heals all", async ({ page }) => {
  await open(page);
  const [a, b] = [await middle(page, 1), await middle(page, 2)];
  const half = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  await draw(page, [
    { x: half.x + 30, y: half.y - 30 },
    { x: half.x - 12, y: half.y + 12 },
  ]);
  await expect(page.getByText("Let go to cut S1–S2")).toBeVisible();
  await page.mouse.up();
  await expect(cutLinks(page)).toHaveCount(1);
  await expect(cutLinks(page)).toHaveAccessibleName(/^link S1 to S2, cut/);
  await page.keyboard.press("h");
  await expect(cutLinks(page)).toHaveCount(0);
});

test("a line drawn round a server parts it from the rest; Esc gives up the line", async ({
  page,
}) => {
  await open(page);
  const { x, y } = await middle(page, 3);
  const around = [0, 45, 90, 135, 180, 225, 270, 315, 358].map((degrees) => ({
    x: x + 64 * Math.cos((degrees * Math.PI) / 180),
    y: y + 64 * Math.sin((degrees * Math.PI) / 180),
  }));
  await draw(page, around);
  await expect(page.getByText("Let go to part S3 from the rest")).toBeVisible();
  await page.mouse.up();
  await expect(cutLinks(page)).toHaveCount(4);
  for (const link of await cutLinks(page).all()) await expect(link).toHaveAccessibleName(/S3/);

  await page.keyboard.press("h");
  await draw(page, around);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expect(cutLinks(page)).toHaveCount(0);
});

test("one direction that is cut has an arrow head of its own", async ({ page }) => {
  await open(page);
  await give(page, "cut 1 > 2");
  const link = stage(page).getByRole("button", { name: "link S1 to S2, cut from S1 to S2" });
  await expect(link.locator(".head")).toHaveCount(1);
  await give(page, "link 3 4 loss=30% latency=20ms..80ms");
  await expect(stage(page).getByText("30 % lost · 20 ms–80 ms")).toBeVisible();
});

test("arrows go from server to server, Enter selects, Esc deselects", async ({ page }) => {
  await open(page);
  await pause(page);
  await server(page, 1).focus();
  await page.keyboard.press("ArrowRight");
  await expect(server(page, 2)).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(server(page, 5)).toBeFocused();
  const at = await events(page);
  await page.keyboard.press("Enter");
  await expect(server(page, 5)).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Escape");
  await expect(server(page, 5)).toHaveAttribute("aria-pressed", "false");
  expect(await events(page)).toBe(at);
});

test("a message is reached by keyboard, and hands the focus on when it arrives", async ({
  page,
}) => {
  await open(page);
  const message = await untilFlying(page);
  await message.focus();
  await expect(message).toBeFocused();
  const to = /to S(\d)/.exec((await message.getAttribute("aria-label")) ?? "")?.[1];
  for (let step = 0; step < 60 && (await message.count()) > 0; step += 1) {
    const before = await events(page);
    await page.keyboard.press(".");
    await expect(counter(page)).not.toHaveText(before);
  }
  await expect(server(page, Number(to))).toBeFocused();
});

test("with reduced motion nothing glides: an arrow, and a mark that goes in steps", async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page);
  const message = await untilFlying(page);
  await expect(stage(page).locator(".arrow")).not.toHaveCount(0);
  const at = await message.getAttribute("transform");
  for (let press = 0; press < 12; press += 1) await page.keyboard.press("[");
  const time = page.getByRole("timer");
  const before = await time.innerText();
  await play(page);
  await expect.poll(() => time.innerText()).not.toBe(before);
  expect(await message.getAttribute("transform")).toBe(at);
});

test("a hundred and one servers keep apart, and none is lost", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "New run" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New run" });
  await dialog.getByRole("button", { name: "From text" }).click();
  await dialog.getByLabel(/The text of a run/).fill("raft-playground 1\nseed 7\nservers 101\n");
  await dialog.getByRole("button", { name: "Open this run" }).click();
  await expect(stage(page).getByRole("button", { name: /^S\d+,/ })).toHaveCount(101);
  const rings = stage(page).locator(".ring");
  const boxes = await settled(page, () =>
    rings.evaluateAll((all) => all.map((ring) => ring.getBoundingClientRect().toJSON() as DOMRect)),
  );
  boxes.forEach((box, at) => {
    const next = boxes[(at + 1) % boxes.length] ?? box;
    const far = Math.hypot(box.x - next.x, box.y - next.y);
    expect(far, `S${at + 1} and the next`).toBeGreaterThan(box.width);
  });
});

test.describe("with a finger", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  /** Puts a finger down, moves it along, waits, and lifts it. */
  async function touch(page: Page, path: Spot[], held: number): Promise<void> {
    const session = await page.context().newCDPSession(page);
    const send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: Spot[]) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints });
    const [first, ...rest] = path;
    if (!first) return;
    await send("touchStart", [first]);
    for (const spot of rest) await send("touchMove", [spot]);
    await page.waitForTimeout(held);
    await send("touchEnd", []);
  }

  test("holding a server offers what can be done to it", async ({ page }) => {
    const leads = await open(page);
    await touch(page, [await middle(page, leads)], 700);
    const menu = page.getByRole("menu", { name: `S${leads}` });
    await expect(menu).toBeVisible();
    await menu.getByRole("menuitem", { name: "Crash", exact: true }).tap();
    await expect(server(page, leads)).toHaveAccessibleName(/crashed/);
  });

  test("a line drawn across a link cuts it, a tap selects", async ({ page }) => {
    await open(page);
    const [a, b] = [await middle(page, 1), await middle(page, 2)];
    const half = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    const across = [24, 12, 0, -12].map((by) => ({ x: half.x + by, y: half.y - by }));
    // Lifted at rest: browsers swallow a tap that follows a fling.
    await touch(page, across, 200);
    await expect(cutLinks(page)).toHaveCount(1);
    await server(page, 4).tap();
    await expect(server(page, 4)).toHaveAttribute("aria-pressed", "true");
  });
});

/** A paused run with far more messages in flight than have elements of their own. */
async function openCrowd(page: Page): Promise<void> {
  await open(page);
  const settings = "heartbeat 10ms\nelection 1000s..2000s\nnetwork latency=500ms loss=0%";
  await openText(page, `seed 7\n${settings}\nat 0s timeout 1\nat 4s end\n`);
  await pause(page);
}

test("of very many messages most are marks on a canvas, and the pointer reaches each", async ({
  page,
}) => {
  await openCrowd(page);
  const marks = stage(page).locator('[data-target^="message:"]');
  await expect(marks).toHaveCount(100);
  const canvas = stage(page).locator("canvas");
  const box = await canvas.boundingBox();
  expect(box).not.toBeNull();
  const { x, y, width, height } = box ?? { x: 0, y: 0, width: 0, height: 0 };

  // Somewhere on the way from one server to another there is a mark that has no element yet.
  let at = { x: 0, y: 0 };
  for (let step = 0; step < 400 && (await marks.count()) === 100; step += 1) {
    at = { x: x + width / 2, y: y + 90 + (step * (height - 150)) / 400 };
    await page.mouse.move(at.x, at.y);
  }
  await expect(marks).toHaveCount(101);
  await page.mouse.click(at.x, at.y);
  await expect(marks.and(page.locator('[aria-pressed="true"]'))).toHaveCount(1);
});

test("marks on the canvas follow the theme, though the run stands still", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await openCrowd(page);
  const canvas = stage(page).locator("canvas");
  const drawn = () => canvas.evaluate((at: HTMLCanvasElement) => at.toDataURL());
  await expect(canvas).toBeVisible();
  const light = await settled(page, drawn);
  await page.keyboard.press("d");
  await expect.poll(drawn).not.toBe(light);
  await page.keyboard.press("d");
  await expect.poll(drawn).toBe(light);
});
