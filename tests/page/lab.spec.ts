import { existsSync, readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Locator, type Page } from "@playwright/test";
import { open, pause, settled } from "./tools";

const native = "target/native-lab.jsonl";

interface NativeRow {
  test: string;
  seconds: number;
  peers: number;
  rpcs: number;
  bytes: number;
  commands: number;
  passed: boolean;
}

const dialog = (page: Page): Locator => page.getByRole("dialog", { name: "Lab" });

const progress = (page: Page): Locator => dialog(page).getByRole("status");

const seed = (page: Page): Locator => dialog(page).getByRole("textbox", { name: "Seed" });

const run = (page: Page): Locator => dialog(page).getByRole("button", { name: "Run all" });

const stop = (page: Page): Locator => dialog(page).getByRole("button", { name: "Stop" });

const row = (page: Page, name: string): Locator =>
  dialog(page)
    .getByRole("row")
    .filter({ has: page.getByText(name, { exact: true }) });

async function openLab(page: Page): Promise<void> {
  await open(page);
  await pause(page);
  await page.keyboard.press("l");
  await expect(run(page)).toBeEnabled();
}

async function watch(page: Page, name: string): Promise<void> {
  await dialog(page)
    .getByRole("button", { name: `Watch ${name} under seed 1`, exact: true })
    .click();
  await expect(dialog(page)).toBeHidden();
}

async function manySeeds(page: Page, first: number, last: number): Promise<void> {
  await dialog(page).getByRole("tab", { name: "Many seeds" }).click();
  await dialog(page).getByLabel("First seed").fill(String(first));
  await dialog(page).getByLabel("Last seed").fill(String(last));
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** The cells of each row, with the name of its test. */
const figures = (page: Page) =>
  dialog(page)
    .getByRole("row")
    .filter({ has: page.getByRole("button", { name: /^Watch/ }) })
    .evaluateAll((rows) =>
      rows.map((each) => {
        const cells = [...each.querySelectorAll("td")];
        return {
          test: each.querySelector(".name")?.textContent ?? "",
          said: cells.slice(0, 3).map((cell) => cell.innerText.trim()),
          time: cells[3]?.title ?? "",
          counts: cells.slice(4, 7).map((cell) => cell.innerText.trim()),
        };
      }),
    );

/** Lets the tests fail that a core as it is never fails: the worker's answers are changed on their way. */
async function rigged(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const Original = Worker;
    class Rigged extends Original {
      override addEventListener(kind: string, hear: (event: Event) => void): void {
        super.addEventListener(kind, (event: Event) => {
          const value = (event as MessageEvent<{ value?: Record<string, unknown> } | undefined>)
            .data?.value;
          if (value?.["name"] === "TestRejoin3B" || value?.["name"] === "TestBackup3B") {
            value["passed"] = false;
            value["failure"] = "at 2.5s: expected one leader, saw none for five seconds";
          }
          hear(event);
        });
      }
    }
    Object.assign(window, { Worker: Rigged });
  });
}

test("all tests pass under seed 1, with the figures of the native run", async ({ page }) => {
  expect(existsSync(native), `npm test page writes ${native}`).toBe(true);
  const rows = readFileSync(native, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as NativeRow);
  expect(rows.filter(({ test: name }) => !name.includes("-"))).toHaveLength(28);
  expect(rows.every(({ passed }) => passed)).toBe(true);
  await openLab(page);
  await run(page).click();
  await expect(progress(page)).toHaveText(
    new RegExp(`^${rows.length} passed, 0 failed in [\\d.]+ s$`),
  );
  const wanted = rows.map(({ test: name, seconds, peers, rpcs, bytes, commands }) => ({
    test: name,
    peers: String(peers),
    result: "✓ passed",
    time: `${seconds.toFixed(3)} s`,
    counts: [rpcs, bytes, commands].map((count) => count.toLocaleString("en-US")),
  }));
  const shown = async () =>
    (await figures(page)).map(({ test: name, said: [peers, , result], time, counts }) => ({
      test: name,
      peers,
      result,
      time,
      counts,
    }));
  await expect.poll(shown).toEqual(wanted);
});

test("what the lab needs is loaded when it is opened, and not before", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await open(page);
  const ofTheLab = () => asked.filter((path) => /lab|worker/i.test(path));
  expect(ofTheLab()).toEqual([]);
  await page.getByRole("button", { name: "Lab", exact: true }).click();
  await expect(run(page)).toBeEnabled();
  await expect.poll(() => ofTheLab().some((path) => path.endsWith(".wasm"))).toBe(true);
});

