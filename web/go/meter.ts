/**
 * Rewrites a module so that it counts its own work: a call at the head of every loop, and at the entry of every function that
 * begins with none, takes one unit of fuel. When the fuel is spent the module calls the host, by an import that it has anyway.
 */
import { Reader, Refused, sectionsOf, skipImmediates, Writer, type Section } from "./binary";

/** The names under which a metered module shows what the host steers it by. */
export const exportsOf = { fuel: "raft_fuel", g: "raft_g" } as const;

/** The globals with which every module of Go's linker begins: SP, CTXT, g, RET0 to RET3, PAUSE. */
const goGlobals = [0x7f, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7f];
const gGlobal = 2;

/** Offset of `stackguard0` in Go's `g`. */
export const guardOffset = 16;

const op = {
  loop: 0x03,
  end: 0x0b,
  call: 0x10,
  if: 0x04,
  drop: 0x1a,
  getLocal: 0x20,
  get: 0x23,
  set: 0x24,
  i32Const: 0x41,
  i32Load: 0x28,
  i32LeS: 0x4c,
  i32LeU: 0x4d,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32WrapI64: 0xa7,
} as const;

/** The facts about a module that its rewriting needs. */
interface Facts {
  bytes: Uint8Array;
  sections: Section[];
  functions: number;
  imported: number;
  types: number;
  globals: number;
  yieldImport: number;
  /** The registers are where they are expected: goroutines can be preempted. */
  registers: boolean;
}

export interface Metered {
  bytes: Uint8Array;
  /** The things that this module does not allow, as sentences. */
  remarks: string[];
}

const goOnly =
  "It is no program of Go for wasip1; build it with GOOS=wasip1 GOARCH=wasm go test -c.";

/** A function of no parameters that gives an i32. */
const yieldName = "sched_yield";

function readImports(reader: Reader): { imported: number; yieldImport: number | undefined } {
  let imported = 0;
  let yieldImport: number | undefined;
  for (let left = reader.u32(); left > 0; left -= 1) {
    const from = reader.name();
    const name = reader.name();
    const kind = reader.byte();
    if (kind !== 0)
      throw new Refused(`The module imports ${from}.${name}, and this host gives functions only.`);
    reader.u32();
    if (from === "wasi_snapshot_preview1" && name === yieldName) yieldImport ??= imported;
    imported += 1;
  }
  return { imported, yieldImport };
}

/** The number of globals, and whether they begin as Go's do. */
function readGlobals(reader: Reader): { globals: number; registers: boolean } {
  const globals = reader.u32();
  let registers = globals >= goGlobals.length;
  for (let i = 0; i < globals; i += 1) {
    const type = reader.byte();
    const mutable = reader.byte() === 1;
    if (i < goGlobals.length && (type !== goGlobals[i] || !mutable)) registers = false;
    for (let code = reader.byte(); code !== op.end; code = reader.byte())
      skipImmediates(reader, code);
  }
  return { globals, registers };
}

function readFacts(bytes: Uint8Array): Facts {
  const sections = sectionsOf(bytes);
  const read = (id: number): Reader | undefined => {
    const section = sections.find((one) => one.id === id);
    return section && new Reader(bytes, section.from, section.to);
  };
  const imports = read(2);
  const own = read(3);
  const globals = read(6);
  const types = read(1);
  if (!imports || !own || !globals || !types || !read(10) || !read(7)) throw new Refused(goOnly);
  const { imported, yieldImport } = readImports(imports);
  if (yieldImport === undefined)
    throw new Refused(`The module does not import ${yieldName}. ${goOnly}`);
  const functions = imported + own.u32();
  const found = { functions, imported, yieldImport, types: types.u32() };
  return { bytes, sections, ...found, ...readGlobals(globals) };
}

