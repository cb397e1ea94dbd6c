/** Reads a line drawn over the stage: a cut across links, or a group round servers. */
import type { Place, Point } from "./geometry";

export type Stroke =
  | { kind: "none" }
  | { kind: "cut"; pairs: [number, number][] }
  | { kind: "group"; inside: number[]; outside: number[] };

const SHORTEST_LOOP = 120;

export function readStroke(path: Point[], places: Place[]): Stroke {
  const inside = isLoop(path) ? places.filter((place) => encloses(path, place)) : [];
  if (inside.length > 0 && inside.length < places.length) {
    const ids = new Set(inside.map((place) => place.id));
    const outside = places.filter((place) => !ids.has(place.id));
    return { kind: "group", inside: [...ids], outside: outside.map((place) => place.id) };
  }
  const pairs = crossed(path, places);
  return pairs.length === 0 ? { kind: "none" } : { kind: "cut", pairs };
}

/** The command lines that do what the stroke means. */
export function strokeCommands(stroke: Stroke): string[] {
  if (stroke.kind === "cut") return stroke.pairs.map(([a, b]) => `cut ${a} ${b}`);
  if (stroke.kind === "group") {
    return [`partition ${stroke.inside.join(" ")} | ${stroke.outside.join(" ")}`];
  }
  return [];
}

export function strokeWords(stroke: Stroke): string {
  if (stroke.kind === "cut") {
    const links = stroke.pairs.map(([a, b]) => `S${a}–S${b}`);
    const shown = links.slice(0, 4).join(", ");
    const more = links.length > 4 ? ` and ${links.length - 4} more` : "";
    return `Let go to cut ${shown}${more}`;
  }
  if (stroke.kind === "group") {
    const group = stroke.inside.map((id) => `S${id}`).join(" ");
    return `Let go to part ${group} from the rest`;
  }
  return "Draw across links to cut them, or round servers to part them from the rest";
}

function isLoop(path: Point[]): boolean {
  const first = path[0];
  const last = path[path.length - 1];
  if (!first || !last) return false;
  const long = path.reduce((sum, point, at) => sum + far(path[at - 1] ?? point, point), 0);
  return long > SHORTEST_LOOP && far(first, last) < Math.max(32, long * 0.2);
}

function far(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** True if the closed path goes round the point (even-odd rule). */
function encloses(path: Point[], at: Point): boolean {
  let inside = false;
  path.forEach((a, i) => {
    const b = path[(i + 1) % path.length] ?? a;
    if (a.y > at.y !== b.y > at.y && at.x < ((b.x - a.x) * (at.y - a.y)) / (b.y - a.y) + a.x) {
      inside = !inside;
    }
  });
  return inside;
}

function crossed(path: Point[], places: Place[]): [number, number][] {
  const pairs: [number, number][] = [];
  places.forEach((a, i) => {
    for (const b of places.slice(i + 1)) {
      const hit = path.some((point, at) => at > 0 && cross(path[at - 1] ?? point, point, a, b));
      if (hit) pairs.push([a.id, b.id]);
    }
  });
  return pairs;
}

function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
}

function side(a: Point, b: Point, p: Point): boolean {
  return (b.x - a.x) * (p.y - a.y) > (b.y - a.y) * (p.x - a.x);
}