test("a failing test says why, under which seed, and how to repeat it", async ({ page }) => {
  await rigged(page);
  await openLab(page);
  await seed(page).fill("7");
  await run(page).click();
  await expect(progress(page)).toHaveText(/^28 passed, 2 failed in/);
  await expect(row(page, "TestRejoin3B")).toContainText("✕ failed");
  const why = dialog(page)
    .getByRole("row")
    .filter({ hasText: "npm run lab -- TestRejoin3B --seeds 7" });
  await expect(why).toContainText("at 2.500 s: expected one leader, saw none for five seconds");
  await expect(
    dialog(page).getByRole("button", { name: "Watch TestRejoin3B under seed 7" }),
  ).toBeVisible();
});

test("with a mistake tests fail as they are made to, and a failure is watched at its moment", async ({
  page,
}) => {
  await openLab(page);
  const mistake = dialog(page).getByRole("combobox", { name: "Mistake" });
  await expect(mistake.locator("option").nth(60)).toBeAttached();
  await mistake.selectOption("CommitByCounting");
  await expect(dialog(page)).toContainText("All servers make it.");
  await run(page).click();
  await expect(progress(page)).toHaveText(/^\d+ passed, [1-9]\d* failed in/);
  await expect(row(page, "TestInitialElection3A")).toContainText("✓ passed");
  await expect(row(page, "TestFollowerFailure3B")).toContainText("✕ failed");
  const again = "npm run lab -- TestFollowerFailure3B --seeds 1 --broken CommitByCounting";
  const why = dialog(page).getByRole("row").filter({ hasText: again });
  await expect(why).toContainText(/at \d+\.\d{3} s: expected nothing committed at index 4/);
  const at = Number(/at (\d+\.\d{3}) s:/.exec(await why.innerText())?.[1]);
  // A failure takes no room from the names beside it on a phone.
  await page.setViewportSize({ width: 390, height: 844 });
  const name = row(page, "TestFollowerFailure3B").getByRole("rowheader");
  for (const each of [name, why])
    await expect.poll(async () => (await each.boundingBox())?.width).toBeGreaterThan(240);
  await page.setViewportSize({ width: 1440, height: 900 });
  await watch(page, "TestFollowerFailure3B");
  await expect(page.getByRole("region", { name: "Bugs in this run" })).toBeVisible();
  await expect(page.getByRole("timer")).toHaveText(`${at.toFixed(3)} s`);
  await expect(
    asked(page).getByRole("option", { name: /failed: nothing committed at index 4/ }),
  ).toBeVisible();
  // The line has no room for all of it; below the list it stands whole.
  const whole = page
    .getByRole("region", { name: "Test" })
    .getByRole("paragraph")
    .filter({ hasText: /^nothing committed at index 4 →/ });
  await expect(whole).toContainText("expected nothing committed at index 4, but it was applied by");
  await expect(whole).toBeInViewport({ ratio: 1 });

  // Without it, nothing of that is left.
  await page.keyboard.press("l");
  await mistake.selectOption("");
  await expect(why).toHaveCount(0);
  await expect(row(page, "TestFollowerFailure3B")).not.toContainText("failed");
  await manySeeds(page, 1, 2);
  await mistake.selectOption("GrantVote");
  await run(page).click();
  await expect(progress(page)).toHaveText(/^0 passed, 60 failed in/);
  await expect(dialog(page).getByRole("listitem").first()).toContainText("--broken GrantVote");
});

test("under many seeds the failures stand in a list, the shortest first", async ({ page }) => {
  await rigged(page);
  await openLab(page);
  await manySeeds(page, 1, 3);
  await run(page).click();
  await expect(progress(page)).toHaveText(/^84 passed, 6 failed in/);
  const part = dialog(page).getByRole("region", { name: /^3B/ });
  await expect(part).toContainText("3 failed");
  const failures = dialog(page).getByRole("listitem");
  await expect(failures).toHaveCount(6);
  await expect(async () => {
    const lengths = (await failures.allInnerTexts()).map((text) =>
      Number(/([\d,]+) events/.exec(text)?.[1]?.replace(",", "")),
    );
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  }).toPass();
  await expect(failures.first()).toContainText(/npm run lab -- Test\w+ --seeds [123]\b/);
});

test("a run of many seeds shows how far it is, goes on behind, and is stopped", async ({
  page,
}) => {
  await openLab(page);
  await manySeeds(page, 1, 1000);
  await run(page).click();
  await expect(progress(page)).toHaveText(/^[1-9][\d,]* of 30,000, 0 failed$/);
  const bar = dialog(page).getByRole("progressbar");
  await expect(bar).toHaveAttribute("max", "30000");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await page.keyboard.press("l");
  await dialog(page).getByRole("tab", { name: "Many seeds" }).click();
  const before = Number(await bar.getAttribute("value"));
  await expect.poll(async () => Number(await bar.getAttribute("value"))).toBeGreaterThan(before);
  await stop(page).click();
  await expect(progress(page)).toHaveText(/^stopped: [\d,]+ passed, 0 failed of 30,000$/);
  await manySeeds(page, 5, 5);
  await run(page).click();
  await expect(progress(page)).toHaveText(/^30 passed, 0 failed in/);
});

