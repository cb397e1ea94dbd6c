/** Storage key for the run of this tab, one of those that are kept: known before anything else is loaded. */
const KEY = "raft-playground-run";

export function presentId(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function setPresentId(id: string): void {
  try {
    sessionStorage.setItem(KEY, id);
  } catch {
    // Without storage a reload starts afresh; keeping the run says so.
  }
}

/** The run that this tab showed before it was reloaded; undefined when there is none. */
export async function presentRun(): Promise<import("./store").KeptRun | undefined> {
  const id = presentId();
  if (id === null) return undefined;
  const { find } = await import("./store");
  return find(id);
}
