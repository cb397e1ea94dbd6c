import assert from "node:assert/strict";
import { test } from "node:test";
import { Stop } from "../../scripts/lib/fail.mjs";
import { runAll } from "../../scripts/go/pool.mjs";

/** A host of another kind: what its `run` does with a seed. */
const hostOf = (run) =>
  `data:text/javascript,${encodeURIComponent(`
    export const modes = new Map();
    export const testArguments = () => [];
    export const outcomeOf = () => ({ verdict: "passed", why: "", figures: "" });
    export const run = ({ }, { seed, onPulse }) => { ${run} return { ns: seed, units: 1, digest: "", output: "" }; };
  `)}`;

const tasks = [1, 2, 3, 4].map((seed) => ({ test: "TestX", seed }));

async function results(run, more) {
  const heard = [];
  const { done } = runAll(tasks, {
    jobs: 2,
    hostUrl: hostOf(run),
    program: {},
    modeName: "calm",
    wanted: "failures",
    heard: (result) => heard.push(result),
    ...more,
  });
  await done;
  return heard.sort((a, b) => a.seed - b.seed);
}

test("every task is run, with so many at a time", async () => {
  const all = await results("");
  assert.deepEqual(
    all.map(({ seed, verdict }) => [seed, verdict]),
    [1, 2, 3, 4].map((seed) => [seed, "passed"]),
  );
});

test("a run that gives no sign of life is ended, says so, and holds up no other", async () => {
  const all = await results("for (;;) if (seed !== 2) break;", { patience: 2 });
  assert.deepEqual(
    all.map(({ verdict }) => verdict),
    ["passed", "failed", "passed", "passed"],
  );
  assert.match(all[1].why, /no sign of life for 2 s and was ended/);
});

test("a run that takes long and gives signs is left alone", async () => {
  const long = "const end = Date.now() + 4000; while (seed === 1 && Date.now() < end) onPulse(1);";
  const all = await results(long, { patience: 2 });
  assert.ok(all.every(({ verdict }) => verdict === "passed"));
});

test("a host that fails ends the command in words", async () => {
  await assert.rejects(
    results('if (seed === 3) throw new Error("out of order");'),
    (error) => error instanceof Stop && error.message === "TestX, seed 3: out of order",
  );
});
