/** Remembers the kept runs that came from elsewhere: a link, a file, the lab, the catalogue. */
import { preferences } from "./preferences.svelte";

const MOST = 20;

function ids(): string[] {
  return preferences.extra["foreign"]?.split(" ") ?? [];
}

export function isForeign(id: string): boolean {
  return ids().includes(id);
}

export function rememberForeign(id: string): void {
  preferences.extra["foreign"] = [...ids(), id].slice(-MOST).join(" ");
}
