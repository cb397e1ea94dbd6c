import { expect, test, type Page } from "@playwright/test";
import { commit, events, give, open, pause, play, server, stage } from "./tools";

/**
 * Wraps every instance of the engine so that the next call of an export whose name contains the
 * word asked for stops it as a trap does.
 */
async function rig(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const state = { word: "", traps: 0, instances: 0 };
    Object.assign(window, { rigged: state });
    const wrap = (name: string, value: WebAssembly.ExportValue): WebAssembly.ExportValue => {
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (state.word !== "" && name.includes(state.word)) {
          state.word = "";
          state.traps += 1;
          throw new WebAssembly.RuntimeError("unreachable");
        }
        return (value as (...all: unknown[]) => unknown)(...args);
      };
    };
    const original = WebAssembly.instantiate as (
      module: WebAssembly.Module,
      imports?: WebAssembly.Imports,
    ) => Promise<WebAssembly.Instance>;
    const rigged = async (module: WebAssembly.Module, imports?: WebAssembly.Imports) => {
      const instance = await original.call(WebAssembly, module, imports);
      state.instances += 1;
      const exports = Object.fromEntries(
        Object.entries(instance.exports).map(([name, value]) => [name, wrap(name, value)]),
      );
      return { module, instance: { exports } };
    };
    Object.assign(WebAssembly, { instantiate: rigged });
  });
}

const trapNext = (page: Page, word: string) =>
  page.evaluate((next) => {
    (window as unknown as { rigged: { word: string } }).rigged.word = next;
  }, word);

const rigged = (page: Page) =>
  page.evaluate(() => {
    const { traps, instances } = (
      window as unknown as { rigged: { traps: number; instances: number } }
    ).rigged;
    return { traps, instances };
  });

const alert = (page: Page) => page.getByRole("alert").filter({ hasText: "The engine stopped" });

const labels = async (page: Page): Promise<string[]> => {
  const all = await stage(page).locator("[data-target^='server:']").all();
  return Promise.all(all.map(async (each) => (await each.getAttribute("aria-label")) ?? ""));
};

const micros = async (page: Page): Promise<number> =>
  Math.round(
    parseFloat(
      await page
        .getByText(/^\d+\.\d{3} s$/)
        .first()
        .innerText(),
    ) * 1e6,
  );

test("an engine that stops while it runs is rebuilt to just before, paused, and goes on", async ({
  page,
}) => {
  await rig(page);
  await open(page);
  await commit(page, ["x=1", "y=2"], 2);
  const before = await micros(page);
  await trapNext(page, "engine_advance");
  await expect(alert(page)).toBeVisible();
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  expect(await rigged(page)).toEqual({ traps: 1, instances: 2 });
  expect(await micros(page)).toBeGreaterThanOrEqual(before);
  expect((await labels(page)).filter((label) => label.endsWith("committed 2"))).toHaveLength(5);

  const at = await events(page);
  await play(page);
  await expect.poll(() => events(page)).not.toBe(at);
  await commit(page, ["z=3"], 3);
});

test("a command that stops the engine is left out, and all else is as it was", async ({ page }) => {
  await rig(page);
  const leads = await open(page);
  await commit(page, ["x=1"], 1);
  await pause(page);
  const before = { labels: await labels(page), events: await events(page), at: await micros(page) };
  await trapNext(page, "engine_command");
  await page.keyboard.press(String(leads));
  await page.keyboard.press("c");
  await expect(alert(page)).toBeVisible();
  await expect.poll(() => rigged(page)).toEqual({ traps: 1, instances: 2 });
  expect({
    labels: await labels(page),
    events: await events(page),
    at: await micros(page),
  }).toEqual(before);
  await page.keyboard.press("c");
  await expect(server(page, leads)).toHaveAccessibleName(/crashed/);
});

test("it may stop while it draws, and more than once", async ({ page }) => {
  await rig(page);
  await open(page);
  for (const traps of [1, 2, 3]) {
    await trapNext(page, "engine_frame");
    await expect.poll(() => rigged(page)).toEqual({ traps, instances: traps + 1 });
    await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
    await play(page);
    const at = await events(page);
    await expect.poll(() => events(page)).not.toBe(at);
  }
});

test("the report holds the version, the error and the whole run, ready to be copied", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await rig(page);
  await open(page);
  await give(page, "crash 2");
  await trapNext(page, "engine_advance");
  await alert(page).getByRole("button", { name: "Copy the report" }).click();
  await expect(alert(page).getByRole("button", { name: "Copied" })).toBeVisible();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toMatch(/^Raft playground \d+\.\d+\.\d+.*: the engine stopped/);
  expect(report).toContain("while doing: advance");
  expect(report).toContain("RuntimeError: unreachable");
  expect(report).toMatch(/^raft-playground 1$/m);
  expect(report).toMatch(/^at [\d.]+s crash 2$/m);

  await alert(page).getByRole("button", { name: "Show the report" }).click();
  await expect(alert(page).getByRole("textbox", { name: "Report" })).toHaveValue(report);
  await alert(page).getByRole("button", { name: "Close" }).click();
  await expect(alert(page)).toBeHidden();
});
