/** The question that was asked last, and its answer while its reasons are followed. */
import type { Answer, Reason } from "../engine/engine";
import type { Playground } from "../state/playground.svelte";
import { room } from "../state/room.svelte";
import { isFolded, preferences, toggleFolded } from "../state/preferences.svelte";
import type { Target } from "../state/targets";

/** An answer as it was given, and where the run stood then. */
export interface Kept {
  answer: Answer;
  at: number;
  step: number;
}

class Asked {
  /** As the engine reads it: `leader`, `entry 7`, `message 41`. */
  question: string | null = $state(null);
  /** Kept while one looks at what it rests on, which lies in the past. */
  kept: Kept | null = $state.raw(null);
  /** Rises with each question that is put by hand: its answer takes the focus. */
  serial = $state(0);

  /** Asks, and brings the answer into sight. */
  ask(question: string): void {
    this.question = question;
    this.kept = null;
    this.serial += 1;
    if (room.tabbed) preferences.tab = "server";
    else if (isFolded("inspector")) toggleFolded("inspector");
  }

  /** Goes to what a reason rests on. The answer stays in sight. */
  follow(playground: Playground, question: string, answer: Answer, reason: Reason): void {
    const { now, step } = playground.frame;
    if (this.question !== question) this.kept = null;
    this.question = question;
    if (reason.step !== null) this.kept ??= { answer, at: now, step };
    this.go(playground, reason);
  }

  /** Goes to what a reason rests on, and selects what it is about. */
  go(playground: Playground, reason: Reason): void {
    if (reason.step !== null) playground.seekStep(reason.step);
    const target = targetOf(playground, reason);
    if (target) playground.select(target);
  }

  /** Back to where the question was asked. */
  back(playground: Playground): void {
    if (this.kept) playground.seekStep(this.kept.step);
    this.kept = null;
  }

  close(): void {
    this.question = null;
    this.kept = null;
  }
}

export const asked = new Asked();

/** Returns the subject of a reason: its message as long as there is something to see of it, else its server. */
export function targetOf(playground: Playground, reason: Reason): Target | null {
  const { message, server } = reason;
  if (message !== null && playground.source.message(message)) {
    return { kind: "message", id: message };
  }
  return server === null ? null : { kind: "server", id: server };
}

/** Returns the question about the thing that is looked at; else about the leader. */
export function questionOf(playground: Playground): string {
  const target = playground.selection;
  if (target?.kind === "entry") return `entry ${target.index}`;
  return target?.kind === "message" ? `message ${target.id}` : "leader";
}
