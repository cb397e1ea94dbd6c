/** Draws the diagram with either pen: time to the right, a line for each server, messages from line to line. */
import { seconds } from "../state/words";
import { type Ink, termInk } from "../kit/ink.svelte";
import type { History, Passage, Stretch } from "./history";
import { paintMarks } from "./marks";
import { AROUND, BAR, CROSS, DOT, messageOutline, PIN, PIN_HEAD } from "./outlines";
import type { Pen } from "./pen";
import { type Arrows, lane, type Plan, x, y } from "./plan";
import { ticks } from "./view";

export interface Scene {
  history: History;
  plan: Plan;
  arrows: Arrows;
  ink: Ink;
  /** The width of the thinnest line, a pixel of the screen: thousands of wider ones take long. */
  hair: number;
}

/** From so many arrows on they are as thin as can be. */
const THIN = 2_500;

/** Room for one arrow, in square pixels, from which on it has a head, and the mark of what it is. */
const HEADS = 260;
const SHAPES = 1500;
/** A way of so many pixels has no room for a mark. */
const SHORT = 40;
/** Place of a message's mark, as a share of its way. */
const MARKED = 0.3;

export function paint(pen: Pen, scene: Scene): void {
  const { plan } = scene;
  paintAxis(pen, scene);
  paintNames(pen, scene);
  const width = plan.width - plan.left;
  pen.within(plan.left, 0, width, plan.bottom + 1, () => {
    paintCuts(pen, scene);
    paintLines(pen, scene);
    paintArrows(pen, scene);
    paintTerms(pen, scene);
    paintMarks(pen, scene);
  });
}

function paintAxis(pen: Pen, { plan, ink }: Scene): void {
  const { width, bottom, left, top, view, type } = plan;
  const { times, digits } = ticks(view, (width - left) / (7 * type));
  const grid = times.flatMap((time) => [x(plan, time), top, x(plan, time), bottom]);
  pen.lines("grid", { stroke: ink.line, width: 1, alpha: 0.7 }, grid);
  pen.lines("axis", { stroke: ink.lineStrong, width: 1 }, [left, bottom, width, bottom]);
  for (const time of times) {
    const at = x(plan, time);
    const words = seconds(time, digits);
    if (at > width - 0.28 * type * words.length) continue;
    const style = { size: type, anchor: "middle" } as const;
    pen.text("time", { fill: ink.muted }, words, at, bottom + 1.45 * type, style);
  }
}

function paintNames(pen: Pen, { plan, ink }: Scene): void {
  for (let server = 1; server <= plan.servers; server += 1) {
    const style = { size: 1.1 * plan.type, bold: true };
    const down = y(plan, server) + 0.38 * plan.type;
    pen.text("server", { fill: ink.ink }, `S${server}`, 0.9 * plan.type, down, style);
  }
}

function paintCuts(pen: Pen, { history, plan, ink }: Scene): void {
  const down = plan.bottom - 4;
  const look = { stroke: ink.bad, width: 2, dash: [2, 4] };
  for (const { from, to } of history.cuts) {
    const left = Math.max(plan.left, x(plan, from));
    const right = x(plan, Math.min(to, history.until));
    if (right < plan.left || left > plan.width) continue;
    pen.lines("cut", look, [left, down, Math.max(left + 2, right), down]);
    if (right - left < 6 * plan.type) continue;
    const halo = { fill: ink.bad, stroke: ink.ground, width: 4 };
    pen.text("word", halo, "links cut", left + 4, down - 4, { size: plan.type });
  }
}

function paintLines(pen: Pen, { history, plan, ink }: Scene): void {
  for (const [server, line] of history.lines) {
    for (const stretch of line) {
      const [left, right] = edges(stretch, history, plan);
      if (left <= right) paintStretch(pen, stretch, ink, left, right, y(plan, server));
    }
  }
}

/** Returns the edges of a stretch in sight; in the wrong order when it is out of sight. */
function edges(stretch: Stretch, history: History, plan: Plan): [left: number, right: number] {
  const left = Math.max(plan.left, x(plan, stretch.from));
  const right = Math.min(plan.width, x(plan, Math.min(stretch.to, history.until)));
  return left > plan.width || right < plan.left ? [1, 0] : [left, right];
}

