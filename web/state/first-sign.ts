/** Events that are the first sign of a person, whatever that does; a mouse is moved before it is clicked. */
const SIGNS = ["pointermove", "pointerdown", "wheel", "keydown", "dragenter", "paste"] as const;

/** Calls once, when there is a first sign of a person. The returned function no longer waits for it. */
export function onFirstSign(then: () => void): () => void {
  const waiting = new AbortController();
  const seen = (): void => {
    waiting.abort();
    then();
  };
  const { signal } = waiting;
  for (const sign of SIGNS) addEventListener(sign, seen, { capture: true, passive: true, signal });
  return () => waiting.abort();
}
