/** Moments worth jumping to, read off the outline of the run. */
import type { Timeline } from "../engine/engine";
import type { Note } from "./notes";
import type { Jump } from "./jump-kinds";

interface Outline extends Timeline {
  notes: Note[];
}

function moments(run: Outline, kind: Jump): number[] {
  switch (kind) {
    case "election":
      return run.elections.map(({ at }) => at);
    case "commit":
      return run.commits.map(({ at }) => at);
    case "command":
      return run.commands.map(({ at }) => at);
    case "violation":
      return run.violations.map(({ at }) => at);
    case "note":
      return run.notes.map(({ at }) => at);
    case "fault": {
      const stretches = [...run.down, ...run.cut];
      const ends = stretches.flatMap(({ to }) => (to === null ? [] : [to]));
      return [...stretches.map(({ from }) => from), ...ends];
    }
  }
}

/** The nearest such moment after (`way` 1) or before (`way` -1) now; null when there is none. */
export function jumpTarget(run: Outline, kind: Jump, now: number, way: 1 | -1): number | null {
  const beyond = moments(run, kind).filter((at) => (way === 1 ? at > now : at < now));
  if (beyond.length === 0) return null;
  return way === 1 ? Math.min(...beyond) : Math.max(...beyond);
}