/** The number of a term stands where it begins, as far as there is room. */
function paintTerms(pen: Pen, { history, plan, ink }: Scene): void {
  if (lane(plan) < 2.2 * plan.type) return;
  const halo = { fill: ink.muted, stroke: ink.ground, width: 3 };
  for (const [server, line] of history.lines) {
    const up = y(plan, server) - 0.55 * plan.type;
    let written = -Infinity;
    let known = 0;
    for (const stretch of line) {
      const [left, right] = edges(stretch, history, plan);
      const words = `term ${stretch.term}`;
      const wide = 0.55 * plan.type * words.length;
      const isOld = stretch.term === known || stretch.term === 0 || left > right;
      if (isOld || left < written || left + wide > plan.width) continue;
      known = stretch.term;
      written = left + wide + 6;
      pen.text("term", halo, words, left + 3, up, { size: 0.95 * plan.type });
    }
  }
}

function paintStretch(
  pen: Pen,
  { part, paused, term }: Stretch,
  ink: Ink,
  left: number,
  right: number,
  down: number,
): void {
  const ends = [left, down, right, down];
  if (part === "crashed") {
    pen.lines("crashed", { stroke: ink.lineStrong, width: 2, dash: [1.5, 4] }, ends);
    return;
  }
  const stroke = termInk(ink, term);
  const width = { follower: 1.6, candidate: 2.6, leader: 4.6 }[part];
  pen.lines(part, { stroke, width, alpha: paused ? 0.45 : 1 }, ends);
  if (!paused) return;
  const bars: number[] = [];
  for (let at = left + 4; at < right - 3; at += 14) {
    bars.push(at, down - 4, at, down + 4, at + 4, down - 4, at + 4, down + 4);
  }
  pen.lines("paused", { stroke: ink.muted, width: 1.5 }, bars);
}

/** Lines, heads and marks of one look. */
class Bucket {
  readonly ends: number[] = [];
  readonly heads: number[] = [];
  constructor(
    readonly stroke: string,
    readonly light: boolean,
  ) {}
}

/** Room for one arrow in sight, in square pixels. */
function roomFor({ plan, arrows }: Scene): number {
  const { width, left, top, bottom } = plan;
  return ((width - left) * (bottom - top)) / Math.max(1, arrows.all);
}

function paintArrows(pen: Pen, scene: Scene): void {
  const { arrows, ink } = scene;
  const room = roomFor(scene);
  // Where arrows lie on each other, each is fainter: lost ones and marks must be seen among them.
  const faint = Math.max(0.25, Math.min(1, 0.25 + (0.75 * room) / HEADS));
  const buckets = new Map<string, Bucket>();
  const crosses: number[] = [];
  const { messages, ends } = arrows;
  messages.forEach((message, at) => {
    const stroke = termInk(ink, message.term);
    const light = message.heartbeat;
    const key = light ? `${stroke} light` : stroke;
    const bucket = buckets.get(key) ?? new Bucket(stroke, light);
    buckets.set(key, bucket);
    const [x1 = 0, y1 = 0] = [ends[4 * at], ends[4 * at + 1]];
    const [x2 = 0, y2 = 0] = [ends[4 * at + 2], ends[4 * at + 3]];
    bucket.ends.push(x1, y1, x2, y2);
    if (message.state === "lost") crosses.push(x2, y2);
    else if (room > HEADS) head(bucket.heads, x1, y1, x2, y2, light ? 5 : 7);
  });
  for (const { stroke, light, ends: lines, heads } of buckets.values()) {
    const dense = room < HEADS;
    const alpha = (light ? 0.6 : 1) * (dense ? faint : 1);
    const width = messages.length > THIN ? scene.hair : dense || light ? 1 : 1.4;
    pen.lines("arrow", { stroke, width, alpha }, lines);
    pen.triangles("head", { fill: stroke, alpha }, heads);
  }
  if (room > SHAPES) messages.forEach((message, at) => paintShape(pen, scene, message, at));
  pen.shapes("cross", { stroke: ink.bad, width: 1.8 }, CROSS, crosses);
  paintHeld(pen, scene);
}

