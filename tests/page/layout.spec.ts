import { expect, test, type Page } from "@playwright/test";
import { server, settled } from "./tools";

/** Sizes of windows, frames and phones, and the least height and width of the cluster in them. */
const SIZES: [width: number, height: number, least: [number, number]][] = [
  [1440, 900, [500, 500]],
  [1280, 800, [450, 450]],
  [1024, 768, [350, 400]],
  // 1440 x 900 at 200 %, frames in other pages, and phones on their side.
  [720, 450, [300, 180]],
  [960, 540, [400, 250]],
  [720, 420, [300, 150]],
  [844, 390, [300, 150]],
  [667, 375, [300, 120]],
  [390, 844, [380, 300]],
];

/** Buttons and labels that are cut, lie outside the window, or are hidden by what is round them. */
const cut = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    for (const each of document.querySelectorAll<HTMLElement>("button, select, h1, h2")) {
      const box = each.getBoundingClientRect();
      if (!each.checkVisibility() || box.width < 2 || each.closest(".sr-only, svg")) continue;
      const name = each.getAttribute("aria-label") ?? each.innerText.trim();
      if (each.scrollWidth > each.clientWidth + 1) found.push(`cut: ${name}`);
      if (each.tagName === "BUTTON" && box.width < 20) found.push(`thin: ${name}`);
      if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1) found.push(`out: ${name}`);
      const around = each.closest("section, header, main")?.getBoundingClientRect();
      if (around && box.right > around.right + 1) found.push(`hidden: ${name}`);
    }
    return found;
  });

for (const [width, height, [leastWidth, leastHeight]] of SIZES) {
  test(`nothing is cut, and the cluster has room, at ${width} x ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.goto("/");
    await expect(server(page, 5)).toBeVisible();
    await expect(page.getByRole("button", { name: /^S\d+, leader/ }).first()).toBeVisible();
    const stage = await settled(page, () => page.locator("div.stage").first().boundingBox());
    expect(stage?.width).toBeGreaterThan(leastWidth);
    expect(stage?.height).toBeGreaterThan(leastHeight);
    await expect.poll(() => cut(page)).toEqual([]);
    if (width < 1000) return;
    await expect(page.getByRole("rowheader", { name: /^S5/ })).toBeInViewport({ ratio: 1 });
    await page.keyboard.press("v");
    const leave = page.getByRole("button", { name: "Leave presenter view" });
    await expect(leave).toBeInViewport({ ratio: 1 });
    await expect.poll(() => cut(page)).toEqual([]);
    await leave.click();
    await expect(leave).toHaveCount(0);
  });
}
