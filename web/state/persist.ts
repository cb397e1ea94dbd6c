/** Fetches things while the page is used: a network that is slow or gone for a while loses nothing. */
import { notices } from "./notices.svelte";

/** A fetch that takes longer is announced. */
const SLOW_MS = 600;
/** A server that was not there is asked again after this; a network, when it is back. */
const AGAIN_MS = 15_000;

/** Fetches something, again and again until it is there. */
export async function persist<T>(what: string, load: () => Promise<T>): Promise<T> {
  let close = (): void => undefined;
  const say = (text: string, again: boolean): void => {
    close();
    close = notices.stay(`${what} ${text}`, again);
  };
  for (;;) {
    const slow = setTimeout(() => say("is being fetched.", false), SLOW_MS);
    try {
      const there = await load();
      close();
      return there;
    } catch {
      clearTimeout(slow);
      say("could not be fetched. The run is not lost; this is tried again.", true);
      await another();
      fetchStylesAgain();
    } finally {
      clearTimeout(slow);
    }
  }
}

/** Waits until there is a reason to try again: the network is back, somebody wants it, or some time has passed. */
function another(): Promise<unknown> {
  return new Promise((resolve) => {
    addEventListener("online", resolve, { once: true });
    setTimeout(resolve, AGAIN_MS);
  });
}

/** The page asks for a style sheet only once; those that did not come are asked for anew. */
function fetchStylesAgain(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")) {
    if (link.sheet === null) link.replaceWith(link.cloneNode());
  }
}
