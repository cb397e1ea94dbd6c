/** Fingers and mouse buttons on the diagram: one moves it, two zoom it, and a short touch is a tap. */
export interface Gesture {
  /** The factor by which it grows. */
  by: number;
  /** The place that is kept, and the distance moved to the right. */
  around: number;
  moved: number;
}

/** A hand is never quite still. */
const STILL = 5;

interface Held {
  x: number;
  y: number;
  startX: number;
  startY: number;
}

export class Pointers {
  readonly #held = new Map<number, Held>();
  readonly #gesture: (gesture: Gesture) => void;
  #dragged = false;

  constructor(gesture: (gesture: Gesture) => void) {
    this.#gesture = gesture;
  }

  down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (this.#held.size === 0) this.#dragged = false;
    const { offsetX: x, offsetY: y } = event;
    this.#held.set(event.pointerId, { x, y, startX: x, startY: y });
    if (event.currentTarget instanceof Element) {
      event.currentTarget.setPointerCapture(event.pointerId);
    }
  }

  /** True while something is held down. */
  move(event: PointerEvent): boolean {
    const held = this.#held.get(event.pointerId);
    if (!held) return false;
    const before = this.#spread();
    const { x } = held;
    held.x = event.offsetX;
    held.y = event.offsetY;
    const far = Math.hypot(held.x - held.startX, held.y - held.startY);
    if (far > STILL || this.#held.size > 1) this.#dragged = true;
    if (!this.#dragged) {
      held.x = x;
      return true;
    }
    const after = this.#spread();
    this.#gesture({
      by: before.wide > 0 ? after.wide / before.wide : 1,
      around: before.middle,
      moved: after.middle - before.middle,
    });
    return true;
  }

  /** True when it was a tap. */
  up(event: PointerEvent): boolean {
    const wasHeld = this.#held.delete(event.pointerId);
    return wasHeld && this.#held.size === 0 && !this.#dragged;
  }

  #spread(): { middle: number; wide: number } {
    const xs = [...this.#held.values()].map(({ x }) => x);
    const [least, most] = [Math.min(...xs), Math.max(...xs)];
    return { middle: (least + most) / 2, wide: Math.max(xs.length > 1 ? 12 : 0, most - least) };
  }
}
