/** Work that takes long and can be waited for: how far it has come, and the way out of it. */
import type { Watch } from "../engine/pieces";

export interface Progress {
  what: string;
  /** From 0 to 1. */
  share: number;
  events: number;
}

/** Work that is over sooner is not worth a word. */
const SHOWN_AFTER_MS = 250;

export class Busy {
  /** The progress that is shown; null while nothing takes long. */
  shown: Progress | null = $state.raw(null);
  /** Counts what was begun: what is newer ends what was before. */
  #newest = 0;

  /** Watches something that begins now; `slow` is called once when it turns out to take a moment. */
  begin(what: string, slow: () => void): Watch {
    this.#newest += 1;
    const mine = this.#newest;
    const began = performance.now();
    let told = false;
    return {
      tell: (share, events) => {
        if (mine !== this.#newest) return;
        if (!told) slow();
        told = true;
        if (performance.now() - began > SHOWN_AFTER_MS) this.shown = { what, share, events };
      },
      stopped: () => mine !== this.#newest,
    };
  }

  /** Ends what goes on, whether it is done or not wanted any more. */
  end(): void {
    this.#newest += 1;
    this.shown = null;
  }
}
