import { parseArgs } from "node:util";
import { core } from "./bench/core.mjs";
import { growth } from "./bench/growth.mjs";
import { criterion, figures } from "./bench/native.mjs";
import { countPaths } from "./bench/paths.mjs";
import { world } from "./bench/world.mjs";
import { main, Stop } from "./lib/fail.mjs";
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
  if (asked.short) {
    console.log("\nAll benchmarks run; for figures: npm run bench");
    return failed;
  }
  world(rates, runs);
  core(rates);
  growth(runs);
  return failed;
});
