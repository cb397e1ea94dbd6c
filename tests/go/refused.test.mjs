import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fixture, host, runTest } from "./tools.mjs";

const { load, Refused } = host;

let bytes;
before(async () => {
  bytes = await fixture("order");
});

const text = (name) => [name.length, ...Buffer.from(name)];
const section = (id, body) => [id, body.length, ...body];
const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const code = [2, 0, 0x0b];

/** A small module by hand: one import, one function, one memory, one global, one export. */
function small({ name = "sched_yield", kind = [0, 0], other, entry = "_start", body = code }) {
  const wasi = text("wasi_snapshot_preview1");
  const more = other === undefined ? [] : [...text("env"), ...text(other), 0, 0];
  const own = other === undefined ? 1 : 2;
  return new Uint8Array([
    ...magic,
    ...section(1, [2, 0x60, 0, 1, 0x7f, 0x60, 0, 0]),
    ...section(2, [own, ...wasi, ...text(name), ...kind, ...more]),
    ...section(3, [1, 1]),
    ...section(5, [1, 0, 1]),
    ...section(6, [1, 0x7f, 1, 0x41, 0, 0x0b]),
    ...section(7, [2, ...text(entry), 0, own, ...text("memory"), 2, 0]),
    ...section(10, [1, ...body]),
  ]);
}

const refused = (module, words) =>
  assert.throws(
    () => load(module),
    (error) => error instanceof Refused && words.test(error.message),
  );

test("what is no module of Go for wasip1 is refused, with what would be right", () => {
  refused(new Uint8Array(), /no WebAssembly module.*GOOS=wasip1/);
  refused(new TextEncoder().encode("package raft\n"), /no WebAssembly module/);
  refused(new Uint8Array(magic), /no program of Go for wasip1; build it with/);
  refused(small({ name: "fd_write" }), /does not import sched_yield.*build it with/);
  refused(
    small({ kind: [2, 0, 1], name: "memory" }),
    /imports wasi_snapshot_preview1\.memory, and this host gives functions/,
  );
  refused(small({ entry: "_initialize" }), /no _start/);
  refused(small({ body: [3, 0, 0xfe, 0x0b] }), /instruction 254/);
});

test("a module that asks for other imports is refused when it is run", () => {
  const { run, modes } = host;
  const module = small({ other: "launch" });
  assert.throws(
    () => run(load(module), { args: [], seed: 1, mode: modes.get("calm") }),
    (error) => error instanceof Refused && /imports env\.launch/.test(error.message),
  );
});

test("a truncated module is refused wherever it is cut", () => {
  for (let i = 0; i < 60; i += 1) {
    const length = Math.floor((bytes.length * i) / 60);
    refused(bytes.slice(0, length), /truncated or damaged|no WebAssembly module|no program of Go/);
  }
});

/** Finds the data section: where it begins and ends. */
function dataOf(module) {
  let place = magic.length;
  for (;;) {
    const id = module[place];
    let [length, shift] = [0, 0];
    do {
      place += 1;
      length += (module[place] & 0x7f) * 2 ** shift;
      shift += 7;
    } while (module[place] >= 0x80);
    place += 1;
    if (id === 11) return [place, place + length];
    place += length;
  }
}

test("a damaged module is refused, or runs to an end that is told", () => {
  let state = 12345;
  const next = (end) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state % end;
  };
  const parts = [[0, bytes.length], dataOf(bytes)];
  let ran = 0;
  for (let i = 0; i < 26; i += 1) {
    const damaged = new Uint8Array(bytes);
    // Damaged code is mostly refused at once; damaged data mostly runs.
    const [from, to] = parts[i % 2];
    for (let flips = 0; flips < 3; flips += 1) {
      damaged[from + next(to - from)] ^= 1 << next(8);
    }
    try {
      const { ending } = runTest(load(damaged), "TestChance", { limits: { ns: 10e9 } });
      assert.ok(["status", "spins", "limit", "crashed"].includes(ending.kind));
      ran += 1;
    } catch (error) {
      assert.ok(error instanceof Refused, error.stack);
    }
  }
  assert.ok(ran > 0);
});

test("a module that loops for ever is ended", () => {
  const { run, modes } = host;
  // loop br 0 end end
  const program = load(small({ body: [7, 0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b] }));
  assert.match(program.remarks.join(), /not preempted/);
  const { ending } = run(program, { args: [], seed: 1, mode: modes.get("parallel") });
  assert.equal(ending.kind, "spins");
});
