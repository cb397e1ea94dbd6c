import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fixture, host, runTest } from "./tools.mjs";

let bytes;
let program;

before(async () => {
  bytes = await fixture("ends");
  program = host.load(bytes);
});

const outcome = (name, options) => host.outcomeOf(runTest(program, name, options), name);

test("every way in which a test can end is told in words", async (t) => {
  const cases = [
    ["TestPasses3A", "passed", /^$/],
    ["TestFails3A", "failed", /^ends_test\.go:\d+: one\(100\) failed to reach agreement$/],
    ["TestSaysFatal3A", "failed", /^one\(16\) failed to reach agreement$/],
    ["TestLogsAndEnds3A", "failed", /^apply error: server 2 apply out of order$/],
    ["TestPanics3B", "failed", /^panic: assignment to entry in nil map/],
    ["TestSkips3B", "skipped", /skips itself/],
    ["TestEndsEarly3B", "failed", /unexpected call to os\.Exit\(0\)/],
    ["TestWaitsForEver3B", "failed", /^no end after 10 minutes of virtual time/],
    ["TestSpins3C", "failed", /^A goroutine spins in .*TestSpins3C.*neither waited nor/],
    ["TestClosedLoop3C", "passed", /^$/],
    ["TestWritesMuch3D", "failed", /at the very end$/],
    ["TestTakesAllMemory3D", "failed", /^out of memory/],
    ["TestHearsNoSignals3D", "passed", /^$/],
    ["TestHasNoFiles3D", "passed", /^$/],
  ];
  for (const [name, verdict, why] of cases) {
    for (const mode of host.modes.keys()) {
      await t.test(`${name}, ${mode}`, () => {
        const got = outcome(name, { mode });
        assert.equal(got.verdict, verdict, got.why);
        assert.match(got.why, why);
      });
    }
  }
});

test("a function that calls itself without end is told", () => {
  assert.match(outcome("TestRecursesForEver3C", { mode: "calm" }).why, /calls itself/);
});

test("the figures of the tester are read", () => {
  assert.equal(outcome("TestPasses3A").figures, "0.1  3  42  1000  2");
});

test("a spin is reported at the same moment each time", () => {
  const [a, b] = [1, 2].map(() => runTest(program, "TestSpins3C", { seed: 7 }));
  assert.equal(a.ending.kind, "spins");
  assert.deepEqual([a.ns, a.digest, a.ending], [b.ns, b.digest, b.ending]);
});

test("output is bounded, and keeps its beginning and its end", () => {
  const { output } = runTest(program, "TestWritesMuch3D", { limits: { output: 100_000 } });
  assert.ok(output.length < 110_000);
  assert.match(output, /^=== RUN/);
  assert.match(output, /characters are left out here/);
  assert.match(output, /at the very end/);
});

test("memory is bounded", () => {
  const small = host.load(bytes, 600);
  assert.equal(host.outcomeOf(runTest(small, "TestPasses3A"), "TestPasses3A").verdict, "passed");
  assert.match(host.outcomeOf(runTest(small, "TestWritesMuch3D"), "").why, /at the very end/);
  assert.match(host.outcomeOf(runTest(small, "TestTakesAllMemory3D"), "").why, /^out of memory/);
});

test("virtual time is bounded", () => {
  const { ending } = runTest(program, "TestHearsNoSignals3D", { limits: { ns: 5e9 } });
  assert.equal(ending.kind, "limit");
  assert.match(ending.says, /not ended after 5 s of virtual time/);
});

test("what is written is told with its time and descriptor, and a pulse is given", () => {
  const heard = [];
  let pulses = 0;
  const onWrite = (fd, text, ns) => heard.push({ fd, text, ns });
  runTest(program, "TestLogsAndEnds3A", { onWrite, onPulse: () => (pulses += 1) });
  const error = heard.find(({ text }) => text.includes("apply error"));
  assert.equal(error.fd, 2);
  assert.ok(error.ns > 0);
  assert.ok(pulses > 0);
});

test("the tests of a binary are listed, and a program that is none is not taken for one", async () => {
  const { run, listArguments, testsIn, modes } = host;
  const list = (module) =>
    testsIn(run(module, { args: listArguments, seed: 1, mode: modes.get("calm") }));
  const names = list(program);
  assert.equal(names.length, 15);
  assert.ok(names.includes("TestSpins3C"));
});
