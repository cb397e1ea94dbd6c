import type { Chance, Digest } from "./chance";
import { guardOffset } from "./meter";
import { unitCost, type Mode } from "./modes";

/** The registers of a metered module, with which the clock works. */
export interface Registers {
  fuel: WebAssembly.Global<"i32">;
  g: WebAssembly.Global<"i64"> | undefined;
  memory: () => DataView;
}

export interface ClockOptions {
  mode: Mode;
  /** Gives a stream of chance for a label. */
  draw: (label: string) => Chance;
  digest: Digest;
  /** Virtual nanoseconds after which the run is ended. */
  limit: number;
  /** Called at every turn and every wait. */
  pulse: ((ns: number) => void) | undefined;
}

/** The run must end, for a reason that has nothing to do with the test: it spins, or passes a limit. */
export class Ended extends Error {
  readonly kind: "spins" | "limit" | "crashed";

  constructor(kind: "spins" | "limit" | "crashed", message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Fuel that is not used up within a bracket of the observer, nor before the first slice. */
const plenty = 0x7fffffff;

/** While the scheduler itself works it cannot be preempted: the next try comes so many units later. */
const retryAfter = 50;

/** A run spins after this many units (1.2 virtual s) without a look at the clock, such as Go's scheduler takes. */
const spinning = 400_000_000;

/** Offset of `m` in Go's `g`; `g0`, on which the scheduler runs, comes first in `m`. */
const mOffset = 48;

/** The value of `stackguard0` that asks for a preemption, as two halves. */
const preemptLow = 0xfffffade;
const preemptHigh = 0xffffffff;

/** Virtual time when a module begins; Go does not take 0. */
const start = 1_000_000_000;

/** Steps of an idle `sched_yield`: the first, and the longest. */
const firstStep = 1_000;
const longestStep = 50_000;
/** Less work than this between two yields means that nothing but the waiting goes on. */
const idleWork = 3_000;

/** Virtual time, and whose turn it is: both advance with the work that the module does. */
export class Clock {
  readonly #mode: Mode;
  readonly #slices: Chance;
  readonly #late: Chance;
  readonly #creep: Chance;
  readonly #digest: Digest;
  #registers: Registers = {
    fuel: new WebAssembly.Global({ value: "i32", mutable: true }, plenty),
    g: undefined,
    memory: () => new DataView(new ArrayBuffer(0)),
  };
  readonly #pulse: ((ns: number) => void) | undefined;
  readonly #limit: number;
  #ns = start;
  /** The fuel when `#ns` was right. */
  #mark = plenty;
  /** Open brackets of the observer, by goroutine. */
  readonly #brackets = new Map<number, number>();
  /** The goroutine within whose bracket the module is; undefined outside. */
  #owner: number | undefined;
  #fuelBefore = 0;
  /** A preemption that waits for the end of a bracket. */
  #putOff = false;
  #asked = { g: 0, guardLow: 0, guardHigh: 0 };
  #idleYields = 0;
  #sinceYield = 0;
  #unitsAtRead = 0;
  units = 0;

  constructor({ mode, draw, digest, limit, pulse }: ClockOptions) {
    this.#mode = mode;
    this.#slices = draw("slices");
    this.#late = draw("late");
    this.#creep = draw("creep");
    this.#digest = digest;
    this.#limit = this.#ns + limit;
    this.#pulse = pulse;
  }

  /** The module is there: its first turn begins. */
  begin(registers: Registers): void {
    this.#registers = registers;
    this.#startSlice();
  }

  /** The module has ended: the time until then, and the units of work. */
  end(): { ns: number; units: number } {
    if (!this.observing) this.#settle();
    return { ns: this.#ns - start, units: this.units };
  }

  get observing(): boolean {
    return this.#owner !== undefined;
  }

  /** Virtual nanoseconds since the module began. */
  get ns(): number {
    if (this.observing) return this.#ns - start;
    return this.#ns - start + (this.#mark - this.#registers.fuel.value) * unitCost;
  }

  #settle(): void {
    const fuel = this.#registers.fuel.value;
    const used = this.#mark - fuel;
    this.units += used;
    this.#sinceYield += used;
    this.#ns += used * unitCost;
    this.#mark = fuel;
  }

  #refuel(fuel: number): void {
    this.#registers.fuel.value = fuel;
    this.#mark = fuel;
  }

