import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import {
  commit,
  events,
  give,
  leader,
  NEWCOMER,
  open,
  pause,
  server,
  settled,
  stage,
} from "./tools";

const CLUSTER = "Width of the cluster";

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

for (const scheme of ["light", "dark"] as const) {
  test(`a screen reader and a weak eye find nothing seriously wrong, ${scheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const leads = await open(page);
    await commit(page, ["x=1", "y=2"], 2);
    await server(page, leads).click();
    await give(page, `crash ${(leads % 5) + 1}`);
    await pause(page);
    expect(await violations(page)).toEqual([]);
  });
}

test("nor do they in the dialogs and on a narrow screen", async ({ page }) => {
  await open(page);
  await pause(page);
  for (const name of ["Partition…", "Network…", "Lab", "New run", "All keys"]) {
    await page.getByRole("button", { name }).first().click();
    await expect(page.getByRole("dialog").first()).toBeVisible();
    expect(await violations(page), name).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  for (const name of ["Logs", "Server", "Journal", "Cluster"]) {
    await page.getByRole("tab", { name }).click();
    await expect(page.getByRole("tabpanel").locator("button, [role=option]")).not.toHaveCount(0);
    expect(await violations(page), name).toEqual([]);
  }
});

/** Contrast of the inks and marks as the browser resolves them, those that are too low. */
const weak = (page: Page) =>
  page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement("i"));
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (!canvas) throw new Error("no canvas to read colours with");
    const rgb = (css: string): number[] => {
      probe.style.color = css;
      canvas.fillStyle = getComputedStyle(probe).color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (css: string): number => {
      const [r = 0, g = 0, b = 0] = rgb(css).map((value) => {
        const part = value / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a: string, b: string): number => {
      const [low = 0, high = 0] = [light(a), light(b)].sort((x, y) => x - y);
      return (high + 0.05) / (low + 0.05);
    };
    const grounds = ["var(--ground)", "var(--panel)"];
    const tint = (term: number): string =>
      `color-mix(in srgb, var(--term-${term}) 24%, var(--panel))`;
    const terms = [1, 2, 3, 4, 5, 6];
    const pairs: [string, string, number][] = [
      ...["ink", "muted", "accent", "bad", "good", "warn"].flatMap((name) =>
        grounds.map((ground): [string, string, number] => [`var(--${name})`, ground, 4.5]),
      ),
      ["var(--accent-ink)", "var(--accent)", 4.5],
      ["var(--muted)", "var(--sunken)", 4.5],
      ...grounds.map((ground): [string, string, number] => ["var(--line-strong)", ground, 3]),
      ...terms.flatMap((term): [string, string, number][] => [
        ...grounds.map((ground): [string, string, number] => [`var(--term-${term})`, ground, 3]),
        [`var(--term-ink-${term})`, "var(--panel)", 4.5],
        [`var(--term-ink-${term})`, tint(term), 4.5],
        ["var(--ink)", tint(term), 4.5],
      ]),
    ];
    return pairs
      .filter(([ink, ground, least]) => ratio(ink, ground) < least)
      .map(([ink, ground]) => `${ink} on ${ground}: ${ratio(ink, ground).toFixed(2)}`);
  });

test("marks and texts stand out from their ground, light and dark", async ({ page }) => {
  await open(page);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await weak(page), colorScheme).toEqual([]);
  }
});

/** Notes what moves its place on the page from now on: the node, what it says, and from where to where. */
async function watchShifts(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(async () => {
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    const named = (each: Element | null): string =>
      each === null
        ? ""
        : [each.localName, ...each.classList].join(".").replace(/\.svelte-\w+/, "");
    const name = (node: Node | null | undefined): string => {
      if (!node) return "a node that is gone";
      const at = node instanceof Element ? node : node.parentElement;
      const above = [at?.parentElement?.parentElement, at?.parentElement, at];
      const words = (node.textContent ?? "").trim().slice(0, 40);
      const kind = node instanceof Element ? "" : "text in ";
      return `${kind}${above.map((each) => named(each ?? null)).join(" > ")} “${words}”`;
    };
    const place = ({ x, y, width, height }: DOMRectReadOnly): string =>
      [x, y, width, height].map((each) => each.toFixed(1)).join(" ");
    interface Source {
      node?: Node | null;
      previousRect: DOMRectReadOnly;
      currentRect: DOMRectReadOnly;
    }
    // The frame that answers the last key is drawn before the watch begins.
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { sources?: Source[] })[]) {
        for (const { node, previousRect, currentRect } of entry.sources ?? [])
          shifts.push(`${name(node)}: ${place(previousRect)} to ${place(currentRect)}`);
      }
    }).observe({ type: "layout-shift" });
  });
  return () => page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
}

for (const slowed of [1, 6]) {
  test(`nothing on the page moves its place while the run goes on, ${slowed === 1 ? "at full speed" : "on a slow machine and a slow line"}`, async ({
    page,
  }) => {
    if (slowed > 1) {
      test.slow();
      const line = await page.context().newCDPSession(page);
      await line.send("Emulation.setCPUThrottlingRate", { rate: slowed });
      await line.send("Network.enable");
      await line.send("Network.emulateNetworkConditions", {
        offline: false,
        latency: 150,
        downloadThroughput: 200_000,
        uploadThroughput: 100_000,
      });
    }
    await page.goto("/");
    await expect(server(page, 1)).toBeVisible({ timeout: 30_000 });
    for (let press = 0; press < 9; press += 1) await page.keyboard.press("]");
    const shifts = await watchShifts(page);
    await leader(page);
    // The counter has one digit more, the seconds as well, a leader leads, and all that is fetched late has come.
    await expect
      .poll(async () => Number((await events(page)).replace(/\D/g, "")), { timeout: 30_000 })
      .toBeGreaterThan(110);
    await expect(page.getByRole("timer")).toHaveText(/^1\d\./, { timeout: 60_000 });
    expect(await shifts()).toEqual([]);
  });
}

test("panels are resized by keyboard and by mouse, folded, and remembered", async ({ page }) => {
  await open(page);
  const line = page.getByRole("separator", { name: CLUSTER });
  await expect(line).toHaveAttribute("aria-valuenow", "0.4");
  await line.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(line).toHaveAttribute("aria-valuenow", "0.44");
  const box = await line.boundingBox();
  if (!box) throw new Error("the line has no place");
  await page.mouse.move(box.x, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x - 144, box.y + 100, { steps: 3 });
  await page.mouse.up();
  await expect(line).toHaveAttribute("aria-valuenow", "0.34");
  await page.getByRole("button", { name: "Fold the logs" }).click();
  await expect(page.getByRole("region", { name: "Logs" })).toBeHidden();

  await page.reload();
  await expect(line).toHaveAttribute("aria-valuenow", "0.34");
  await expect(page.getByRole("region", { name: "Logs" })).toBeHidden();
  await page.getByRole("button", { name: "Logs" }).click();
  await expect(page.getByRole("region", { name: "Logs" })).toBeVisible();
  await line.dblclick();
  await expect(line).toHaveAttribute("aria-valuenow", "0.4");
});

test("the key d turns the page dark, and it stays so", async ({ page }) => {
  await open(page);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.keyboard.press("d");
  await expect.poll(ground).not.toBe(light);
  await page.reload();
  await expect(server(page, 1)).toBeVisible();
  await expect.poll(ground).not.toBe(light);
});

test("the presenter view shows cluster, logs and transport, in larger type", async ({ page }) => {
  await open(page);
  await page.keyboard.press("v");
  await expect(page.getByRole("region", { name: "Logs" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Timeline" })).toBeVisible();
  await expect(page.getByRole("listbox", { name: "Journal" })).toBeHidden();
  await expect(page.getByLabel("Command for the service")).toBeHidden();
  await expect(page.getByRole("heading", { name: "Cluster" })).toHaveCSS("font-size", "17px");
  await page.keyboard.press("v");
  await expect(page.getByRole("listbox", { name: "Journal" })).toBeVisible();
});

test("speeds are told in words, from real time to a thousandth", async ({ page }) => {
  await open(page);
  await expect(page.getByText("real time: a heartbeat takes 100 ms")).toBeVisible();
  await expect(page.getByRole("button", { name: "Faster" })).toBeDisabled();
  for (let press = 0; press < 5; press += 1) await page.keyboard.press("[");
  await expect(page.getByText("1/50: a heartbeat takes 5 s")).toBeVisible();
  for (let press = 0; press < 9; press += 1) await page.keyboard.press("[");
  await expect(page.getByText("1/1000: a heartbeat takes 100 s")).toBeVisible();
  await expect(page.getByRole("button", { name: "Slower" })).toBeDisabled();
});

test("keys mean letters in a field", async ({ page }) => {
  const leads = await open(page);
  await page.getByLabel("Command for the service").click();
  await page.keyboard.type("c");
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
  await expect(server(page, leads)).toHaveAccessibleName(/leader/);
});

test("virtual time stands still while the tab is hidden, and goes on after", async ({ page }) => {
  await open(page);
  const time = page.getByRole("timer");
  /** Hides the tab or shows it. What the clock says next is noted. */
  const hide = (hidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
      const clock = document.querySelector("[role=timer]");
      const state = window as unknown as { next?: string };
      delete state.next;
      const seen = new MutationObserver(() => (state.next ??= clock?.textContent ?? ""));
      if (clock) seen.observe(clock, { subtree: true, characterData: true, childList: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await hide(true);
  const at = await settled(page, () => time.innerText());
  await page.waitForTimeout(400);
  expect(await time.innerText()).toBe(at);
  await hide(false);
  await expect(time).not.toHaveText(at);
  // The time that was missed is not caught up with.
  const next = await page.evaluate(() => (window as unknown as { next?: string }).next);
  expect(parseFloat(next ?? "") - parseFloat(at)).toBeLessThan(0.35);
});

test.describe("on a first visit", () => {
  test.use(NEWCOMER);

  test("the first visit suggests what to try, goes on as it is done, and is closed for good", async ({
    page,
  }) => {
    await open(page);
    const hint = stage(page).locator(".hint");
    await expect(hint).toContainText("Crash it: press c");
    await page.keyboard.press("c");
    await expect(hint).toContainText("Restart the crashed server");
    await page.keyboard.press("c");
    await expect(hint).toContainText("replicate");
    await hint.getByRole("button", { name: "Close the hints" }).click();
    await expect(hint).toBeHidden();
    await page.reload();
    await expect(server(page, 1)).toBeVisible();
    await expect(hint).toBeHidden();
  });
});

test("a browser that stores nothing is no trouble", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await open(page);
  await page.keyboard.press("d");
  await expect(server(page, 1)).toBeVisible();
  expect(errors).toEqual([]);
});

test("an engine that cannot be fetched is told in words", async ({ page }) => {
  await page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "gone" }));
  await page.goto("/");
  await expect(page.getByRole("alert")).toContainText("The Raft engine did not start");
  await expect(page.getByRole("alert")).toContainText("404");
});

test("the strip says what happened where", async ({ page }) => {
  await open(page);
  await give(page, "crash 2");
  await pause(page);
  const strip = page.getByRole("region", { name: "Timeline" }).getByRole("slider");
  const box = await strip.boundingBox();
  const now = await page.locator(".strip .now").boundingBox();
  if (!box || !now) throw new Error("the strip has no place");
  await page.mouse.move(now.x - 2, box.y + box.height / 2);
  await expect(page.getByRole("region", { name: "Timeline" }).locator(".says")).toContainText(
    /\d s · term \d/,
  );
  await page.mouse.move(now.x, box.y + box.height / 2);
  await expect(page.getByRole("region", { name: "Timeline" }).locator(".says")).toContainText(
    "S2 crashed",
  );
  await page.mouse.move(box.x + 4, box.y + box.height / 2);
  await expect(page.getByRole("region", { name: "Timeline" }).locator(".says")).not.toContainText(
    "leads",
  );
});
