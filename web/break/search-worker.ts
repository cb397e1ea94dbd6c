/** Searches beside the page, and says now and then how far it is. It is ended when it is of no more use. */
import init, { panicMessage, Search } from "../pkg-search/raft_search";
import wasmUrl from "../pkg-search/raft_search_bg.wasm?url";
import type { Order, Report } from "./messages";

/** Events from one word to the next: some hundredths of a second. */
const EVENTS = 20_000;

const say = (report: Report): void => self.postMessage(report);

function search({ broken, property, seed, stride }: Order): void {
  const found = new Search(broken, property, seed, stride);
  for (;;) {
    const progress = found.step(EVENTS);
    say({ kind: "progress", progress });
    if (progress.state === "done") return say({ kind: "done", text: found.text() ?? null });
  }
}

/** Returns the panic message of a search that has stopped, if it can still say it. */
function lastWords(): string | undefined {
  try {
    return panicMessage();
  } catch {
    return undefined;
  }
}

self.addEventListener("message", ({ data }: MessageEvent<Order>) => {
  init({ module_or_path: wasmUrl }).then(
    () => {
      try {
        search(data);
      } catch (error) {
        say({ kind: "failed", why: lastWords() ?? (error as Error).message });
      }
    },
    (error: Error) => {
      say({ kind: "failed", why: `the search could not be loaded (${error.message})` });
    },
  );
});
