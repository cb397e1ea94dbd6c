import { expect, test, type Page } from "@playwright/test";
import { open, openText, pause, server, stage } from "./tools";

const header = (page: Page) => page.getByRole("banner");

/** S1 is cut off while it leads, and S2 is elected by the others. */
const TWO = `seed 4000000001
servers 5
network perfect
disk 0s
election 1000s..2000s
at 1s timeout 1
at 2s isolate 1
at 3s timeout 2
at 4s end
`;

/** Texts of the page that end in "…" because they have no room. */
const cut = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("body *")]
      .filter((each) => each.checkVisibility() && each.closest(".sr-only, canvas") === null)
      .filter((each) => getComputedStyle(each).textOverflow === "ellipsis")
      .filter((each) => each.scrollWidth > each.clientWidth)
      .map((each) => each.innerText),
  );

for (const width of [1440, 1280]) {
  test(`no words are cut in an ordinary run at ${width}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await open(page);
    const whole = "Seed 4000000001 · Raft playground";
    await openText(page, "seed 4000000001\nservers 5\nnetwork lossy\n");
    await expect(page).toHaveTitle(whole);
    for (let press = 0; press < 9; press += 1) await page.keyboard.press("]");
    await expect(page.getByRole("button", { name: /^S\d, leader/ }).first()).toBeVisible();
    await page.keyboard.press("n");
    for (const command of ["x=1", "y+=22", "z=333"]) {
      await page.getByLabel("Command for the service").fill(command);
      await page.keyboard.press("Enter");
    }
    await page.keyboard.press("Escape");
    await page.keyboard.press("1");
    await page.keyboard.press("x");
    await page.waitForTimeout(3000);
    await pause(page);
    await expect(header(page)).toContainText("seed 4000000001 · 5 servers · network lossy");
    expect(await cut(page)).toEqual([]);
    await page.keyboard.press("g");
    await expect(page.getByRole("button", { name: "Heartbeats" })).toBeVisible();
    expect(await cut(page)).toEqual([]);
  });
}

for (const [width, says] of [
  [1440, "S1 still believes that it leads term 1"],
  [1024, "S1 still: term 1"],
  [390, "S1 still: term 1"],
] as const) {
  test(`the leader of an old term is named beside the leader, at ${width}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.goto("/");
    await openText(page, TWO);
    await expect(header(page).getByRole("status")).toContainText(/S2 (leads|·) term 2/);
    await expect(header(page).getByRole("status")).toContainText(says);
    await expect(stage(page).getByText("still believes that it leads term 1")).toBeVisible();
    await expect(server(page, 2)).toContainText("leader");
    const box = await header(page).boundingBox();
    const pill = await header(page).getByRole("status").boundingBox();
    expect((pill?.y ?? 0) + (pill?.height ?? 99)).toBeLessThanOrEqual(box?.height ?? 0);
  });
}

test("a long seed is whole at 1024, and all of the run is told by mouse, keyboard and finger", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.goto("/");
  await openText(page, TWO.replace("4000000001", "4294967295").replace("perfect", "lossy"));
  await expect(header(page)).toContainText("seed 4294967295");
  const name = header(page).getByRole("button", { name: /seed 4294967295/ });
  const words = name.locator("small");
  const seedIsWhole = () =>
    words.evaluate((each) => {
      const range = document.createRange();
      const text = each.firstChild;
      if (!text) return false;
      range.setStart(text, 0);
      range.setEnd(text, "seed 4294967295".length);
      return range.getBoundingClientRect().right <= each.getBoundingClientRect().right;
    });
  await expect.poll(seedIsWhole).toBe(true);

  const whole = header(page).getByText(/seed 4294967295 · 5 servers · network lossy/);
  await expect(whole).toBeHidden();
  await name.focus();
  await page.keyboard.press("Enter");
  await expect(whole).toBeInViewport({ ratio: 1 });
  await page.keyboard.press("Escape");
  await expect(whole).toBeHidden();
  await name.click();
  await expect(whole).toBeVisible();
  await page.keyboard.press("Escape");

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "More" }).click();
  await expect(page.getByText("seed 4294967295 · servers 5 · network lossy")).toBeInViewport({
    ratio: 1,
  });
});

test("two leaders of one term are both said to lead it", async ({ page }) => {
  await page.goto("/");
  await openText(
    page,
    "servers 3\nnetwork perfect\ndisk 0s\nelection 1000s..2000s\nbroken RefuseSecondVote\nat 1s timeout 1 2\nat 2s end\n",
  );
  await expect(header(page).getByRole("status")).toContainText("also leads term 1");
});
