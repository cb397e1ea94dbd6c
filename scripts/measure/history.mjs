/** Runs of so many events. */
const EVENTS = [10_000, 100_000, 1_000_000];
const SEEKS = 101;

/** In the page: a run with commands and crashes until it has so many events, then seeks to places all over it. */
async function measure({ glue, wasm, rest, events, seeks }) {
  const engine = await import(glue);
  const { memory } = await engine.default({ module_or_path: wasm });
  engine.addRest(await WebAssembly.compileStreaming(fetch(rest)));
  const run = new engine.Engine("seed 7\nautosnapshot 500\n");
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

/** Measures long runs in the browser: milliseconds to go back in them, and the bytes of the engine's memory. */
export async function histories({ browser, address, files: { glue, wasm, rest } }, { short }) {
  const found = [];
  for (const events of short ? EVENTS.slice(0, 1) : EVENTS) {
    const page = await browser.newPage();
    await page.goto(address);
    const asked = { glue, wasm, rest, events, seeks: short ? 1 : SEEKS };
    found.push({ size: events, ...(await page.evaluate(measure, asked)) });
    await page.close();
  }
  return found;
}
