/** The functions of `wasi_snapshot_preview1` that Go programs call, on virtual time and with seeded chance. */
import type { Chance, Digest } from "./chance";
import type { Clock } from "./clock";
import { Refused } from "./binary";

/** The program has ended by itself. */
export class Exit extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`exit status ${status}`);
    this.status = status;
  }
}

/** The world that the functions work on. */
export interface Surroundings {
  memory: () => DataView;
  clock: Clock;
  random: Chance;
  /** Chance for the observer, whose draws are no part of the run. */
  aside: Chance;
  digest: Digest;
  args: readonly string[];
  env: readonly string[];
  write: (fd: number, text: string) => void;
  report: (line: string) => void;
}

const errno = { ok: 0, badf: 8, inval: 28, noent: 44, nosys: 52 } as const;

/** The date at which every run begins: the beginning of the year 2025. */
const epoch = 1_735_689_600n * 1_000_000_000n;

const fdWrite = 4;
const randomGet = 5;
const procExit = 6;

type Calls = Record<string, (...args: never[]) => number | bigint | undefined>;

function putStrings(
  memory: DataView,
  texts: readonly string[],
  pointers: number,
  buffer: number,
): number {
  let at = buffer;
  for (const [i, text] of texts.entries()) {
    memory.setUint32(pointers + 4 * i, at, true);
    const bytes = new TextEncoder().encode(`${text}\0`);
    new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
    at += bytes.length;
  }
  return errno.ok;
}

function putSizes(memory: DataView, texts: readonly string[], count: number, size: number): number {
  const bytes = texts.map((text) => new TextEncoder().encode(text).length + 1);
  memory.setUint32(count, texts.length, true);
  memory.setUint32(
    size,
    bytes.reduce((sum, length) => sum + length, 0),
    true,
  );
  return errno.ok;
}

function strings({ memory, args, env }: Surroundings): Calls {
  return {
    args_sizes_get: (count: number, size: number) => putSizes(memory(), args, count, size),
    args_get: (pointers: number, buffer: number) => putStrings(memory(), args, pointers, buffer),
    environ_sizes_get: (count: number, size: number) => putSizes(memory(), env, count, size),
    environ_get: (pointers: number, buffer: number) => putStrings(memory(), env, pointers, buffer),
  };
}

const subscriptionSize = 48;
const eventSize = 32;

/** Waits for the earliest of the deadlines; what else a program waits for never comes. */
function poll(
  around: Surroundings,
  [from, events, count, result]: [number, number, number, number],
): number {
  const memory = around.memory();
  let least: { userdata: bigint; ns: number } | undefined;
  for (let i = 0; i < count; i += 1) {
    const at = from + i * subscriptionSize;
    if (memory.getUint8(at + 8) !== 0) continue;
    const absolute = (memory.getUint16(at + 40, true) & 1) !== 0;
    const time = memory.getUint32(at + 16, true) === 0 ? epoch : 0n;
    const asked = memory.getBigUint64(at + 24, true) - (absolute ? time : 0n);
    const ns = Math.max(0, Number(asked) - (absolute ? around.clock.read() : 0));
    if (!least || ns < least.ns) least = { userdata: memory.getBigUint64(at, true), ns };
  }
  if (!least) throw new Refused("The program waits for input; a test here gets none.");
  around.clock.sleep(least.ns);
  memory.setBigUint64(events, least.userdata, true);
  for (let i = 8; i < eventSize; i += 4) memory.setUint32(events + i, 0, true);
  memory.setUint32(result, 1, true);
  return errno.ok;
}

function time(around: Surroundings): Calls {
  const { clock, memory } = around;
  return {
    clock_time_get: (id: number, _precision: bigint, to: number) => {
      const ns = BigInt(clock.read());
      memory().setBigUint64(to, id === 0 ? epoch + ns : ns, true);
      return errno.ok;
    },
    clock_res_get: (_id: number, to: number) => {
      memory().setBigUint64(to, 1n, true);
      return errno.ok;
    },
    poll_oneoff: (...at: [number, number, number, number]) => poll(around, at),
    sched_yield: () => {
      clock.yields();
      return errno.ok;
    },
  };
}

