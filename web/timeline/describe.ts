/** Describes in words what the strip shows near a moment. */
import type { Timeline } from "../engine/engine";
import { type Note, noteNear } from "../record/notes";
import { seconds } from "../state/words";

const within = (at: number, from: number, to: number | null): boolean =>
  at >= from && (to === null || at < to);

/** `reach`: how far from the moment a tick still counts as meant. */
export function describe(
  run: Timeline,
  notes: Note[],
  at: number,
  reach: number,
  now: number,
): string {
  if (at > now) return `${seconds(at)} · not reached yet`;
  const parts = [seconds(at)];
  const note = noteNear(notes, at, reach);
  if (note) parts.push(`note at ${seconds(note.at)}: ${note.words}`);
  const term = run.terms.findLast(({ from }) => from <= at);
  if (term) parts.push(`term ${term.term}`);
  const leaders = run.leaders.filter(({ from, to }) => within(at, from, to));
  for (const { server, term: led } of leaders) parts.push(`S${server} leads term ${led}`);
  for (const { server, paused, from, to } of run.down) {
    if (within(at, from, to)) parts.push(`S${server} ${paused ? "paused" : "crashed"}`);
  }
  if (run.cut.some(({ from, to }) => within(at, from, to))) parts.push("links cut");
  const near = (moment: number): boolean => Math.abs(moment - at) <= reach;
  for (const { property } of run.violations.filter((event) => near(event.at))) {
    parts.push(`${property} is violated`);
  }
  for (const { server, term: asked } of run.elections
    .filter((event) => near(event.at))
    .slice(0, 2)) {
    parts.push(`S${server} starts an election in term ${asked}`);
  }
  const commits = run.commits.filter((event) => near(event.at));
  const last = commits[commits.length - 1];
  if (last) parts.push(`commitIndex ${last.index}`);
  for (const { text } of run.commands.filter((event) => near(event.at)).slice(0, 3)) {
    parts.push(`“${text}”`);
  }
  return parts.join(" · ");
}

/** One sentence for those who do not see the strip. */
export function summary(run: Timeline, notes: Note[], now: number): string {
  const terms = run.terms.length;
  const broken = run.violations.length;
  const parts = [
    `${terms} ${terms === 1 ? "term" : "terms"}`,
    `${run.elections.length} elections started`,
    `${run.commits.length} commits`,
    `${run.commands.length} commands given`,
    ...(broken > 0 ? [`${broken} ${broken === 1 ? "property" : "properties"} violated`] : []),
    ...(notes.length > 0 ? [`${notes.length} ${notes.length === 1 ? "note" : "notes"}`] : []),
  ];
  return `${seconds(now)} of the run: ${parts.join(", ")}`;
}