function head(heads: number[], x1: number, y1: number, x2: number, y2: number, size: number): void {
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (length < 2 * size) return;
  const along = { x: ((x2 - x1) / length) * size, y: ((y2 - y1) / length) * size };
  const side = { x: -along.y * 0.42, y: along.x * 0.42 };
  const back = { x: x2 - along.x, y: y2 - along.y };
  heads.push(x2, y2, back.x + side.x, back.y + side.y, back.x - side.x, back.y - side.y);
}

function paintShape(pen: Pen, scene: Scene, message: Passage, at: number): void {
  const { arrows, ink, plan } = scene;
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = arrows.ends.subarray(4 * at, 4 * at + 4);
  // The cross says enough of one that was lost at once.
  if (message.state === "lost" && Math.hypot(x2 - x1, y2 - y1) < SHORT) return;
  // On its way, the mark is where the message is.
  const done = message.state === "flying" || message.state === "held" ? 1 : MARKED;
  const here = { x: x1 + done * (x2 - x1), y: y1 + done * (y2 - y1) };
  paintMessage(pen, ink, message, here.x, here.y);
  if (message.reply || message.label === "") return;
  const halo = { fill: ink.ink, stroke: ink.ground, width: 3 };
  const style = { size: 0.95 * plan.type };
  pen.text("carries", halo, message.label, here.x + 8, here.y + 0.35 * plan.type, style);
}

export function paintMessage(pen: Pen, ink: Ink, message: Passage, left: number, up: number): void {
  const stroke = termInk(ink, message.term);
  const look = { stroke, width: 1.4, fill: message.reply ? ink.ground : stroke };
  pen.shapes("message", look, messageOutline(message), [left, up]);
  if (message.refused) pen.shapes("bar", { stroke: ink.bad, width: 1.8 }, BAR, [left, up]);
}

function paintHeld(pen: Pen, { history, plan, arrows, ink }: Scene): void {
  arrows.messages.forEach(({ state }, at) => {
    if (state !== "held") return;
    const [, , left = 0, down = 0] = arrows.ends.subarray(4 * at, 4 * at + 4);
    const right = x(plan, history.until);
    const look = { stroke: ink.muted, width: 1, dash: [3, 3] };
    pen.lines("held", look, [left, down, right, down]);
    pen.shapes("pin", { stroke: ink.ink, width: 1.4 }, PIN, [right, down]);
    pen.shapes("pin", { stroke: ink.ink, fill: ink.accent, width: 1.4 }, PIN_HEAD, [right, down]);
  });
}

/** Pales all that has not been reached, and draws the present as a hairline. */
export function paintPresent(pen: Pen, { plan, ink }: Scene, now: number, live: boolean): void {
  const { left, top, bottom, width } = plan;
  const at = x(plan, now);
  pen.within(left, 0, width - left, bottom + 1, () => {
    const look = { fill: ink.ground, alpha: 0.6 };
    if (!live) pen.rect("future", look, Math.max(left, at), 0, Math.max(0, width - at), bottom);
    pen.lines("now", { stroke: ink.accent, width: 1.5 }, [at, 0.5 * top, at, bottom]);
    pen.shapes("now", { fill: ink.accent }, DOT, [at, 0.5 * top]);
  });
}

/** Shades the time that is not known because there is too much of it. */
export function paintUnknown(pen: Pen, { plan, history, ink }: Scene): void {
  const right = Math.min(plan.width, x(plan, history.from));
  if (right <= plan.left || history.from === 0) return;
  const height = plan.bottom - plan.top;
  const look = { fill: ink.line, alpha: 0.5 };
  pen.rect("unknown", look, plan.left, plan.top, right - plan.left, height);
}

/** A ring round a place. */
export function paintRing(pen: Pen, colour: string, left: number, up: number): void {
  pen.shapes("ring", { stroke: colour, width: 2 }, AROUND, [left, up]);
}