/** The section with `more` entries after those that it has. */
function extended(
  { bytes }: Facts,
  section: Section,
  more: number,
  add: (to: Writer) => void,
): Writer {
  const reader = new Reader(bytes, section.from, section.to);
  const count = reader.u32();
  const out = new Writer(section.to - section.from + 64);
  out.u32(count + more);
  out.put(bytes.subarray(reader.at, section.to));
  add(out);
  return out;
}

/** Memory with a limit that the module cannot pass. */
function boundedMemory(facts: Facts, section: Section, mostPages: number): Writer {
  const reader = new Reader(facts.bytes, section.from, section.to);
  const out = new Writer(16);
  const count = reader.u32();
  const flags = reader.byte();
  const least = reader.u32();
  const most = (flags & 1) === 0 ? mostPages : Math.min(reader.u32(), mostPages);
  if (count !== 1 || flags > 1)
    throw new Refused(`The module's memory is of another kind. ${goOnly}`);
  if (least > most) {
    throw new Refused(`The module asks for ${least} pages of memory and may have ${most}.`);
  }
  out.u32(1);
  out.byte(1);
  out.u32(least);
  out.u32(most);
  return out;
}

/**
 * Go compares in 32 bits whether the stack of a function with a large frame suffices: `SP <= guard + N`. While a preemption is
 * asked for, the guard is near the end of the 32 bits, the sum wraps, and the check is passed by mistake. In 64 bits it is right.
 */
function widened(reader: Reader, from: number): { frame: number; to: number } | undefined {
  const { bytes } = reader;
  // SP, global.get g, i32.wrap_i64, i32.load align offset=16, i32.const N, i32.add, i32.le_u
  const head = [op.get, gGlobal, op.i32WrapI64, op.i32Load];
  if (head.some((byte, i) => bytes[from + 2 + i] !== byte)) return undefined;
  const rest = new Reader(bytes, from + 2 + head.length, reader.end);
  rest.u32();
  if (rest.u32() !== guardOffset) return undefined;
  if (rest.byte() !== op.i32Const) return undefined;
  // A positive number as signed LEB128.
  let frame = 0;
  let scale = 1;
  for (;;) {
    const byte = rest.byte();
    frame += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) break;
  }
  if (rest.byte() !== op.i32Add || rest.byte() !== op.i32LeU) return undefined;
  return { frame, to: rest.at };
}

/** The stack pointer is read from its global, or from a local that holds a copy. */
function readsStackPointer(bytes: Uint8Array, at: number): boolean {
  const [code, index] = [bytes[at], bytes[at + 1]];
  return (code === op.get && index === 0) || (code === op.getLocal && index === 1);
}

function putWidened(out: Writer, stackPointer: Uint8Array, frame: number): void {
  const [extend, load32u, const64, add64, leU64] = [0xad, 0x35, 0x42, 0x7c, 0x58];
  out.put(stackPointer);
  out.byte(extend);
  out.put([op.get, gGlobal, op.i32WrapI64, load32u, 2, guardOffset]);
  out.byte(const64);
  out.i64(BigInt(frame));
  out.put([add64, leU64]);
}

/** Copies one function's body, with its meter readings. */
function meterBody(reader: Reader, out: Writer, tick: number[]): void {
  const bodyFrom = reader.at;
  for (let left = reader.u32(); left > 0; left -= 1) {
    reader.u32();
    reader.byte();
  }
  const { bytes, end } = reader;
  const start = reader.at;
  let copied = start;
  const copyTo = (to: number): void => {
    out.put(bytes.subarray(copied, to));
    copied = to;
  };
  out.put(bytes.subarray(bodyFrom, start));
  // Functions of Go that can be left and entered again begin with a loop.
  if (bytes[start] !== op.loop) out.put(tick);
  while (reader.at < end) {
    const at = reader.at;
    const code = reader.byte();
    if (readsStackPointer(bytes, at)) {
      const found = widened(reader, at);
      if (found) {
        copyTo(at);
        putWidened(out, bytes.subarray(at, at + 2), found.frame);
        copied = found.to;
        reader.at = found.to;
        continue;
      }
    }
    skipImmediates(reader, code);
    if (code !== op.loop) continue;
    copyTo(reader.at);
    out.put(tick);
  }
  copyTo(end);
}