/** Returns the bytes of a write to a file descriptor. */
function gather(memory: DataView, vectors: number, count: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = memory.getUint32(vectors + 8 * i, true);
    parts.push(new Uint8Array(memory.buffer, at, memory.getUint32(vectors + 8 * i + 4, true)));
  }
  if (parts.length === 1 && parts[0]) return parts[0];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let length = 0;
  for (const part of parts) {
    all.set(part, length);
    length += part.length;
  }
  return all;
}

function output({ memory, clock, digest, write }: Surroundings): Calls {
  // A letter may come in two writes.
  const decoders = [1, 2].map((): TextDecoder => new TextDecoder());
  return {
    fd_write: (fd: number, vectors: number, count: number, result: number) => {
      const decoder = decoders[fd - 1];
      if (!decoder) return errno.badf;
      const bytes = gather(memory(), vectors, count);
      if (!clock.observing) {
        digest.add(fdWrite + 256 * fd);
        digest.addBytes(bytes);
      }
      // Copied: decoders do not take memory that may grow.
      write(fd, decoder.decode(bytes.slice(), { stream: true }));
      memory().setUint32(result, bytes.length, true);
      return errno.ok;
    },
    fd_fdstat_get: (fd: number, to: number) => {
      if (fd < 0 || fd > 2) return errno.badf;
      const view = memory();
      for (let i = 0; i < 24; i += 4) view.setUint32(to + i, 0, true);
      // A character device that takes reads and writes.
      view.setUint8(to, 2);
      view.setBigUint64(to + 8, 0x1fffffffn, true);
      return errno.ok;
    },
    fd_fdstat_set_flags: () => errno.ok,
    fd_prestat_get: () => errno.badf,
    fd_close: () => errno.ok,
    fd_read: (fd: number, _vectors: number, _count: number, result: number) => {
      if (fd !== 0) return errno.badf;
      memory().setUint32(result, 0, true);
      return errno.ok;
    },
  };
}

function chance({ memory, clock, digest, random, aside }: Surroundings): Calls {
  return {
    random_get: (to: number, length: number) => {
      const bytes = new Uint8Array(memory().buffer, to, length);
      if (clock.observing) aside.fill(bytes);
      else {
        random.fill(bytes);
        digest.add(randomGet);
        digest.add(length);
      }
      return errno.ok;
    },
    proc_exit: (status: number) => {
      digest.add(procExit);
      digest.add(status);
      throw new Exit(status);
    },
  };
}

/** Longer lines are not taken. */
const longestReport = 1 << 20;

/** The functions that the project's own overlay calls: see docs/recording.md. */
function observer({ memory, clock, report }: Surroundings): Calls {
  return {
    observe_begin: () => {
      clock.beginBracket();
      return undefined;
    },
    observe_end: () => {
      clock.endBracket();
      return undefined;
    },
    report: (from: number, length: number) => {
      if (length >>> 0 > longestReport) return undefined;
      const bytes = new Uint8Array(memory().buffer, from, length);
      report(new TextDecoder().decode(bytes.slice()));
      return undefined;
    },
    now: () => BigInt(clock.ns),
    late: () => BigInt(clock.lateStart()),
  };
}

const wasi = "wasi_snapshot_preview1";

/** Makes a function of files that always fails, since there are no files. */
function noFiles(name: string): () => number {
  const answer = name.startsWith("path_") ? errno.noent : errno.badf;
  return () => (name.startsWith("sock_") ? errno.nosys : answer);
}

/** Everything that a module imports; refuses one that asks for more. */
export function importsFor(module: WebAssembly.Module, around: Surroundings): WebAssembly.Imports {
  const parts = [strings, time, output, chance].map((make) => make(around));
  const known: Record<string, Calls> = {
    [wasi]: Object.assign({}, ...parts) as Calls,
    raft: observer(around),
  };
  const given: Record<string, Record<string, WebAssembly.ImportValue>> = { [wasi]: {}, raft: {} };
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const functions = given[from];
    const call = known[from]?.[name] ?? (from === wasi ? noFiles(name) : undefined);
    if (!functions || !call) {
      throw new Refused(
        `The module imports ${from}.${name}, which a test of Go for wasip1 does not need and this host does not have.`,
      );
    }
    functions[name] = call;
  }
  return given;
}
