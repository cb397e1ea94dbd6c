/** Links, by way of a small engine of its own that is fetched when a link is made or opened. */
import init, { decode, encode } from "../pkg-link/raft_link";
import wasmUrl from "../pkg-link/raft_link_bg.wasm?url";

let loaded: Promise<unknown> | undefined;

const load = (): Promise<unknown> => (loaded ??= init({ module_or_path: wasmUrl }));

/** Longer than this, a link may be cut off by programs that it passes through. */
export const SAFE_LENGTH = 2000;

/** The whole address that opens a run's text. */
export async function linkOf(text: string): Promise<string> {
  await load();
  const { origin, pathname } = location;
  return `${origin}${pathname}#${encode(text)}`;
}

/** The text of a link. Throws in words when it is damaged. */
export async function textOf(link: string): Promise<string> {
  await load();
  return decode(link);
}
