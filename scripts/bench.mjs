import { parseArgs } from "node:util";
import { core } from "./bench/core.mjs";
import { engine } from "./bench/engine.mjs";
import { frames } from "./bench/frames.mjs";
import { growth, grownMemory } from "./bench/growth.mjs";
import { loading } from "./bench/loading.mjs";
import { criterion, figures, memory } from "./bench/native.mjs";
import * as print from "./bench/page.mjs";
import { countPaths } from "./bench/paths.mjs";
import { world } from "./bench/world.mjs";
import { main, Stop } from "./lib/fail.mjs";
import { say } from "./lib/say.mjs";
import { histories } from "./measure/history.mjs";
import { withShipped } from "./measure/shipped.mjs";
import { setUpRust } from "./setup.mjs";

function options() {
  try {
    const { values } = parseArgs({
      options: {
        short: { type: "boolean", default: false },
        "write-baseline": { type: "boolean", default: false },
      },
    });
    return { short: values.short, writeBaseline: values["write-baseline"] };
  } catch (error) {
    throw new Stop(`${error.message}. Known are --short and --write-baseline, after "--".`);
  }
}

/** npm run bench [-- --short]; what each figure means stands in docs/speed.md. */
await main(async () => {
  const asked = options();
  setUpRust();
  const failed = await countPaths(asked);
  const rates = await criterion(asked);
  const runs = figures(asked);
  const bytes = memory(asked);
  const shown = await withShipped(async (shipped) => {
    say("bench", "the shipped page, in Chromium");
    return {
      engine: await engine(shipped, runs, asked),
      frames: await frames(shipped, asked),
      loading: await loading(shipped, asked),
      histories: await histories(shipped, asked),
    };
  });
  if (asked.short) {
    console.log("\nAll benchmarks run; for figures: npm run bench");
    return failed;
  }
  world(rates, runs);
  core(rates);
  print.engine(shown.engine, runs);
  print.page(shown.frames, shown.loading);
  growth(runs);
  grownMemory(bytes, shown.histories);
  return failed;
});
