import type { Look, Pen, TextStyle } from "./pen";

/** Lines in one path: many more in one are slow to fill in, fewer are many calls. */
const LINES = 128;

const outlines = new Map<string, Path2D>();

function outline(path: string): Path2D {
  const known = outlines.get(path) ?? new Path2D(path);
  outlines.set(path, known);
  return known;
}

/** Draws on a canvas. */
export class CanvasPen implements Pen {
  readonly #context: CanvasRenderingContext2D;
  readonly #font: string;

  constructor(context: CanvasRenderingContext2D, font: string) {
    this.#context = context;
    this.#font = font;
    context.textBaseline = "alphabetic";
    context.lineJoin = "round";
  }

  lines(_name: string, look: Look, ends: readonly number[]): void {
    const context = this.#context;
    this.#use(look);
    for (let first = 0; first < ends.length; first += 4 * LINES) {
      context.beginPath();
      const last = Math.min(ends.length, first + 4 * LINES);
      for (let at = first; at < last; at += 4) {
        context.moveTo(ends[at] ?? 0, ends[at + 1] ?? 0);
        context.lineTo(ends[at + 2] ?? 0, ends[at + 3] ?? 0);
      }
      context.stroke();
    }
  }

  triangles(_name: string, look: Look, corners: readonly number[]): void {
    const context = this.#context;
    this.#use(look);
    context.beginPath();
    for (let at = 0; at < corners.length; at += 6) {
      context.moveTo(corners[at] ?? 0, corners[at + 1] ?? 0);
      context.lineTo(corners[at + 2] ?? 0, corners[at + 3] ?? 0);
      context.lineTo(corners[at + 4] ?? 0, corners[at + 5] ?? 0);
      context.closePath();
    }
    context.fill();
  }

  shapes(_name: string, look: Look, path: string, places: readonly number[]): void {
    const context = this.#context;
    const shape = outline(path);
    this.#use(look);
    for (let at = 0; at < places.length; at += 2) {
      const [x = 0, y = 0] = [places[at], places[at + 1]];
      context.translate(x, y);
      if (look.fill) context.fill(shape);
      if (look.stroke) context.stroke(shape);
      context.translate(-x, -y);
    }
  }

  rect(_name: string, look: Look, x: number, y: number, width: number, height: number): void {
    this.#use(look);
    if (look.fill) this.#context.fillRect(x, y, width, height);
  }

  text(_name: string, look: Look, words: string, x: number, y: number, style: TextStyle): void {
    const context = this.#context;
    this.#use(look);
    context.font = `${style.bold ? "650 " : ""}${style.size}px ${this.#font}`;
    context.textAlign = style.anchor === "middle" ? "center" : (style.anchor ?? "start");
    if (look.stroke) context.strokeText(words, x, y);
    context.fillText(words, x, y);
  }

  within(x: number, y: number, width: number, height: number, draw: () => void): void {
    this.#context.save();
    this.#context.beginPath();
    this.#context.rect(x, y, width, height);
    this.#context.clip();
    draw();
    this.#context.restore();
  }

  #use({ stroke, fill, width = 1, dash = [], alpha = 1 }: Look): void {
    const context = this.#context;
    if (stroke) context.strokeStyle = stroke;
    if (fill) context.fillStyle = fill;
    context.lineWidth = width;
    context.setLineDash(dash as number[]);
    context.globalAlpha = alpha;
  }
}
