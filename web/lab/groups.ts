/** The tests by part of the lab, with what their runs come to together. */
import type { Result } from "./lab.svelte";
import type { LabTest } from "./messages";

export interface Group {
  title: string;
  /** The subject of the part. */
  says: string;
  tests: LabTest[];
}

const ABOUT: Record<string, string> = {
  "3A": "leader election",
  "3B": "log",
  "3C": "persistence",
  "3D": "log compaction",
};

/** In the order in which they come; those of earlier years together at the end. */
export function groupsOf(tests: LabTest[]): Group[] {
  const now = tests.filter(({ years }) => years === null);
  const earlier = tests.filter(({ years }) => years !== null);
  const parts = [...new Set(now.map(({ part }) => part))].map((part) => ({
    title: part,
    says: ABOUT[part] ?? "",
    tests: now.filter((test) => test.part === part),
  }));
  if (earlier.length === 0) return parts;
  const says = "as they were before 2025";
  return [...parts, { title: "Earlier", says, tests: earlier }];
}

export interface Sum {
  run: number;
  passed: number;
  time: number;
  rpcs: number;
  bytes: number;
  commands: number;
}

export function sumOf(tests: LabTest[], results: ReadonlyMap<string, Result>): Sum {
  const sum: Sum = { run: 0, passed: 0, time: 0, rpcs: 0, bytes: 0, commands: 0 };
  for (const { name } of tests) {
    const result = results.get(name);
    if (!result) continue;
    sum.run += 1;
    if (result.failure === null) sum.passed += 1;
    sum.time += result.figures?.time ?? 0;
    sum.rpcs += result.figures?.rpcs ?? 0;
    sum.bytes += result.figures?.bytes ?? 0;
    sum.commands += result.figures?.commands ?? 0;
  }
  return sum;
}

/** "3.1 s", as the course prints it. */
export function virtual(micros: number): string {
  return `${(micros / 1e6).toFixed(1)} s`;
}

/** The words of a failure, with its moment as the page writes moments. */
export const failureWords = (failure: string): string =>
  failure.replace(/^at ([\d.]+)s:/, (_, at: string) => `at ${Number(at).toFixed(3)} s:`);
