import { readFileSync } from "node:fs";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { spreadOf } from "./spread.mjs";

/** The CPU time of the page's main thread so far, in seconds: neighbours on the machine hardly lengthen it. */
export async function cpuClock(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value;
  };
}

/** Measures some work in the page: uncounted until the browser has compiled it well, then several times. */
async function timed(page, { warm, times }, work, given) {
  const clock = await cpuClock(page);
  for (let turn = 0; turn < warm; turn += 1) await page.evaluate(work, given);
  const seconds = [];
  for (let turn = 0; turn < times; turn += 1) {
    const began = await clock();
    await page.evaluate(work, given);
    seconds.push((await clock()) - began);
  }
  return seconds;
}

/** An empty page: the playground's own frames would be counted too. */
async function emptyPage({ browser, address }) {
  const page = await browser.newPage();
  await page.route("**/bench/", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>bench</title>" }),
  );
  await page.goto(`${address}bench/`);
  return page;
}

/** The shipped engine executes the texts of the native runs. */
async function runs(shipped, figures, often) {
  const { files } = shipped;
  const found = [];
  for (const { figure, size, text, work } of figures.filter(({ text }) => text)) {
    const page = await emptyPage(shipped);
    await page.evaluate(async ({ glue, wasm, rest }) => {
      globalThis.engine = await import(glue);
      await globalThis.engine.default({ module_or_path: wasm });
      globalThis.engine.addRest(await WebAssembly.compileStreaming(fetch(rest)));
    }, files);
    const verdict = await page.evaluate((given) => {
      const run = new globalThis.engine.Engine(given);
      const { verdict } = run.opened();
      run.free();
      return verdict;
    }, text);
    const execute = (given) => {
      new globalThis.engine.Engine(given).free();
    };
    if (verdict !== "identical") throw new Stop(`The browser's run of ${figure} is ${verdict}.`);
    const seconds = await timed(page, often, execute, text);
    found.push({ figure, size, work, seconds, spread: spreadOf(seconds) });
    await page.close();
  }
  return found;
}

/** The 28 tests of the lab in the shipped file. Its glue is part of the page's worker; the same is given to it here. */
async function lab(shipped, often) {
  const { address, files } = shipped;
  const page = await emptyPage(shipped);
  await page.route("**/bench/raft_lab.js", (route) =>
    route.fulfill({
      contentType: "text/javascript",
      body: readFileSync(at("web/pkg-lab/raft_lab.js"), "utf8"),
    }),
  );
  await page.evaluate(
    async ({ glue, wasm }) => {
      globalThis.lab = await import(glue);
      await globalThis.lab.default({ module_or_path: wasm });
    },
    { glue: `${address}bench/raft_lab.js`, wasm: files.lab },
  );
  const tests = await page.evaluate(() =>
    globalThis.lab
      .tests()
      .filter(({ earlier }) => !earlier)
      .map(({ name }) => name),
  );
  const all = (names) => {
    for (const name of names) {
      if (globalThis.lab.run(name, "1").failure) throw new Error(`${name} fails`);
    }
  };
  const seconds = await timed(page, often, all, tests);
  await page.close();
  return { tests: tests.length, seconds, spread: spreadOf(seconds) };
}

/** The engine in the browser, on the work of the native figures. */
export async function engine(shipped, figures, { short }) {
  const often = short ? { warm: 0, times: 1 } : { warm: 8, times: 11 };
  return { runs: await runs(shipped, figures, often), lab: await lab(shipped, often) };
}
