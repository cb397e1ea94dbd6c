/** Draws over the diagram while something is looked at: it, what led to it, what follows from it. */
import type { Target } from "../state/targets";
import type { Cone } from "./causal";
import type { Thing } from "./hit";
import { MARK } from "./outlines";
import { placeOf } from "./marks";
import { paintMessage, paintRing, type Scene } from "./paint";
import type { Pen } from "./pen";
import { x, y } from "./plan";

export interface Lit {
  /** The thing that is pointed at or chosen here. */
  thing: Thing | null;
  cone: Cone | null;
  /** The things that are selected and pointed at anywhere on the page. */
  selection: Target | null;
  hover: Target | null;
}

const MANY = 1_500;

export function paintOver(pen: Pen, scene: Scene, lit: Lit): void {
  const { plan } = scene;
  paintServers(pen, scene, lit);
  pen.within(plan.left, 0, plan.width - plan.left, plan.bottom + 1, () => {
    if (lit.cone) paintCone(pen, scene, lit.cone);
    paintTargets(pen, scene, lit);
    if (lit.thing) paintThing(pen, scene, lit.thing);
  });
}

function paintCone(pen: Pen, { plan, arrows, ink, history, hair }: Scene, cone: Cone): void {
  const past: number[] = [];
  const future: number[] = [];
  for (const [server, at] of cone.until) {
    past.push(plan.left, y(plan, server), x(plan, at), y(plan, server));
  }
  for (const [server, at] of cone.since) {
    future.push(x(plan, at), y(plan, server), x(plan, history.until), y(plan, server));
  }
  pen.lines("before", { stroke: ink.before, width: 7, alpha: 0.3 }, past);
  pen.lines("after", { stroke: ink.after, width: 7, alpha: 0.3 }, future);
  const before: number[] = [];
  const after: number[] = [];
  arrows.messages.forEach((message, at) => {
    const into = cone.before.has(message) ? before : cone.after.has(message) ? after : null;
    for (let end = 4 * at; into && end < 4 * at + 4; end += 1) into.push(arrows.ends[end] ?? 0);
  });
  // Thousands of thick lines take long.
  const look = arrows.messages.length > MANY ? { width: hair, alpha: 0.5 } : { width: 1.8 };
  pen.lines("before", { ...look, stroke: ink.before }, before);
  pen.lines("after", { ...look, stroke: ink.after }, after);
}

/** Names of servers that are meant. */
function paintServers(pen: Pen, { plan, ink }: Scene, { selection, hover }: Lit): void {
  for (const target of [hover, selection]) {
    const server =
      target?.kind === "server" ? target.id : target?.kind === "entry" ? target.server : null;
    if (server === null || server > plan.servers) continue;
    const colour = target === selection ? ink.accent : ink.lineStrong;
    const down = y(plan, server) + 0.75 * plan.type;
    pen.lines("named", { stroke: colour, width: 2.5 }, [
      0.8 * plan.type,
      down,
      2.4 * plan.type,
      down,
    ]);
  }
}

function paintTargets(pen: Pen, { arrows, ink }: Scene, { selection, hover }: Lit): void {
  const isMeant = (target: Target | null, id: number, from: number, to: number): boolean =>
    (target?.kind === "message" && target.id === id) ||
    (target?.kind === "link" && target.from === from && target.to === to);
  const selected: number[] = [];
  const hovered: number[] = [];
  arrows.messages.forEach(({ id, from, to }, at) => {
    const into = isMeant(selection, id, from, to)
      ? selected
      : isMeant(hover, id, from, to)
        ? hovered
        : null;
    for (let end = 4 * at; into && end < 4 * at + 4; end += 1) into.push(arrows.ends[end] ?? 0);
  });
  pen.lines("hovered", { stroke: ink.lineStrong, width: 6, alpha: 0.45 }, hovered);
  pen.lines("selected", { stroke: ink.accent, width: 6, alpha: 0.4 }, selected);
}

function paintThing(pen: Pen, { arrows, ink, plan }: Scene, thing: Thing): void {
  if (!("rpc" in thing)) {
    const [left, down] = placeOf(thing, plan);
    const outline = thing.kind === "sent" || thing.kind === "arrived" ? null : MARK[thing.kind];
    if (outline) pen.shapes("thing", { stroke: ink.ink, width: 2 }, outline, [left, down]);
    paintRing(pen, ink.accent, left, down);
    return;
  }
  const at = arrows.messages.indexOf(thing);
  if (at < 0) return;
  const ends = [...arrows.ends.subarray(4 * at, 4 * at + 4)];
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = ends;
  pen.lines("thing", { stroke: ink.ink, width: 2.4 }, ends);
  paintMessage(pen, ink, thing, x1 + 0.3 * (x2 - x1), y1 + 0.3 * (y2 - y1));
  paintRing(pen, ink.accent, x1 + 0.3 * (x2 - x1), y1 + 0.3 * (y2 - y1));
}
