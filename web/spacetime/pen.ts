/** A pen that draws the diagram. There are two: a canvas on the page, and an SVG file for slides. */

export interface Look {
  stroke?: string;
  fill?: string;
  width?: number;
  dash?: readonly number[];
  alpha?: number;
}

export type Anchor = "start" | "middle" | "end";

export interface Pen {
  /** Separate lines: x1, y1, x2, y2, and so on. */
  lines(name: string, look: Look, ends: readonly number[]): void;
  /** Closed shapes of three corners each: x, y, x, y, x, y, and so on. */
  triangles(name: string, look: Look, corners: readonly number[]): void;
  /** The same outline round several places: x, y, and so on. */
  shapes(name: string, look: Look, outline: string, places: readonly number[]): void;
  rect(name: string, look: Look, x: number, y: number, width: number, height: number): void;
  /** `stroke` is a halo in the colour of the ground. */
  text(name: string, look: Look, words: string, x: number, y: number, text: TextStyle): void;
  /** Clips all that `draw` draws to this rectangle. */
  within(x: number, y: number, width: number, height: number, draw: () => void): void;
}

export interface TextStyle {
  size: number;
  anchor?: Anchor;
  bold?: boolean;
}
