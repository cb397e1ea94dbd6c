import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Stop } from "../../scripts/lib/fail.mjs";
import { goTool } from "../../scripts/setup/go.mjs";
import { command, ended, fixture, fixtures, folder } from "./tools.mjs";

const ends = path.join(fixtures, "ends");
const order = path.join(fixtures, "order");
const keep = path.join(folder, "kept");

const go = (args, env) => ended(command([...args, "--keep", keep], env));

const objects = (text) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("a table for one seed, in the order of the tests, with the tester's words", async () => {
  const { status, stdout } = await go([ends, "3A", "TestSkips3B"]);
  assert.equal(status, 1, stdout);
  const rows = stdout.split("\n").filter((line) => /^Test\w+ +(passed|FAILED|skipped)/.test(line));
  assert.match(rows[0], /^TestPasses3A +passed +0\.0 s +0\.1 {2}3 {2}42 {2}1000 {2}2$/);
  assert.match(
    rows[1],
    /^TestFails3A +FAILED .*ends_test\.go:\d+: one\(100\) failed to reach agreement$/,
  );
  assert.match(rows[2], /^TestSaysFatal3A +FAILED .* {2}one\(16\) failed to reach agreement$/);
  assert.match(rows[3], /^TestLogsAndEnds3A +FAILED .*apply out of order$/);
  assert.match(rows[4], /^TestSkips3B +skipped/);
  assert.match(stdout, /1 passed, 3 failed, 1 skipped: .* of virtual time/);
});

test("many seeds: who failed, the shortest first, with the command that repeats it and its log", async () => {
  const { status, stdout } = await go([order, "TestLosesUpdates", "TestTime", "--seeds", "1..12"]);
  assert.equal(status, 1, stdout);
  assert.match(stdout, /^TestTime +12 passed +0 failed$/m);
  const [, first] = /^TestLosesUpdates .*seeds (\d+)/m.exec(stdout);
  assert.match(stdout, new RegExp(`npm run go -- \\S*order TestLosesUpdates --seeds ${first}\n`));
  const log = readFileSync(path.join(keep, `TestLosesUpdates-seed-${first}-parallel.log`), "utf8");
  assert.match(log, /of 6000/);
  const logs = readdirSync(keep).filter((name) => name.startsWith("TestLosesUpdates"));
  assert.equal(logs.length, 5);
  const one = await go([order, "TestTime"]);
  assert.match(one.stdout, /^Kept: .*TestTime-seed-1-parallel\.log$/m);
  const again = await go([order, "TestLosesUpdates", "--seeds", first]);
  assert.equal(again.status, 1);
  const calm = await go([order, "TestLosesUpdates", "--seeds", "1..12", "--mode", "calm"]);
  assert.equal(calm.status, 0, calm.stdout);
});

test("JSON: a line for each run, and one for all", async () => {
  const { status, stdout } = await go([
    ends,
    "TestPasses3A",
    "TestFails3A",
    "--seeds",
    "1..2",
    "--json",
  ]);
  assert.equal(status, 1);
  const lines = objects(stdout);
  const { summary } = lines.pop();
  assert.deepEqual(summary, {
    passed: 2,
    failed: 2,
    skipped: 0,
    tests: 2,
    seeds: [1, 2],
    mode: "parallel",
    finished: true,
  });
  assert.equal(lines.length, 4);
  for (const { test: name, verdict, digest, seed, ns } of lines) {
    assert.equal(verdict, name === "TestPasses3A" ? "passed" : "failed");
    assert.match(digest, /^[0-9a-f]{16}$/);
    assert.ok([1, 2].includes(seed) && ns > 0);
  }
});

test("a test binary is run as it is, and nothing is written into a tree", async () => {
  const tree = path.join(folder, "tree");
  cpSync(fixtures, tree, { recursive: true });
  const files = () => readdirSync(tree, { recursive: true }).sort().join("\n");
  const before = files();
  assert.equal((await go([path.join(tree, "order"), "TestTime"])).status, 0);
  assert.equal(files(), before);
  const file = path.join(folder, "order.wasm");
  writeFileSync(file, await fixture("order"));
  const { status, stdout } = await go([file, "TestTime"]);
  assert.equal(status, 0, stdout);
});

test("the lab's folders are found", async () => {
  for (const place of ["src/raft", "src/raft1"]) {
    const lab = mkdtempSync(path.join(folder, "lab-"));
    cpSync(ends, path.join(lab, place), { recursive: true });
    writeFileSync(path.join(lab, "src/go.mod"), "module 6.5840\n\ngo 1.21\n");
    for (const given of [lab, path.join(lab, "src"), path.join(lab, place)]) {
      const { status, stdout, stderr } = await go([given, "TestPasses3A"]);
      assert.equal(status, 0, stdout + stderr);
    }
  }
});

