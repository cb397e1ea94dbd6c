/** The colours of terms: a cycle of six. The number is always written beside them. */

const COLOURS = 6;

function place(term: number): number {
  return ((term - 1 + COLOURS) % COLOURS) + 1;
}

/** For marks and lines. Term 0 has no colour of its own. */
export function termColour(term: number): string {
  return term < 1 ? "var(--line-strong)" : `var(--term-${place(term)})`;
}

/** For text, also on a light tint of the same colour. */
export function termInk(term: number): string {
  return term < 1 ? "var(--muted)" : `var(--term-ink-${place(term)})`;
}
