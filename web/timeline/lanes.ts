/** Remarks on stretches of a run, by lane, in the order of time. */
import type { Remark } from "../engine/engine";
import { seconds, span } from "../state/words";

export type LaneName = Remark["lane"];

export interface Lane {
  name: LaneName;
  remarks: Remark[];
}

const ORDER: LaneName[] = ["checker", "commands", "faults", "test", "note"];

export const laneWords: Record<LaneName, string> = {
  checker: "checks",
  commands: "commands",
  faults: "faults",
  test: "test",
  note: "notes",
};

export const verdictMarks: Record<Remark["verdict"], string> = {
  passed: "✓",
  failed: "✕",
  abandoned: "–",
  said: "·",
};

/** By their beginning; of those that begin together, the longest first. */
export function inOrder(remarks: Remark[]): Remark[] {
  return [...remarks].sort((a, b) => a.from - b.from || b.to - a.to);
}

/** The lanes that there are, in a fixed order. */
export function lanesOf(remarks: Remark[]): Lane[] {
  return ORDER.map((name) => ({
    name,
    remarks: inOrder(remarks.filter(({ lane }) => lane === name)),
  })).filter((lane) => lane.remarks.length > 0);
}

export function isGoingOn({ from, to }: Remark, now: number): boolean {
  return from === to ? now === from : from <= now && now < to;
}

/** The remarks at a moment or at most `reach` away from it, the shortest first. */
export function remarksAt(remarks: Remark[], at: number, reach: number): Remark[] {
  const distance = ({ from, to }: Remark): number => Math.max(from - at, at - to, 0);
  return remarks
    .filter((remark) => distance(remark) <= reach)
    .sort((a, b) => distance(a) - distance(b) || a.to - a.from - (b.to - b.from));
}

/** "asked → answered" */
export function inWords({ asked, answered }: Remark): string {
  return answered === "" ? asked : `${asked} → ${answered}`;
}

/** "from 0.400 s, 502 ms" */
export function whenInWords({ from, to }: Remark): string {
  return to === from ? `at ${seconds(from)}` : `from ${seconds(from)}, ${span(to - from)}`;
}

/** One sentence for those who do not see the lanes. */
export function summaryOf(lanes: Lane[]): string {
  const counted = lanes.map(({ name, remarks }) => {
    const failed = remarks.filter(({ verdict }) => verdict === "failed").length;
    return `${laneWords[name]} ${remarks.length}${failed > 0 ? `, ${failed} failed` : ""}`;
  });
  return `Remarks on the run: ${counted.join("; ")}`;
}
