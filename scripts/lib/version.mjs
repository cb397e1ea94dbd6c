/** The first dotted number in a text, as numbers: "cargo 1.95.0 (f2d3)" -> [1, 95, 0]. */
export function versionIn(text) {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text ?? "");
  return found?.slice(1).map((part) => Number(part ?? 0));
}

/** True if version `a` is at least `b`. */
export function atLeast(a, b) {
  for (let i = 0; i < 3; i += 1) {
    if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) > (b[i] ?? 0);
  }
  return true;
}
