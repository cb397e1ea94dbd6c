/**
 * Runs a test binary that Go compiled for wasip1, on virtual time and with seeded chance. A run is a pure function of the
 * module, its arguments, the seed and the mode; its digest, over every call between module and host, is how that is known.
 */
import { Refused } from "./binary";
import { Chance, Digest } from "./chance";
import { Clock, Ended, type Registers } from "./clock";
import { exportsOf, meter } from "./meter";
import type { Mode } from "./modes";
import { Output } from "./output";
import { Exit, importsFor } from "./wasi";

/** A module that is ready to be run, as often as wanted. */
export interface Program {
  module: WebAssembly.Module;
  /** The things that this module does not allow, as sentences. */
  remarks: string[];
}

export interface Limits {
  /** Pages of memory, of 64 KiB. */
  pages: number;
  /** Characters of output that are kept. */
  output: number;
  /** Virtual nanoseconds. */
  ns: number;
}

export const limits: Limits = { pages: 8192, output: 4_000_000, ns: 900e9 };

export interface RunOptions {
  args: readonly string[];
  seed: number;
  mode: Mode;
  env?: readonly string[];
  limits?: Partial<Limits>;
  /** A line of the observer, whole, with the virtual time in it. */
  onReport?: (line: string) => void;
  /** Text that the program writes to descriptor 1 or 2, at a virtual time. */
  onWrite?: (fd: number, text: string, ns: number) => void;
  /** Called now and then while the run goes on: whoever is not called for long ends the worker. */
  onPulse?: (ns: number) => void;
}

/** The end of a run. `status`: by itself; the others: the host ended it, and `says` why. */
export type Ending =
  { kind: "status"; status: number } | { kind: "spins" | "limit" | "crashed"; says: string };

export interface Run {
  ending: Ending;
  output: string;
  /** Virtual nanoseconds from the start to the end. */
  ns: number;
  /** Units of work. */
  units: number;
  digest: string;
}

/** Compiles a module with a meter in it. */
export function load(bytes: Uint8Array, pages = limits.pages): Program {
  const metered = meter(bytes, pages);
  let module: WebAssembly.Module;
  try {
    module = new WebAssembly.Module(metered.bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    throw new Refused(`The module cannot be compiled: ${(error as Error).message}.`);
  }
  const has = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  if (!has.has("_start") || !has.has("memory")) {
    throw new Refused("The module has no _start or no memory: it is a library, not a test binary.");
  }
  return { module, remarks: metered.remarks };
}

const environment = ["PWD=/", "HOME=/", "TMPDIR=/tmp", "TZ=UTC", "VIS_ENABLE=never"];

/** A memory's view that follows its growth. */
function viewOf(memory: () => WebAssembly.Memory): () => DataView {
  let view = new DataView(new ArrayBuffer(0));
  return () => {
    const { buffer } = memory();
    if (view.buffer !== buffer) view = new DataView(buffer);
    return view;
  };
}

function endingOf(error: unknown): Ending {
  if (error instanceof Exit) return { kind: "status", status: error.status };
  if (error instanceof Ended) return { kind: error.kind, says: error.message };
  if (error instanceof RangeError && /stack/i.test(error.message)) {
    const says = "A function calls itself too deeply: the stack of WebAssembly is used up.";
    return { kind: "crashed", says };
  }
  const kinds = [WebAssembly.RuntimeError, WebAssembly.LinkError, RangeError, TypeError];
  if (kinds.some((kind) => error instanceof kind)) {
    return { kind: "crashed", says: `The module has stopped: ${(error as Error).message}.` };
  }
  throw error;
}

/** The registers of a metered instance. */
function registersOf({ exports }: WebAssembly.Instance, memory: () => DataView): Registers {
  const fuel = exports[exportsOf.fuel] as WebAssembly.Global<"i32">;
  const g = exports[exportsOf.g] as WebAssembly.Global<"i64"> | undefined;
  return { fuel, g, memory };
}

/** Runs the program once, from its start to its end. */
export function run(program: Program, options: RunOptions): Run {
  const { seed, mode, args, onWrite, onPulse, onReport } = options;
  const bounds = { ...limits, ...options.limits };
  const digest = new Digest();
  const text = new Output(bounds.output);
  const draw = (label: string): Chance => new Chance(seed, label);
  const clock = new Clock({ mode, draw, digest, limit: bounds.ns, pulse: onPulse });
  let instance: WebAssembly.Instance | undefined = undefined;
  const memory = viewOf(() => instance?.exports["memory"] as unknown as WebAssembly.Memory);
  const imports = importsFor(program.module, {
    memory,
    clock,
    random: draw("random"),
    aside: draw("aside"),
    digest,
    args,
    env: [...environment, ...(options.env ?? [])],
    write: (fd, written) => {
      text.add(written);
      onWrite?.(fd, written, clock.ns);
    },
    report: (line) => onReport?.(line),
  });
  let ending: Ending = { kind: "status", status: 0 };
  try {
    instance = new WebAssembly.Instance(program.module, imports);
    clock.begin(registersOf(instance, memory));
    (instance.exports["_start"] as () => void)();
  } catch (error) {
    ending = endingOf(error);
  }
  const { ns, units } = clock.end();
  return { ending, output: text.text, ns, units, digest: digest.toString() };
}