/** The function that takes one unit, and calls the host when the last one is taken. */
function tickBody(fuelGlobal: number, yieldImport: number): Writer {
  const body = new Writer(32);
  const get = (): void => {
    body.byte(op.get);
    body.u32(fuelGlobal);
  };
  body.u32(0);
  get();
  body.put([op.i32Const, 1, op.i32Sub, op.set]);
  body.u32(fuelGlobal);
  get();
  body.put([op.i32Const, 0, op.i32LeS, op.if, 0x40, op.call]);
  body.u32(yieldImport);
  body.put([op.drop, op.end, op.end]);
  return body;
}

function meterCode(facts: Facts, section: Section): Writer {
  const { bytes, functions, globals, yieldImport } = facts;
  const reader = new Reader(bytes, section.from, section.to);
  const out = new Writer(Math.ceil((section.to - section.from) * 1.1));
  const count = reader.u32();
  out.u32(count + 1);
  const tick = new Writer(8);
  tick.byte(op.call);
  tick.u32(functions);
  const call = [...tick.view()];
  const body = new Writer(1 << 20);
  for (let i = 0; i < count; i += 1) {
    const size = reader.u32();
    const from = reader.at;
    reader.skip(size);
    body.length = 0;
    meterBody(new Reader(bytes, from, from + size), body, call);
    out.u32(body.length);
    out.put(body.view());
  }
  const last = tickBody(globals, yieldImport);
  out.u32(last.length);
  out.put(last.view());
  return out;
}

/** The type of functions without parameters or results, after those that the module has. */
function typeSection(facts: Facts, section: Section): Writer {
  return extended(facts, section, 1, (out) => out.put([0x60, 0, 0]));
}

function globalSection(facts: Facts, section: Section): Writer {
  // A mutable i32 that begins at the largest: what runs before the first slice is begun is not counted.
  const largest = [0xff, 0xff, 0xff, 0xff, 0x07];
  return extended(facts, section, 1, (out) => out.put([0x7f, 1, op.i32Const, ...largest, op.end]));
}

function exportSection(facts: Facts, section: Section): Writer {
  return extended(facts, section, facts.registers ? 2 : 1, (out) => {
    out.name(exportsOf.fuel);
    out.byte(3);
    out.u32(facts.globals);
    if (!facts.registers) return;
    out.name(exportsOf.g);
    out.byte(3);
    out.u32(gGlobal);
  });
}

function rewritten(facts: Facts, section: Section, mostPages: number): Writer | undefined {
  switch (section.id) {
    case 1:
      return typeSection(facts, section);
    case 3:
      return extended(facts, section, 1, (out) => out.u32(facts.types));
    case 5:
      return boundedMemory(facts, section, mostPages);
    case 6:
      return globalSection(facts, section);
    case 7:
      return exportSection(facts, section);
    case 10:
      return meterCode(facts, section);
    default:
      return undefined;
  }
}

/** The module with a meter, and with a memory of at most `mostPages` pages of 64 KiB. */
export function meter(bytes: Uint8Array, mostPages: number): Metered {
  const facts = readFacts(bytes);
  const out = new Writer(Math.ceil(bytes.length * 1.1) + 1024);
  out.put(bytes.subarray(0, 8));
  for (const section of facts.sections) {
    const changed = rewritten(facts, section, mostPages);
    if (changed) out.section(section.id, changed);
    else {
      out.byte(section.id);
      out.u32(section.to - section.from);
      out.put(bytes.subarray(section.from, section.to));
    }
  }
  const remarks = facts.registers
    ? []
    : ["This version of Go keeps its registers elsewhere: goroutines are not preempted."];
  return { bytes: out.view(), remarks };
}
