/** Seeded chance: streams of numbers that a seed and a label decide, and a digest of what happened. */

function mix(hash: number, value: number): number {
  let h = Math.imul(hash ^ value, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** One stream of random numbers (sfc32). Streams of one seed with different labels are independent. */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, label: string) {
    let state = mix(mix(0x9e3779b9, seed >>> 0), Math.floor(seed / 2 ** 32) >>> 0);
    for (const letter of label) state = mix(state, letter.codePointAt(0) ?? 0);
    this.#a = state;
    this.#b = mix(state, 0x51);
    this.#c = mix(this.#b, 0x7f);
    for (let i = 0; i < 12; i += 1) this.u32();
  }

  u32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** At least 0 and less than `end`. */
  below(end: number): number {
    return Math.floor((this.u32() / 2 ** 32) * end);
  }

  /** A whole number from 1 to `most`; each power of two between is as likely as any other. */
  logUniform(most: number): number {
    // A power of two, and evenly above it: no function whose last digit an engine may choose.
    const span = Math.max(1, 32 - Math.clz32(most - 1));
    const low = 2 ** this.below(span);
    return Math.min(most, low + this.below(low));
  }

  fill(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i += 4) {
      let word = this.u32();
      for (let j = i; j < Math.min(i + 4, bytes.length); j += 1) {
        bytes[j] = word & 0xff;
        word >>>= 8;
      }
    }
  }
}

/** A digest of 64 bits over numbers and bytes in their order. */
export class Digest {
  #high = 0x243f6a88;
  #low = 0x85a308d3;

  add(value: number): void {
    this.#high = mix(this.#high, value >>> 0);
    this.#low = (Math.imul(this.#low ^ this.#high, 0x01000193) + value) >>> 0;
  }

  addNumber(value: number): void {
    this.add(value % 2 ** 32);
    this.add(Math.floor(value / 2 ** 32));
  }

  addBytes(bytes: Uint8Array): void {
    let hash = 0x811c9dc5;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
    this.add(hash);
    this.add(bytes.length);
  }

  toString(): string {
    const hex = (word: number): string => word.toString(16).padStart(8, "0");
    return hex(this.#high) + hex(this.#low);
  }
}