test("seeds that are none are refused in words", async ({ page }) => {
  await openLab(page);
  await seed(page).fill("one");
  await run(page).click();
  await expect(dialog(page).getByRole("alert")).toHaveText(/`one` is not a seed: a whole number/);
  await dialog(page).getByRole("button", { name: "Another seed" }).click();
  await expect(seed(page)).toHaveValue(/^\d+$/);
  await run(page).click();
  await expect(progress(page)).toHaveText(/^30 passed, 0 failed in/);
  await expect(dialog(page).getByRole("alert")).toBeHidden();

  await manySeeds(page, 7, 3);
  await expect(dialog(page).getByRole("alert")).toHaveText(/from 1 to 1000, the smaller one first/);
  await expect(run(page)).toBeDisabled();
  await dialog(page).getByLabel("Last seed").fill("1001");
  await expect(run(page)).toBeDisabled();
  await dialog(page).getByLabel("Last seed").fill("");
  await expect(run(page)).toBeDisabled();
});

test("a lab that stops is told as a failure of the test, and the others go on", async ({
  page,
}) => {
  // Every run of one test stops as a trap does.
  await page.route(/worker-[^/]*\.js$/, async (route) => {
    const answer = await route.fetch();
    const rig = `
      const original = WebAssembly.instantiateStreaming;
      WebAssembly.instantiateStreaming = async (...all) => {
        const { module, instance } = await original.apply(WebAssembly, all);
        const exports = { ...instance.exports };
        let runs = 0;
        exports.run = (...args) => {
          runs += 1;
          if (runs === 3) throw new WebAssembly.RuntimeError("unreachable");
          return instance.exports.run(...args);
        };
        return { module, instance: { exports } };
      };
    `;
    await route.fulfill({ response: answer, body: `${rig}\n${await answer.text()}` });
  });
  await openLab(page);
  await run(page).click();
  // A new worker follows a stopped one: each does two tests.
  await expect(progress(page)).toHaveText(/^20 passed, 10 failed in/);
  await expect(
    dialog(page).getByText("the lab stopped, an error in this program: unreachable"),
  ).toHaveCount(10);
});

test("a lab that cannot be fetched is told in words, and can be tried again", async ({ page }) => {
  await page.route("**/raft_lab*.wasm", (route) => route.fulfill({ status: 404, body: "gone" }));
  await open(page);
  await page.keyboard.press("l");
  await expect(dialog(page).getByRole("alert")).toContainText("The lab could not be loaded");
  await expect(dialog(page).getByRole("alert")).toContainText("404");
  await expect(run(page)).toBeDisabled();
  await page.unroute("**/raft_lab*.wasm");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await page.keyboard.press("l");
  await expect(run(page)).toBeEnabled();
});

const asked = (page: Page): Locator => page.getByRole("listbox", { name: "What the test asked" });

const lanes = (page: Page): Locator => page.getByRole("img", { name: /^Remarks on the run/ });

/** A moment as the page writes it. */
const moment = async (line: Locator): Promise<string> =>
  /^\d+\.\d{3} s/.exec(await line.innerText())?.[0] ?? "";

test("a test is watched from its beginning, with what it asked and what came back", async ({
  page,
}) => {
  await openLab(page);
  await watch(page, "TestReElection3A");
  await expect(page.getByRole("banner")).toContainText("TestReElection3A seed 1 · 3 servers");
  await expect(page.getByRole("timer")).toHaveText("0.000 s");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  await expect(lanes(page)).toHaveAccessibleName(/checks \d+;.*faults \d+; test 1$/);

  // Every check has passed, and says so; a click goes there.
  const checks = asked(page).getByRole("option", { name: /passed: .*leader.* → / });
  await expect(checks).not.toHaveCount(0);
  const third = checks.nth(2);
  const at = await moment(third);
  await third.click();
  await expect(page.getByRole("timer")).toHaveText(at);
  await expect(third).toHaveAttribute("aria-current", "time");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();

  // The lines can be walked without a mouse.
  await asked(page).press("Home");
  await asked(page).press("Enter");
  await expect(page.getByRole("timer")).toHaveText("0.000 s");
  await asked(page).press("End");
  await asked(page).press("Enter");
  await expect(page.getByRole("timer")).not.toHaveText("0.000 s");
});

