import { main } from "../lib/fail.mjs";
import { withShipped } from "./shipped.mjs";

/** What runs of so many events cost to go back in: milliseconds of a seek, and the engine's memory. */
const EVENTS = [10_000, 100_000, 1_000_000];
const SEEKS = 101;

/** In the page: a run with commands and crashes until it has so many events, then seeks to places all over it. */
async function measure({ glue, wasm, rest, events, seeks }) {
  const engine = await import(glue);
  const { memory } = await engine.default({ module_or_path: wasm });
  engine.addRest(await WebAssembly.compileStreaming(fetch(rest)));
  const run = new engine.Run("seed 7\nautosnapshot 500\n");
  const view = { logFirst: null, logCount: 24 };
  let reached = 0;
  for (let now = 1e6, n = 0; reached < events; now += 250e3, n += 1) {
    while (!run.advance(now, 100_000).reached);
    try {
      run.command(`start leader k${n % 50}=${n}`);
      if (n % 40 === 20) run.command("crash leader");
      if (n % 40 === 30) run.command("restart all");
    } catch {
      // Nobody leads, or nobody is down.
    }
    reached = run.frame(view).events;
  }
  const { step } = run.frame(view);
  const times = [];
  let place = 1;
  for (let seek = 0; seek < seeks; seek += 1) {
    place = (place * 48271) % 2147483647;
    const began = performance.now();
    run.seekStep(Math.floor((place / 2147483647) * step));
    run.frame(view);
    run.journal({ server: null, kinds: ["election", "commit", "fault"], first: null, count: 40 });
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const of = (share) => times[Math.floor(share * (times.length - 1))];
  return { events: reached, median: of(0.5), most: of(1), memory: memory.buffer.byteLength };
}

await main(() =>
  withShipped(async ({ browser, address, files: { glue, wasm, rest } }) => {
    console.log("events      seek median   seek most   memory");
    for (const events of EVENTS) {
      const page = await browser.newPage();
      await page.goto(address);
      const found = await page.evaluate(measure, { glue, wasm, rest, events, seeks: SEEKS });
      const ms = (time) => `${time.toFixed(1)} ms`.padStart(11);
      const mebibytes = `${(found.memory / 2 ** 20).toFixed(1)} MiB`.padStart(11);
      console.log(
        `${String(found.events).padEnd(10)}${ms(found.median)} ${ms(found.most)} ${mebibytes}`,
      );
      await page.close();
    }
  }),
);
