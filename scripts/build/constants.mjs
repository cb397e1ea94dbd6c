import { readFileSync, writeFileSync } from "node:fs";
import { Stop } from "../lib/fail.mjs";

/**
 * Reads from a linked module which constants each function refers to, and which of them refer to others. The linker
 * writes that down in the sections `linking` and `reloc.*` (--emit-relocs); the format is that of the WebAssembly
 * tool conventions (Linking.md). What later tools do to the code does not move the constants.
 */

const SECTION = { custom: 0, import: 2, function: 3, code: 10, data: 11 };
const SUBSECTION = { segments: 5, symbols: 8 };
const SYMBOL = { function: 0, data: 1, section: 3 };
const FLAG = { undefined: 0x10, explicitName: 0x40 };
/** The kinds of relocation that hold an address in the memory; all others name functions, types and the like. */
const TO_MEMORY = new Set([3, 4, 5, 11, 14, 15, 16, 17, 21, 23, 25]);
/** Those that have an addend beside an address of a memory. */
const WITH_ADDEND = new Set([...TO_MEMORY, 8, 9, 22]);

const isRelocation = ({ name }) => name === "linking" || name.startsWith("reloc.");

/** Leaves out of a module what the linker wrote down of it. */
export function dropRelocations(file) {
  const bytes = readFileSync(file);
  const dropped = sectionsOf(bytes).filter(isRelocation);
  const ends = [...dropped.map(({ start }) => start), bytes.length];
  const kept = ends.map((end, at) => bytes.subarray(at === 0 ? 0 : dropped[at - 1].end, end));
  writeFileSync(file, Buffer.concat(kept));
}

/** Reads numbers and names of a binary module one after the other. */
class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  byte() {
    return this.bytes[this.at++];
  }
  /** A number as LEB128, seven bits a byte, and how many bits it has. */
  leb() {
    let [value, bits] = [0n, 0];
    for (let more = true; more; bits += 7) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(bits);
      more = byte >= 0x80;
    }
    return { value, bits };
  }
  number() {
    return Number(this.leb().value);
  }
  signed() {
    const { value, bits } = this.leb();
    return Number(BigInt.asIntN(bits, value));
  }
  name() {
    const length = this.number();
    this.at += length;
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString("utf8");
  }
  times(count, read) {
    return Array.from({ length: count }, read);
  }
}

/** The sections of a module: what they are and where they stand. */
function sectionsOf(bytes) {
  const reader = new Reader(bytes, 8);
  const found = [];
  while (reader.at < bytes.length) {
    const start = reader.at;
    const kind = reader.byte();
    const length = reader.number();
    const from = reader.at;
    const name = kind === SECTION.custom ? reader.name() : "";
    found.push({ kind, name, start, from, inside: reader.at, end: from + length });
    reader.at = from + length;
  }
  return found;
}

function countOfImportedFunctions(bytes, section) {
  const reader = new Reader(bytes, section.from);
  let functions = 0;
  for (let left = reader.number(); left > 0; left -= 1) {
    reader.name();
    reader.name();
    const kind = reader.byte();
    if (kind === 0) {
      functions += 1;
      reader.number();
    } else if (kind === 3) {
      reader.at += 2;
    } else {
      if (kind === 1) reader.byte();
      const limits = reader.number();
      reader.number();
      if (limits & 1) reader.number();
    }
  }
  return functions;
}

/** Returns the place of each function's body, counted from the beginning of its section. */
function bodies(bytes, section) {
  const reader = new Reader(bytes, section.from);
  return reader.times(reader.number(), () => {
    const length = reader.number();
    const from = reader.at - section.from;
    reader.at += length;
    return { from, end: from + length };
  });
}

/** The segments of the memory: where each stands in the section, and its address. */
function segments(bytes, section) {
  const reader = new Reader(bytes, section.from);
  return reader.times(reader.number(), () => {
    if (reader.number() !== 0 || reader.byte() !== 0x41) {
      throw new Stop(
        "The linker lays memory out in another way; scripts/build/constants.mjs must know.",
      );
    }
    const address = reader.signed();
    reader.byte();
    const length = reader.number();
    const from = reader.at - section.from;
    reader.at += length;
    return { from, end: from + length, address };
  });
}

function readLinking(bytes, section) {
  const reader = new Reader(bytes, section.inside);
  reader.number();
  const read = { names: [], symbols: [] };
  while (reader.at < section.end) {
    const kind = reader.byte();
    const end = reader.number() + reader.at;
    if (kind === SUBSECTION.segments) {
      read.names = reader.times(reader.number(), () => {
        const name = reader.name();
        reader.number();
        reader.number();
        return name;
      });
    } else if (kind === SUBSECTION.symbols) {
      read.symbols = reader.times(reader.number(), () => readSymbol(reader));
    }
    reader.at = end;
  }
  return read;
}

function readSymbol(reader) {
  const kind = reader.byte();
  const flags = reader.number();
  const isThere = !(flags & FLAG.undefined);
  if (kind === SYMBOL.data) {
    const name = reader.name();
    if (!isThere) return { kind, name };
    return { kind, name, segment: reader.number(), offset: reader.number(), size: reader.number() };
  }
  const index = reader.number();
  const isNamed = kind !== SYMBOL.section && (isThere || flags & FLAG.explicitName);
  return { kind, index, name: isNamed ? reader.name() : "" };
}