test("the lanes say what was asked and when, and go there", async ({ page }) => {
  await openLab(page);
  await watch(page, "TestReElection3A");
  await expect(asked(page)).toBeVisible();
  const box = await settled(page, () => lanes(page).boundingBox());
  if (!box) throw new Error("the lanes have no place");
  const says = page.locator(".lanes .says");
  // The first check begins with the test.
  await page.mouse.move(box.x + 12, box.y + 6);
  await expect(says).toContainText(/✓ .*leader.* → .* from \d+\.\d{3} s, \d+ ms/);
  const faults = asked(page).getByRole("option", { name: /S\d.* \| .*S\d/ });
  await expect(faults).not.toHaveCount(0);
  const first = await moment(faults.first());

  // A click anywhere in a fault goes to its beginning.
  const end = Number(await page.getByRole("slider").first().getAttribute("aria-valuemax"));
  expect(end).toBeGreaterThan(4_000_000);
  const rows = page.locator(".lanes .names div p");
  await expect(rows.filter({ hasText: "faults" })).toBeVisible();
  const titles = await rows.allInnerTexts();
  const height = box.height / titles.length;
  const y = box.y + (titles.indexOf("faults") + 0.5) * height;
  for (let x = 4; x < box.width; x += 4) {
    await page.mouse.move(box.x + x, y);
    if (await says.isVisible()) {
      await page.mouse.click(box.x + x, y);
      break;
    }
  }
  await expect(page.getByRole("timer")).toHaveText(first);
});

test("lines of one lane can be looked at alone, and the journal beside them", async ({ page }) => {
  await openLab(page);
  await watch(page, "TestFailAgree3B");
  const choice = page.getByRole("combobox", { name: "Which lines" });
  await choice.selectOption("faults");
  const lines = asked(page).getByRole("option");
  await expect(lines.filter({ hasNotText: /S\d.* \| .*S\d/ })).toHaveCount(0);
  await expect(lines).not.toHaveCount(0);
  await page.getByRole("button", { name: "Journal", exact: true }).click();
  await expect(page.getByRole("listbox", { name: "Journal" })).toBeVisible();
  await expect(asked(page)).toBeHidden();
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await expect(asked(page)).toBeVisible();

  // A run without remarks has neither.
  await page.getByRole("button", { name: "New run" }).click();
  await page.getByRole("button", { name: "Start this run" }).click();
  await expect(asked(page)).toBeHidden();
  await expect(lanes(page)).toBeHidden();
  await expect(page.getByRole("listbox", { name: "Journal" })).toBeVisible();
});

test("what is going on is marked while the run plays, and kept in sight", async ({ page }) => {
  await openLab(page);
  await watch(page, "TestBackup3B");
  await page.keyboard.press("Space");
  await expect
    .poll(async () => Number(/^\d+/.exec((await page.getByRole("timer").innerText()) ?? "")?.[0]))
    .toBeGreaterThan(4);
  await page.keyboard.press("Space");
  // What has begun last is the last line that is not pale.
  await expect(asked(page).locator(".line:not(.ahead)").last()).toBeInViewport();
  await expect(page.getByRole("button", { name: "Jump to now" })).toBeHidden();
});

for (const scheme of ["light", "dark"] as const) {
  test(`nothing is seriously wrong for a screen reader or a weak eye, ${scheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await rigged(page);
    await openLab(page);
    await run(page).click();
    await expect(progress(page)).toHaveText(/passed/);
    expect(await violations(page), "one seed").toEqual([]);
    await manySeeds(page, 1, 2);
    await run(page).click();
    await expect(progress(page)).toHaveText(/passed/);
    expect(await violations(page), "many seeds").toEqual([]);
    await dialog(page).getByRole("tab", { name: "One seed" }).click();
    await watch(page, "TestPersist13C");
    await expect(asked(page)).toBeVisible();
    expect(await violations(page), "watching").toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("tab", { name: "Journal" }).click();
    await expect(asked(page)).toBeVisible();
    expect(await violations(page), "watching on a narrow screen").toEqual([]);
    await page.keyboard.press("l");
    await expect(run(page)).toBeEnabled();
    expect(await violations(page), "narrow").toEqual([]);
  });
}

test("on a narrow screen the lanes are one row, and the list stands by the journal", async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openLab(page);
  await run(page).click();
  await expect(progress(page)).toHaveText(/^30 passed/);
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  await expect.poll(width).toBeLessThanOrEqual(390);
  await watch(page, "TestFigure83C");
  await expect.poll(async () => (await lanes(page).boundingBox())?.height).toBeLessThan(24);
  await page.getByRole("tab", { name: "Journal" }).click();
  const line = asked(page).getByRole("option").nth(1);
  const at = await moment(line);
  await line.click();
  await expect(page.getByRole("timer")).toHaveText(at);
  await expect.poll(width).toBeLessThanOrEqual(390);
});
