import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ended, folder, standIn, start, startAlone, withoutRust } from "./tools.mjs";

const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url)));
const commands = ["explore", "lab", "replay", "search", "swarm"];

const status = (script, args, env) => ended(start(script, args, env));

function runText(name, lines) {
  const file = path.join(folder, name);
  writeFileSync(file, `raft-playground 1\n${lines.join("\n")}\n`);
  return file;
}

test("what a command of the engine comes to is what its script ends with", async (t) => {
  const good = runText("good.txt", ["servers 3", "at 1s end"]);
  const other = runText("other.txt", ["servers 3", "at 1s digest 00000000000000ff", "at 1s end"]);
  const cases = [
    ["explore", ["--terms", "1", "--commands", "0"], 0],
    ["explore", ["--terms", "2", "--commands", "0", "--broken", "RefuseSecondVote"], 1],
    ["explore", ["--servers", "9"], 2],
    ["explore", ["--broken", "ReadsWithoutLog"], 2],
    ["lab", ["TestInitialElection3A"], 0],
    ["lab", ["TestNothingOfThisName"], 2],
    ["lab", ["TestFollowerFailure3B", "--broken", "CommitByCounting"], 1],
    ["lab", ["3A", "--broken", "Gravity"], 2],
    ["replay", [good], 0],
    ["replay", [other], 1],
    ["replay", [path.join(folder, "missing.txt")], 2],
    ["search", ["--broken", "RefuseSecondVote"], 0],
    ["search", ["--broken", "Gravity"], 2],
    ["swarm", ["--seeds", "1..2"], 0],
    ["swarm", ["--seeds", "1..2", "--broken", "OldLeaderKeepsLeading"], 1],
    ["swarm", ["--seeds", "2..1"], 2],
  ];
  for (const [script, args, wanted] of cases) {
    await t.test(`${script} ${args.map((arg) => path.basename(arg)).join(" ")}`, async () => {
      const { status: got, says } = await status(script, args);
      assert.equal(got, wanted, says);
    });
  }
});

test("any status of the engine is passed on, and that of a signal too", async () => {
  for (const script of commands) {
    for (const [does, wanted] of [
      ["exit 0", 0],
      ["exit 3", 3],
      ["exit 101", 101],
      ["kill -KILL $$", 137],
      ["kill -SEGV $$", 139],
    ]) {
      const { status: got, says } = await status(script, [], standIn("cargo", does));
      assert.equal(got, wanted, `${script}, ${does}: ${says}`);
    }
  }
});

test("that it compiles is said in one line, once, and not on standard output", async () => {
  const compiles = '[ $1 = run ] || for i in 1 2 3; do echo "   Compiling part-$i v1.0" >&2; done';
  for (const script of commands) {
    const { status: got, says } = await status(script, [], standIn("cargo", compiles));
    assert.equal(got, 0, says);
    const line = `${script}: compiling the engine; the first time takes some minutes.\n`;
    assert.equal(says, line);
    const nothing = await status(script, [], standIn("cargo", "echo done >&2"));
    assert.deepEqual(nothing, { status: 0, says: "done\n" });
    const broken = "echo '   Compiling part v1.0' >&2; echo 'error: no such thing' >&2; exit 101";
    const failed = await status(script, [], standIn("cargo", broken));
    assert.equal(failed.status, 101);
    assert.equal(failed.says, `${line}   Compiling part v1.0\nerror: no such thing\n`);
  }
});

test("without Rust no script ends well, and each says what is missing", async (t) => {
  // The host of Go programs is a module of its own: its script compiles no Rust.
  for (const script of Object.keys(scripts).filter((name) => name !== "go")) {
    await t.test(script, async () => {
      const { status: got, says } = await status(script, [], withoutRust());
      assert.equal(got, 1, says);
      assert.match(says, /Stopped: .*(Rust is missing|"cargo" could not be started)/);
    });
  }
});

test("options that a script does not know are refused", async (t) => {
  for (const script of ["start", "dev", "bench", "test", "build"]) {
    await t.test(script, async () => {
      const { status: got, says } = await status(script, ["--nonsense"]);
      assert.equal(got, 1, says);
      assert.match(says, /Stopped: .*nonsense/);
    });
  }
});

test("a part of the tests that fails, dies or tests nothing fails as a whole", async () => {
  for (const [does, wanted] of [
    ["echo 'test result: ok. 2 passed; 0 failed'", 0],
    ["echo 'test result: FAILED. 1 passed; 1 failed'; exit 101", 1],
    ["echo 'test result: ok. 2 passed; 0 failed'; kill -KILL $$", 1],
    ["true", 1],
  ]) {
    const { status: got, says } = await status("test", ["native"], standIn("cargo", does));
    assert.equal(got, wanted, `${does}: ${says}`);
  }
});

/** Has a script come back late from starting its program: the program is at work before the script goes on. */
const slowToStart = `import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
const { spawn } = childProcess;
childProcess.spawn = (...args) => {
  const child = spawn(...args);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  return child;
};
syncBuiltinESMExports();`;

test("a script that is ended by a signal ends its program too, and says so by its status", async () => {
  const slow = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(slowToStart)}` };
  for (const [signal, wanted, env] of [
    ["SIGTERM", 143, {}],
    ["SIGINT", 130, {}],
    ["SIGTERM", 143, slow],
    ["SIGINT", 130, slow],
  ]) {
    const heard = path.join(folder, `heard-${signal}`);
    rmSync(heard, { force: true });
    const waits = `trap 'echo yes > ${heard}; exit 0' TERM INT; echo ready; while :; do sleep 0.05; done`;
    const child = startAlone("lab", [], { ...standIn("cargo", waits), ...env });
    child.stdout.once("data", () => child.kill(signal));
    const { status: got, says } = await ended(child);
    assert.equal(got, wanted, says);
    assert.equal(readFileSync(heard, "utf8"), "yes\n");
  }
});

test("a reader that goes away ends a script without a word", async () => {
  const many = "i=0; while [ $i -lt 20000 ]; do echo line $i || exit 1; i=$((i+1)); done";
  const child = startAlone("test", ["native"], standIn("cargo", many));
  const errors = new Promise((resolve) => {
    let says = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (says += text));
    child.stderr.on("end", () => resolve(says));
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const got = await new Promise((resolve) => child.on("exit", resolve));
  assert.equal(got, 141);
  assert.equal((await errors).replaceAll(/.*write error.*\n/g, ""), "");
});
