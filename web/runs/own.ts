/** One tab has a run, and it alone writes it: another tab with the same run goes on with a copy. */

const nameOf = (id: string): string => `raft-playground-run-${id}`;

let held = "";
let release = (): void => undefined;

/** Takes a run for this tab, and lets go of the one before; false when another tab has it. */
export function own(id: string): Promise<boolean> {
  // Without locks (a page that came by plain HTTP) nobody can tell.
  if (held === id || !("locks" in navigator)) return Promise.resolve(true);
  return new Promise((answer) => {
    void navigator.locks.request(nameOf(id), { ifAvailable: true }, (lock) => {
      answer(lock !== null);
      if (lock === null) return undefined;
      release();
      held = id;
      return new Promise<void>((resolve) => (release = resolve));
    });
  });
}

/** True if some tab has a run. */
export async function isOwned(id: string): Promise<boolean> {
  if (!("locks" in navigator)) return false;
  const { held: all = [] } = await navigator.locks.query();
  return all.some(({ name }) => name === nameOf(id));
}
