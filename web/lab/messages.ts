/** Messages between the page and the lab's worker. */
import type { LabOutcome, LabTest } from "../pkg-lab/raft_lab";

export type { LabOutcome, LabTest };

/** A test under a seed. */
export interface Job {
  test: string;
  seed: string;
  /** The mistake that all servers make, by its name; empty: none. */
  broken: string;
}

/** The questions to the worker, each with its answer. */
export interface Calls {
  tests: { asks: null; gives: LabTest[] };
  run: { asks: Job; gives: LabOutcome };
  /** The run of a test as text. */
  trace: { asks: Job; gives: string };
}

export type CallName = keyof Calls;

export type Question = {
  [Name in CallName]: { id: number; call: Name; asks: Calls[Name]["asks"] };
}[CallName];

export type Given = Calls[CallName]["gives"];

export type Answer =
  | { id: number; kind: "given"; value: Given }
  /** The question made no sense: no such test, no seed. */
  | { id: number; kind: "refused"; why: string }
  /** The lab could not be loaded. */
  | { id: number; kind: "missing"; why: string }
  /** The lab has made a mistake of its own, and is of no more use. */
  | { id: number; kind: "stopped"; why: string };
