/** Reads the verdict of a run of one test, in the tester's own words where it has some. */
import type { Run } from "./host";

export type Verdict = "passed" | "failed" | "skipped";

export interface Outcome {
  verdict: Verdict;
  /** Why it did not pass: one line. */
  why: string;
  /** The tester's figures for a test that passed, such as the number of RPCs. */
  figures: string;
}

/** Beyond this a line of somebody else's is cut. */
const longest = 300;

const cut = (line: string): string =>
  line.length > longest ? `${line.slice(0, longest)} ...` : line;

/** `test.go:123: words` is how Go's testing package prints what a test says when it fails. */
const said = /^\s+(\S+\.go:\d+: .+)$/;

/** `Fatal: words` is what the tester prints from 2025 on. */
const fatal = /^(?:Fatal|Error): (.+)$/;

/** `2025/01/01 00:00:07 words`: a line of package log, the last before the program ends itself. */
const logged = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d+)? (.+)$/;

const crashed = /^(?:panic: |fatal error: |runtime: )(.+)$/;

const remarks = /wrote visualization|^warning:|^\s*annotation/;

function lastLogged(lines: readonly string[]): string | undefined {
  const found = lines.findLast((line) => line.trim() !== "");
  return logged.exec(found ?? "")?.[1];
}

/** The words with which a failing test, or its program, ended. */
function wordsOf(lines: readonly string[], status: number): string {
  const panic = lines.find((line) => crashed.test(line));
  if (panic?.includes("out of memory") === true) {
    return "out of memory: a list grows, or a function calls itself, without end";
  }
  const test = lines.filter((line) => said.test(line) && !remarks.test(line)).at(-1);
  const goexit = lines.some((line) => /^--- FAIL/.test(line));
  if (panic !== undefined && /test timed out after/.test(panic)) {
    return "no end after 10 minutes of virtual time (a deadlock, or a condition that never comes true)";
  }
  if (panic !== undefined && !goexit) return panic.trim();
  const tester = lines.filter((line) => fatal.test(line)).at(-1);
  if (tester !== undefined) return fatal.exec(tester)?.[1] ?? tester;
  if (test !== undefined) return test.trim();
  if (panic !== undefined) return panic.trim();
  return lastLogged(lines) ?? `the program ended with status ${status}`;
}

/** The line of figures that the course's tester prints for a test that has passed. */
function figuresOf(lines: readonly string[]): string {
  const line = lines.find((one) => /^\s*\.\.\. Passed/.test(one)) ?? "";
  return line.replace(/^\s*\.\.\. Passed\s*(?:--)?\s*/, "").trim();
}

export function outcomeOf({ ending, output }: Run, test: string): Outcome {
  if (ending.kind !== "status") return { verdict: "failed", why: cut(ending.says), figures: "" };
  const lines = output.split("\n");
  if (ending.status !== 0) {
    return { verdict: "failed", why: cut(wordsOf(lines, ending.status)), figures: "" };
  }
  if (lines.some((line) => line.startsWith(`--- SKIP: ${test}`))) {
    return { verdict: "skipped", why: "the test skips itself", figures: "" };
  }
  if (!lines.some((line) => line.startsWith(`--- PASS: ${test}`))) {
    const why = "the program ended with status 0 before the test did";
    return { verdict: "failed", why, figures: "" };
  }
  return { verdict: "passed", why: "", figures: cut(figuresOf(lines)) };
}

/** The names of tests that a test binary lists; undefined if what it printed is no such list. */
export function testsIn({ ending, output }: Run): string[] | undefined {
  if (ending.kind !== "status" || ending.status !== 0) return undefined;
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const name = /^(?:Test|Benchmark|Example|Fuzz)[\p{L}\p{N}_]*$/u;
  if (!lines.every((line) => name.test(line))) return undefined;
  return lines.filter((line) => line.startsWith("Test"));
}

const binary = "raft.test";

/** The arguments that list the tests of a test binary. */
export const listArguments: readonly string[] = [binary, "-test.list", "."];

/** The arguments that run one test alone, as `go test` gives them. */
export function testArguments(test: string): string[] {
  const run = ["-test.run", `^${test}$`, "-test.v=true"];
  return [binary, ...run, "-test.paniconexit0", "-test.timeout=10m0s"];
}