/** The places in a section that hold the address of something in the memory. */
function relocations(bytes, section) {
  const reader = new Reader(bytes, section.inside);
  reader.number();
  const all = reader.times(reader.number(), () => {
    const kind = reader.byte();
    const at = reader.number();
    const symbol = reader.number();
    if (WITH_ADDEND.has(kind)) reader.signed();
    return { kind, at, symbol };
  });
  return all.filter(({ kind }) => TO_MEMORY.has(kind));
}

/** In sorted ranges, the one that a place lies in. */
function rangeAt(ranges, place) {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle].end <= place) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && ranges[low].from <= place ? low : undefined;
}

const add = (map, key, value) => {
  if (!map.has(key)) map.set(key, new Set());
  map.get(key).add(value);
};

/**
 * The constants of a linked module: `all` of them by number, each with the addresses where it begins and ends, and
 * whether it is never written to; `ofFunction` and `ofConstant` say which of them a function or another one refers to.
 */
export function readConstants(file) {
  const bytes = readFileSync(file);
  const sections = sectionsOf(bytes);
  const find = (what, is) => {
    const found = sections.find(is);
    if (!found) throw new Stop(`${file} has no section ${what}: was it linked with --emit-relocs?`);
    return found;
  };
  const section = (name) => find(name, ({ kind }) => kind === SECTION[name]);
  const custom = (name) => find(name, (each) => each.kind === SECTION.custom && each.name === name);
  const { names, symbols } = readLinking(bytes, custom("linking"));
  const laidOut = segments(bytes, section("data"));
  const all = new Map();
  for (const [number, { kind, segment, offset, size }] of symbols.entries()) {
    if (kind !== SYMBOL.data || !size || !laidOut[segment]) continue;
    const from = laidOut[segment].address + offset;
    all.set(number, { from, end: from + size, isConstant: names[segment].startsWith(".rodata") });
  }

  const nameOf = new Map();
  for (const { kind, index, name } of symbols) {
    if (kind === SYMBOL.function && name) add(nameOf, index, name);
  }
  const imported = countOfImportedFunctions(bytes, section("import"));
  const code = bodies(bytes, section("code"));
  const ofFunction = new Map();
  for (const names of nameOf.values()) for (const name of names) ofFunction.set(name, new Set());
  for (const { at, symbol } of relocations(bytes, custom("reloc.CODE"))) {
    const body = rangeAt(code, at);
    for (const name of nameOf.get(imported + body) ?? []) add(ofFunction, name, symbol);
  }

  const ofConstant = new Map();
  for (const { at, symbol } of relocations(bytes, custom("reloc.DATA"))) {
    const segment = laidOut[rangeAt(laidOut, at)];
    const address = segment.address + at - segment.from;
    for (const [number, { from, end }] of all) {
      if (from <= address && address < end) add(ofConstant, number, symbol);
    }
  }
  return { all, ofFunction, ofConstant };
}

/**
 * All that functions may read: the constants that they refer to, those that these refer to in turn, and all that can be
 * written to. To be sure, each number in their code that could be an address is taken for one.
 */
function reachedBy(functions, { all, ofFunction, ofConstant }) {
  const reached = new Set();
  const follow = (number) => {
    if (reached.has(number)) return;
    reached.add(number);
    for (const next of ofConstant.get(number) ?? []) follow(next);
  };
  for (const [number, { isConstant }] of all) if (!isConstant) follow(number);
  for (const [name, { lines }] of functions) {
    for (const number of ofFunction.get(name) ?? []) follow(number);
    for (const text of new Set(lines.join("\n").match(/\b\d{7,}\b/g))) {
      for (const [number, { from, end }] of all) {
        if (from <= Number(text) && Number(text) < end) follow(number);
      }
    }
  }
  return reached;
}

/** Fewer bytes than this are not worth a piece of their own. */
const SMALLEST = 24;

/**
 * Parts a module's memory in what some functions may read and the constants that only the others do, which may
 * come later.
 */
export function partData(pieces, functions, constants) {
  const kept = reachedBy(functions, constants);
  const first = [];
  const rest = [];
  for (const { from, bytes } of pieces) {
    const later = new Uint8Array(bytes.length);
    const mark = (is, value) => {
      for (const [number, place] of constants.all) {
        if (is(number))
          later.fill(value, Math.max(0, place.from - from), Math.max(0, place.end - from));
      }
    };
    mark((number) => !kept.has(number), 1);
    mark((number) => kept.has(number), 0);
    for (let at = 0, end; at < bytes.length; at = end) {
      end = endOf(later, at);
      // What is short stays with what is before and after it.
      if (!later[at])
        while (end < bytes.length && endOf(later, end) - end < SMALLEST)
          end = endOf(later, endOf(later, end));
      (later[at] ? rest : first).push({ from: from + at, bytes: bytes.subarray(at, end) });
    }
  }
  return { first, rest };
}

function endOf(marks, from) {
  let end = from + 1;
  while (end < marks.length && marks[end] === marks[from]) end += 1;
  return Math.min(end, marks.length);
}
