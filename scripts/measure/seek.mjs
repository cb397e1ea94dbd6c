import { main } from "../lib/fail.mjs";
import { histories } from "./history.mjs";
import { withShipped } from "./shipped.mjs";

/** Prints the cost of going back in a run: milliseconds of a seek, and the engine's memory. */
await main(() =>
  withShipped(async (shipped) => {
    console.log("events      seek median   seek most   memory");
    for (const { events, median, most, memory } of await histories(shipped, { short: false })) {
      const ms = (time) => `${time.toFixed(1)} ms`.padStart(11);
      const mebibytes = `${(memory / 2 ** 20).toFixed(1)} MiB`.padStart(11);
      console.log(`${String(events).padEnd(10)}${ms(median)} ${ms(most)} ${mebibytes}`);
    }
  }),
);
