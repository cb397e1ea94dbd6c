/** Marks on the servers' lines: elections, votes, commits, faults, commands. */
import { type Ink, termInk } from "../kit/ink.svelte";
import type { History, Mark, MarkName } from "./history";
import { MARK } from "./outlines";
import type { Scene } from "./paint";
import type { Look, Pen } from "./pen";
import { lane, type Plan, x, y } from "./plan";

/** A frequent mark is drawn once in this many pixels of a line. */
const FREQUENT = 3;
const FREQUENTLY: readonly MarkName[] = ["commit", "learn", "accept", "vote", "snapshot"];
/** Words are written while no more marks than these are in sight. */
const WORDED = 160;

/** Returns the place of a mark. */
export function placeOf(point: Pick<Mark, "at" | "server">, plan: Plan): [x: number, y: number] {
  const down = point.server === 0 ? 0.85 * plan.top : y(plan, point.server);
  return [x(plan, point.at), down];
}

/** The marks in sight. */
export function marksInSight({ marks }: History, { view }: Plan): Mark[] {
  return marks.filter(({ at }) => at >= view.from && at <= view.to);
}

/** The term of a server at a moment. */
function termAt(history: History, server: number, at: number): number {
  const line = history.lines.get(server) ?? [];
  return line.findLast(({ from }) => from <= at)?.term ?? 0;
}

function look(ink: Ink, kind: MarkName, term: number): Look {
  const colour = termInk(ink, term);
  switch (kind) {
    case "timeout":
      return { stroke: colour, fill: ink.ground, width: 2 };
    case "win":
      return { stroke: colour, fill: ink.ground, width: 1.8 };
    case "vote":
      return { stroke: ink.good, width: 1.8 };
    case "commit":
      return { stroke: ink.good, width: 2 };
    case "learn":
      return { stroke: ink.good, width: 1.4 };
    case "snapshot":
      return { stroke: ink.muted, fill: ink.ground, width: 1.2 };
    case "crash":
      return { stroke: ink.bad, width: 2.6 };
    case "restart":
    case "resume":
      return { stroke: ink.ground, fill: ink.ink, width: 1 };
    case "pause":
      return { stroke: ink.ink, width: 2 };
    case "accept":
    case "command":
      return { stroke: ink.ground, fill: ink.accent, width: 1 };
  }
}

export function paintMarks(pen: Pen, scene: Scene): void {
  const { history, plan, ink } = scene;
  const marks = marksInSight(history, plan);
  const last = new Map<string, number>();
  for (const mark of marks) {
    const [left, down] = placeOf(mark, plan);
    const key = `${mark.kind} ${mark.server}`;
    if (FREQUENTLY.includes(mark.kind) && left - (last.get(key) ?? -Infinity) < FREQUENT) continue;
    last.set(key, left);
    const term = termAt(history, mark.server, mark.at);
    pen.shapes(mark.kind, look(ink, mark.kind, term), MARK[mark.kind], [left, down]);
  }
  if (marks.length <= WORDED) paintWords(pen, scene, marks);
}

type Span = [from: number, to: number];

/** Marks that get words first when there is no room for all. */
const FIRST: readonly MarkName[] = ["win", "timeout", "crash", "restart", "pause", "resume"];
const THEN: readonly MarkName[] = ["command", "commit", "accept", "vote", "snapshot"];

function paintWords(pen: Pen, { plan, ink }: Scene, marks: Mark[]): void {
  if (lane(plan) < 3.3 * plan.type) return;
  const triangles = marks.filter(({ kind }) => kind === "command").map(({ at }) => x(plan, at));
  const taken = new Map([[0, triangles.map((at): Span => [at - 5, at + 5])]]);
  for (const kinds of [FIRST, THEN]) {
    for (const mark of marks) {
      if (!kinds.includes(mark.kind)) continue;
      const words = shortWords(mark);
      const wide = 0.52 * plan.type * words.length;
      const [at, down] = placeOf(mark, plan);
      const isCommand = mark.server === 0;
      const left = isCommand ? at + 7 : at - 2;
      const right = left + wide + 8;
      const row = taken.get(mark.server) ?? [];
      taken.set(mark.server, row);
      if (right > plan.width || row.some(([from, to]) => left < to && right > from)) continue;
      row.push([left, right]);
      const halo = { fill: isCommand ? ink.accent : ink.muted, stroke: ink.ground, width: 3 };
      const drop = isCommand ? -0.5 : 1.35 * plan.type;
      pen.text("word", halo, words, left, down + drop, { size: 0.95 * plan.type });
    }
  }
}

/** The journal's words without what the rest of the diagram shows. */
function shortWords({ kind, words }: Mark): string {
  if (kind === "command") return words.replace(/^you: /, "");
  if (kind === "timeout") return "times out";
  return words.replace(/[:,;].*/, "").replace(/ in term \d+| a command as/, "");
}
