import type { Look, Pen, TextStyle } from "./pen";

const short = (value: number): string => String(Math.round(value * 10) / 10);

function escape(text: string): string {
  const known: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  // Of the signs below the space, XML allows only those that part words.
  return text.replace(/\p{Cc}/gu, " ").replace(/[&<>"]/g, (sign) => known[sign] ?? sign);
}

function attributes({ stroke, fill, width = 1, dash = [], alpha = 1 }: Look): string {
  const parts = [`fill="${fill ?? "none"}"`];
  if (stroke) parts.push(`stroke="${stroke}" stroke-width="${width}"`);
  if (dash.length > 0) parts.push(`stroke-dasharray="${dash.join(" ")}"`);
  if (alpha < 1) parts.push(`opacity="${alpha}"`);
  return parts.join(" ");
}

/** Writes an SVG file. */
export class SvgPen implements Pen {
  readonly #parts: string[] = [];
  #clips = 0;

  lines(name: string, look: Look, ends: readonly number[]): void {
    const paths: string[] = [];
    for (let at = 0; at < ends.length; at += 4) {
      const [x1, y1, x2, y2] = ends.slice(at, at + 4).map(short);
      paths.push(`<path d="M${x1} ${y1}L${x2} ${y2}"/>`);
    }
    this.#group(name, look, paths);
  }

  triangles(name: string, look: Look, corners: readonly number[]): void {
    const paths: string[] = [];
    for (let at = 0; at < corners.length; at += 6) {
      const [ax, ay, bx, by, cx, cy] = corners.slice(at, at + 6).map(short);
      paths.push(`<path d="M${ax} ${ay}L${bx} ${by}L${cx} ${cy}Z"/>`);
    }
    this.#group(name, look, paths);
  }

  shapes(name: string, look: Look, path: string, places: readonly number[]): void {
    const paths: string[] = [];
    for (let at = 0; at < places.length; at += 2) {
      const [x, y] = places.slice(at, at + 2).map(short);
      paths.push(`<path d="${path}" transform="translate(${x} ${y})"/>`);
    }
    this.#group(name, look, paths);
  }

  rect(name: string, look: Look, x: number, y: number, width: number, height: number): void {
    const [left, top, wide, high] = [x, y, width, height].map(short);
    this.#group(name, look, [`<rect x="${left}" y="${top}" width="${wide}" height="${high}"/>`]);
  }

  text(name: string, look: Look, words: string, x: number, y: number, style: TextStyle): void {
    const { size, anchor = "start", bold = false } = style;
    const halo = look.stroke ? ' paint-order="stroke" stroke-linejoin="round"' : "";
    const weight = bold ? ' font-weight="650"' : "";
    const place = `x="${short(x)}" y="${short(y)}" font-size="${short(size)}" text-anchor="${anchor}"`;
    this.#group(name, look, [`<text ${place}${weight}${halo}>${escape(words)}</text>`]);
  }

  within(x: number, y: number, width: number, height: number, draw: () => void): void {
    const id = `clip-${(this.#clips += 1)}`;
    const [left, top, wide, high] = [x, y, width, height].map(short);
    const rect = `<rect x="${left}" y="${top}" width="${wide}" height="${high}"/>`;
    this.#parts.push(`<clipPath id="${id}">${rect}</clipPath><g clip-path="url(#${id})">`);
    draw();
    this.#parts.push("</g>");
  }

  /** The whole file. */
  file(width: number, height: number, ground: string, title: string, says: string): string {
    const [wide, high] = [short(width), short(height)];
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}" font-family="system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif" stroke-linejoin="round">`,
      `<title>${escape(title)}</title>`,
      `<desc>${escape(says)}</desc>`,
      `<rect width="100%" height="100%" fill="${ground}"/>`,
      ...this.#parts,
      "</svg>",
      "",
    ].join("\n");
  }

  #group(name: string, look: Look, paths: string[]): void {
    if (paths.length === 0) return;
    this.#parts.push(`<g class="${name}" ${attributes(look)}>${paths.join("")}</g>`);
  }
}