test("wrong use and wrong folders: what is wrong, and what would be right", async (t) => {
  const empty = mkdtempSync(path.join(folder, "empty-"));
  const alone = mkdtempSync(path.join(folder, "alone-"));
  writeFileSync(path.join(alone, "x_test.go"), "package x\n");
  const notWasm = path.join(folder, "no.wasm");
  writeFileSync(notWasm, "no");
  const cases = [
    [[], /Name the folder of the lab/],
    [[path.join(folder, "missing")], /There is no .*missing/],
    [[empty], /no tests in .*raft_test\.go/],
    [[alone], /no go\.mod in .*or above/],
    [[path.join(ends, "ends_test.go")], /is a file; name the folder/],
    [[notWasm], /no WebAssembly module/],
    [
      [path.join(fixtures, "broken")],
      /broken_test\.go:6:2: undefined: undeclared[^]*does not compile/,
    ],
    [[path.join(fixtures, "none")], /There are no tests here/],
    [[ends, "TestPass"], /no test or part "TestPass"; there is TestPasses3A/],
    [[ends, "4"], /no test or part "4"/],
    [[ends, "--seeds", "9..2"], /--seeds takes/],
    [[ends, "--seeds", "x"], /--seeds takes/],
    [[ends, "--seeds", "1..99999999999"], /--seeds takes/],
    [[ends, "--jobs", "0"], /--jobs takes/],
    [[ends, "--mode", "wild"], /no mode "wild"; the modes are parallel and calm/],
    [[ends, "--sede", "3"], /--sede/],
  ];
  for (const [args, words] of cases) {
    await t.test(args.map((arg) => path.basename(arg)).join(" ") || "nothing", async () => {
      const { status, stdout, stderr } = await go(args);
      assert.equal(status, 2, stdout + stderr);
      assert.match(stdout + stderr, words);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }
});

test("a program that is no test binary is not taken for one", async () => {
  const plain = path.join(folder, "plain.wasm");
  const { program } = await goTool(fixtures);
  const { run } = await import("../../scripts/lib/run.mjs");
  const env = { GOOS: "wasip1", GOARCH: "wasm" };
  await run(program, ["build", "-o", plain, "./plain"], { cwd: fixtures, env });
  const { status, stderr } = await go([plain]);
  assert.equal(status, 2);
  assert.match(stderr, /answers otherwise than a test binary of Go \(it says: good morning\)/);
});

test("help says what there is", async () => {
  const { status, stdout } = await go(["--help"]);
  assert.equal(status, 0);
  for (const word of ["--seeds", "--jobs", "--mode", "parallel:", "calm:", "--json", "--keep"]) {
    assert.ok(stdout.includes(word), word);
  }
});

test("Ctrl+C gives what has been found so far, and the same command goes on from there", async () => {
  // Other seeds each time: nothing of an earlier test run is gone on with.
  const from = 1 + (process.pid % 100_000) * 1000;
  const seeds = `${from}..${from + 399}`;
  const args = [
    order,
    "TestMixture",
    "TestTime",
    "--seeds",
    seeds,
    "--jobs",
    "1",
    "--json",
    "--keep",
    keep,
  ];
  const child = command(args);
  let lines = 0;
  child.stdout.on("data", (text) => {
    lines += String(text).split("\n").length - 1;
    if (lines >= 20 && !child.killed) child.kill("SIGINT");
  });
  const first = await ended(child);
  assert.equal(first.status, 130, first.stderr);
  const results = objects(first.stdout);
  const { summary } = results.pop();
  assert.equal(summary.finished, false);
  assert.ok(results.length >= 20 && results.length < 800);
  assert.match(
    first.stderr,
    /Stopped after \d+ of 800 runs\. The same command goes on from here\./,
  );
  const second = await ended(command(args));
  assert.equal(second.status, 0, second.stderr);
  assert.match(second.stderr, new RegExp(`Going on .*: ${results.length} of 800 runs are done`));
  const all = objects(second.stdout);
  assert.deepEqual(all.slice(0, results.length), results);
  assert.equal(all.pop().summary.passed, 800);
  const third = await ended(
    command([...args.slice(0, 3), "--seeds", `${from}`, "--json", "--keep", keep]),
  );
  assert.doesNotMatch(third.stderr, /Going on/);
});

/** A search path that has only a `go` that says so. */
function onlyGo(says) {
  const bin = mkdtempSync(path.join(folder, "bin-"));
  if (says === undefined) return bin;
  writeFileSync(path.join(bin, "go"), `#!/bin/sh\n${says}\n`);
  chmodSync(path.join(bin, "go"), 0o755);
  symlinkSync("/bin/sh", path.join(bin, "sh"));
  return bin;
}

test("without a Go, with one that is too old, and with one that does not run", async () => {
  const nowhere = path.join(folder, "nowhere");
  const own = { folder: nowhere, programs: nowhere, go: path.join(nowhere, "go") };
  const old = `echo '{"GOROOT":"/old","GOVERSION":"go1.18.1"}'`;
  const usual = { PATH: process.env.PATH, CARGO_HOME: process.env.CARGO_HOME };
  try {
    process.env.CARGO_HOME = nowhere;
    for (const says of [undefined, old, "exit 1"]) {
      process.env.PATH = onlyGo(says);
      await assert.rejects(
        goTool(fixtures, own),
        (error) => error instanceof Stop && /install Go 1\.21 or newer from/.test(error.message),
      );
    }
    process.env.PATH = onlyGo(`echo '{"GOROOT":"/new","GOVERSION":"go1.26.2"}'`);
    assert.equal((await goTool(fixtures, own)).version, "go1.26.2");
  } finally {
    process.env.PATH = usual.PATH;
    if (usual.CARGO_HOME === undefined) delete process.env.CARGO_HOME;
    else process.env.CARGO_HOME = usual.CARGO_HOME;
  }
  assert.ok(!existsSync(nowhere));
});

test("a folder that cannot be written is named", async () => {
  const file = path.join(folder, "a-file");
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, "");
  const { status, stderr } = await ended(
    command([ends, "TestFails3A", "--keep", path.join(file, "x")]),
  );
  assert.equal(status, 2, stderr);
  assert.match(stderr, /could not be written .*--keep names another folder/);
});
