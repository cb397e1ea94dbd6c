import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fixture, host, runTest } from "./tools.mjs";

let program;
before(async () => {
  program = host.load(await fixture("bracket"));
});

const passes = (run, name) => assert.equal(host.outcomeOf(run, name).verdict, "passed", run.output);

test("what happens within a bracket changes no digest, however long it takes", () => {
  for (const mode of host.modes.keys()) {
    for (const seed of [1, 2, 3]) {
      const runs = ["00000", "00001", "02000"].map((effort) =>
        runTest(program, "TestWatched", { mode, seed, env: [`EFFORT=${effort}`] }),
      );
      passes(runs[0], "TestWatched");
      for (const { digest, ns, units } of runs.slice(1)) {
        assert.deepEqual([digest, ns, units], [runs[0].digest, runs[0].ns, runs[0].units]);
      }
    }
  }
});

test("a run is the same whether somebody listens or not, and the reports come whole", () => {
  const lines = [];
  const heard = runTest(program, "TestWatched", { onReport: (line) => lines.push(line) });
  assert.equal(heard.digest, runTest(program, "TestWatched").digest);
  assert.equal(lines.length, 240);
  assert.ok(lines.every((line) => line === '{"e":"state"}'));
});

test("who waits or yields within a bracket holds up nobody", () => {
  for (const mode of host.modes.keys()) {
    for (let seed = 1; seed <= 3; seed += 1) {
      for (const name of ["TestWaitsWithin", "TestYieldsWithin"]) {
        const times = [];
        const run = runTest(program, name, { mode, seed, onPulse: (ns) => times.push(ns) });
        passes(run, name);
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
      }
    }
  }
});

test("an end without a beginning is told", () => {
  const { ending } = runTest(program, "TestEndsTooOften");
  assert.equal(ending.kind, "crashed");
  assert.match(ending.says, /ends a bracket that it has not begun/);
});