  #startSlice(): void {
    const { slice, even } = this.#mode;
    this.#refuel(Math.max(1, even ? Math.floor(slice) : this.#slices.logUniform(slice)));
  }

  /** The fuel is spent, or the module really yields. */
  yields(): void {
    if (this.observing) {
      if (this.#registers.fuel.value > 0) return;
      this.#leave();
    }
    if (this.#registers.fuel.value <= 0) this.#sliceEnds();
    else this.#idle();
  }

  #sliceEnds(): void {
    this.#settle();
    this.#checkLimit();
    if (this.units - this.#unitsAtRead > spinning)
      throw new Ended("spins", spinWords(whereabouts()));
    this.#startSlice();
    this.#preempt();
  }

  #checkLimit(): void {
    this.#pulse?.(this.#ns - start);
    if (this.#ns < this.#limit) return;
    const seconds = Math.round((this.#limit - start) / 1e9);
    throw new Ended("limit", `The test has not ended after ${seconds} s of virtual time.`);
  }

  /** Lets time pass for a goroutine that waits by yielding, as a signal's receiver does. */
  #idle(): void {
    this.#settle();
    this.#idleYields = this.#sinceYield < idleWork ? this.#idleYields + 1 : 0;
    this.#sinceYield = 0;
    this.#ns += Math.min(firstStep * 2 ** Math.min(this.#idleYields, 10), longestStep);
    this.#checkLimit();
    this.#digest.add(1);
    this.#digest.addNumber(this.#ns);
  }

  #preempt(): void {
    const g = this.#goroutine;
    if (g === 0) return;
    if (this.#isScheduler(g)) {
      this.#refuel(retryAfter);
      return;
    }
    const memory = this.#registers.memory();
    const word = (at: number): number => memory.getUint32(at, true);
    const guard = g + guardOffset;
    if (word(guard) === preemptLow) return;
    this.#asked = { g, guardLow: word(guard), guardHigh: word(guard + 4) };
    memory.setUint32(guard, preemptLow, true);
    memory.setUint32(guard + 4, preemptHigh, true);
  }

  /** A wait of `ns` passes at once; it may end a little late. */
  sleep(ns: number): void {
    // Nobody runs: whoever has a bracket open waits in it.
    this.#leave();
    this.#settle();
    this.#ns += ns + this.#late.logUniform(this.#mode.timerLate);
    this.#checkLimit();
    this.#idleYields = 0;
    this.#digest.add(2);
    this.#digest.addNumber(this.#ns);
  }

  /** A reading: time creeps at each, for loops that wait for it to pass. */
  read(): number {
    this.#leaveUnlessOwner();
    if (this.observing) return this.#ns;
    this.#settle();
    this.#ns += 1 + this.#creep.below(64);
    this.#unitsAtRead = this.units;
    this.#digest.add(3);
    this.#digest.addNumber(this.#ns);
    return this.#ns;
  }

  /** Nanoseconds by which a new goroutine begins late; -1: at once, and in order. */
  lateStart(): number {
    const { lateOneIn, lateMost } = this.#mode;
    if (lateOneIn === 0) return -1;
    if (this.observing || this.#late.below(lateOneIn) !== 0) return 0;
    return this.#late.logUniform(lateMost);
  }

  get #goroutine(): number {
    return Number(this.#registers.g?.value ?? 0n);
  }

  /** The scheduler runs on a `g` of its own. */
  #isScheduler(g: number): boolean {
    const memory = this.#registers.memory();
    return memory.getUint32(memory.getUint32(g + mOffset, true), true) === g;
  }

  /** Begins a bracket: until the matching end the goroutine's work costs nothing, and is not interrupted. */
  beginBracket(): void {
    const g = this.#goroutine;
    this.#brackets.set(g, (this.#brackets.get(g) ?? 0) + 1);
    if (this.#owner === g) return;
    this.#leave();
    this.#settle();
    this.#owner = g;
    this.#fuelBefore = this.#mark;
    this.#registers.fuel.value = plenty;
    this.#takeBack();
  }

  endBracket(): void {
    const g = this.#goroutine;
    const open = this.#brackets.get(g) ?? 0;
    if (open === 0)
      throw new Ended("crashed", "The observer ends a bracket that it has not begun.");
    if (open > 1) {
      this.#brackets.set(g, open - 1);
      return;
    }
    this.#brackets.delete(g);
    if (this.#owner === g) this.#leave();
  }

  /** From here on the work counts again: the bracket has ended, or its goroutine waits in it and others run. */
  #leave(): void {
    if (this.#owner === undefined) return;
    this.#owner = undefined;
    this.#refuel(this.#fuelBefore);
    if (!this.#putOff) return;
    this.#putOff = false;
    this.#preempt();
  }

  #leaveUnlessOwner(): void {
    if (this.#owner === undefined) return;
    const g = this.#goroutine;
    if (g !== this.#owner && !this.#isScheduler(g)) this.#leave();
  }

  /** A preemption that has been asked for waits until the bracket ends. */
  #takeBack(): void {
    const { g, guardLow, guardHigh } = this.#asked;
    if (g === 0 || this.#goroutine !== g) return;
    const memory = this.#registers.memory();
    const guard = g + guardOffset;
    if (memory.getUint32(guard, true) !== preemptLow) return;
    memory.setUint32(guard, guardLow, true);
    memory.setUint32(guard + 4, guardHigh, true);
    this.#putOff = true;
  }
}

/** The functions of the module that are running, innermost first, where the engine names them. */
function whereabouts(): string[] {
  const usual = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const lines = (new Error().stack ?? "").split("\n");
  Error.stackTraceLimit = usual;
  const names = lines.map((line) => /^\s*at (\S+) \(wasm:|^([^@\s]+)@.*wasm-function/.exec(line));
  return names
    .map((found) => found?.[1] ?? found?.[2] ?? "")
    .map((name) => name.replace(/^.*\.wasm\./, ""))
    .filter((name) => name !== "");
}

function spinWords(names: string[]): string {
  if (names.includes("runtime.copystack")) {
    return "A function calls itself without end: the stack of its goroutine only grows.";
  }
  const theirs = names.filter((name) => !/^(runtime\.|wasm_|_rt0|gcWriteBarrier)/.test(name));
  const where = theirs.length > 0 ? ` in ${theirs.slice(0, 3).join(", called by ")}` : "";
  return `A goroutine spins${where}: for more than a second of virtual time it neither waited nor called a function that could let others run.`;
}
