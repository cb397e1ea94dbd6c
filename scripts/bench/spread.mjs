/** The median of some figures, and the quarter below and above it. */
export function spreadOf(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  const of = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return { median: of(0.5), low: of(0.25), high: of(0.75), least: sorted[0] };
}

/** A figure so rare that only one in a hundred is larger. */
export function rarely(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.ceil(0.99 * sorted.length) - 1];
}
