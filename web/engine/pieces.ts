/** Work that may take long is done in pieces, between which the page draws, listens and can stop it. */

/** Told of what takes long. */
export interface Watch {
  /** Tells the progress: a share from 0 to 1, and a number of events. */
  tell(share: number, events: number): void;
  /** True when nobody wants it any more. */
  stopped(): boolean;
}

/** Short enough that nobody feels it. */
const PIECE_MS = 12;

const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Goes on until it is done: true; or until nobody wants it any more: false. */
export async function inPieces(
  goOn: () => boolean,
  stopped: () => boolean,
  tell: () => void,
): Promise<boolean> {
  for (;;) {
    const until = performance.now() + PIECE_MS;
    do if (goOn()) return true;
    while (performance.now() < until);
    tell();
    await breathe();
    if (stopped()) return false;
  }
}

/** Of what nobody waits for, or everybody does. */
export const UNWATCHED: Watch = { tell: () => undefined, stopped: () => false };
