/** Adds up the result lines of Rust's test harness; the browser harness of wasm-bindgen prints the same. */
export function countRust(output) {
  const counts = { passed: 0, failed: 0 };
  for (const [, passed, failed] of output.matchAll(/test result: .*?(\d+) passed; (\d+) failed/g)) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
  }
  return counts;
}

/** Playwright's own statistics; a test that passed only when repeated counts as failed. */
export function countPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + skipped };
}

/** Runs Node's tests as TAP. A file that hangs fails after a quarter of an hour, also if a program of its is left over. */
export const nodeTest = [
  "--test",
  "--test-reporter=tap",
  "--test-timeout=900000",
  "--test-force-exit",
];

/** The totals at the end of what Node's test runner prints as TAP; a test that is left out counts as failed. */
export function countNode(output) {
  const total = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
  const left = ["fail", "cancelled", "skipped", "todo"].map(total);
  return { passed: total("pass"), failed: left.reduce((sum, count) => sum + count) };
}

/** A part that fails without a failed test (it does not compile, say) counts as one failure. */
export function outcome(code, { passed, failed }) {
  const broken = code !== 0 || passed === 0;
  return { passed, failed: broken ? Math.max(failed, 1) : failed };
}
