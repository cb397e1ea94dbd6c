/** The page's only animation loop: turns wall time into virtual time. */
import type { Advance } from "../engine/engine";

export interface LoopHost {
  advance(to: number, budget: number): Advance;
  /** Time has moved; `lagging` when the run could not follow the speed asked for. */
  drawn(lagging: boolean): void;
  failed(error: unknown): void;
  now(): number;
  slower(): number;
}

/** Events per call into the engine, small enough to look at the clock in between. */
const SLICE = 1000;
/** Wall time that one animation frame may spend in the engine. */
const BUDGET_MS = 8;
/** Longer gaps (a sleeping machine, a busy tab) are not caught up with. */
const LONGEST_GAP_MS = 100;

export class Loop {
  readonly #host: LoopHost;
  #request = 0;
  #running = false;
  #before: number | null = null;
  /** The virtual time to reach; finer than the engine's microseconds. */
  #clock = 0;

  constructor(host: LoopHost) {
    this.#host = host;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#resume();
  }

  stop(): void {
    this.#running = false;
    this.#suspend();
  }

  /** Stops drawing while the tab is hidden, and goes on where it was. */
  attach(): () => void {
    const changed = (): void => {
      if (document.hidden) this.#suspend();
      else if (this.#running) this.#resume();
    };
    document.addEventListener("visibilitychange", changed);
    return () => {
      document.removeEventListener("visibilitychange", changed);
      this.stop();
    };
  }

  #resume(): void {
    if (document.hidden || this.#request !== 0) return;
    this.#before = null;
    this.#request = requestAnimationFrame((wall) => this.#tick(wall));
  }

  #suspend(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  #tick(wall: number): void {
    this.#request = requestAnimationFrame((next) => this.#tick(next));
    const gap = this.#before === null ? 0 : Math.min(LONGEST_GAP_MS, wall - this.#before);
    this.#before = wall;
    if (gap === 0) return;
    try {
      this.#advance((gap * 1000) / this.#host.slower());
    } catch (error) {
      this.#host.failed(error);
    }
  }

  #advance(by: number): void {
    const now = this.#host.now();
    // A step, a skip or a new run moved virtual time: follow it.
    if (Math.abs(this.#clock - now) > 1) this.#clock = now;
    this.#clock += by;
    const to = Math.floor(this.#clock);
    if (to <= now) return;
    const until = performance.now() + BUDGET_MS;
    let at = this.#host.advance(to, SLICE);
    while (!at.reached && performance.now() < until) at = this.#host.advance(to, SLICE);
    if (!at.reached) this.#clock = at.now;
    this.#host.drawn(!at.reached);
  }
}
