/** WebAssembly's binary format, as far as metering needs it: sections, numbers, and the length of an instruction. */

/** A module that this host cannot run; the message says why, in words. */
export class Refused extends Error {}

const damaged = "The module is truncated or damaged";

/** Reads a module's bytes from a position on. */
export class Reader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  byte(): number {
    const byte = this.at < this.end ? this.bytes[this.at] : undefined;
    if (byte === undefined) throw new Refused(`${damaged} at byte ${this.at}.`);
    this.at += 1;
    return byte;
  }

  /** An unsigned LEB128 number of up to 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Refused(`${damaged} at byte ${this.at}: a number is too long.`);
  }

  /** Skips a LEB128 number, signed or not. */
  skipNumber(): void {
    for (let length = 0; length < 10; length += 1) if (this.byte() < 0x80) return;
    throw new Refused(`${damaged} at byte ${this.at}: a number is too long.`);
  }

  skip(length: number): void {
    if (length > this.end - this.at) throw new Refused(`${damaged} at byte ${this.at}.`);
    this.at += length;
  }

  name(): string {
    const length = this.u32();
    const from = this.at;
    this.skip(length);
    return new TextDecoder().decode(this.bytes.subarray(from, this.at));
  }
}

export interface Section {
  id: number;
  from: number;
  to: number;
}

const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** The sections of a module, in their order. */
export function sectionsOf(bytes: Uint8Array): Section[] {
  if (magic.some((byte, i) => bytes[i] !== byte)) {
    throw new Refused(
      "This file is no WebAssembly module: it does not begin as one. Build it with GOOS=wasip1 GOARCH=wasm go test -c.",
    );
  }
  const reader = new Reader(bytes, magic.length);
  const sections: Section[] = [];
  while (reader.at < reader.end) {
    const id = reader.byte();
    const length = reader.u32();
    const from = reader.at;
    reader.skip(length);
    sections.push({ id, from, to: reader.at });
  }
  return sections;
}

/** Bytes that grow; what a rewritten section is put together in. */
export class Writer {
  #bytes: Uint8Array;
  length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  #room(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const bigger = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more));
    bigger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = bigger;
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.length] = value;
    this.length += 1;
  }

  put(bytes: ArrayLike<number>): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  u32(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  i64(value: bigint): void {
    let rest = value;
    for (;;) {
      const byte = Number(rest & 0x7fn);
      rest >>= 7n;
      const done = (rest === 0n && (byte & 0x40) === 0) || (rest === -1n && (byte & 0x40) !== 0);
      this.byte(done ? byte : byte | 0x80);
      if (done) return;
    }
  }

  name(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u32(bytes.length);
    this.put(bytes);
  }

  section(id: number, body: Writer): void {
    this.byte(id);
    this.u32(body.length);
    this.put(body.view());
  }

  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

/** The kinds of immediates that follow an opcode. */
const none = 0;
const number = 1;
const twoNumbers = 2;
const table = 3;

/** The immediates of opcodes of one byte: everything from 0x45 to 0xc4 has none. */
const immediates = new Map<number, number>([
  ...[0x02, 0x03, 0x04].map((op): [number, number] => [op, number]),
  ...[0x0c, 0x0d, 0x10, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26].map((op): [number, number] => [
    op,
    number,
  ]),
  [0x0e, table],
  [0x11, twoNumbers],
  ...Array.from({ length: 0x3f - 0x28 }, (_, i): [number, number] => [0x28 + i, twoNumbers]),
  [0x3f, number],
  [0x40, number],
  [0x41, number],
  [0x42, number],
  [0xd0, number],
  [0xd2, number],
]);

/** One byte each, what follows an opcode: 255 for those that no Go compiler emits. */
const kindOf = new Uint8Array(256).fill(255);
for (const op of [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1]) kindOf[op] = none;
for (let op = 0x45; op <= 0xc4; op += 1) kindOf[op] = none;
for (const [op, kind] of immediates) kindOf[op] = kind;

function skipTable(reader: Reader): void {
  const targets = reader.u32();
  for (let i = 0; i <= targets; i += 1) reader.u32();
}

function skipLong(reader: Reader, op: number): void {
  const sub = reader.u32();
  if (op === 0xfc && sub <= 7) return;
  if (op === 0xfc && (sub === 8 || sub === 10 || sub === 12 || sub === 14)) {
    reader.u32();
    reader.u32();
  } else if (op === 0xfc && sub <= 17) reader.u32();
  else throw new Refused(`The module uses the instruction ${op}.${sub}, which is not known here.`);
}

/** Skips what follows an opcode that has been read. */
export function skipImmediates(reader: Reader, op: number): void {
  switch (kindOf[op]) {
    case none:
      return;
    case number:
      reader.skipNumber();
      return;
    case twoNumbers:
      reader.u32();
      reader.u32();
      return;
    case table:
      skipTable(reader);
      return;
    default:
  }
  if (op === 0x43) reader.skip(4);
  else if (op === 0x44) reader.skip(8);
  else if (op === 0x1c) skipTypes(reader);
  else if (op === 0xfc) skipLong(reader, op);
  else throw new Refused(`The module uses the instruction ${op}, which is not known here.`);
}

function skipTypes(reader: Reader): void {
  for (let left = reader.u32(); left > 0; left -= 1) reader.byte();
}
