/** Messages between the page and a searching worker. */
import type { SearchFound, SearchProgress } from "../pkg-search/raft_search";

export type { SearchFound, SearchProgress };

/** Search for a run in which this, broken, violates a property: from a seed on, every `stride`th. */
export interface Order {
  /** The values of the setting `broken`, a line each. */
  broken: string;
  /** The property that must be violated; undefined: the one that the catalogue names, or any. */
  property?: string | undefined;
  seed: string;
  stride: number;
}

export type Report =
  | { kind: "progress"; progress: SearchProgress }
  /** It is over; the run's text, or null when nothing was found. */
  | { kind: "done"; text: string | null }
  | { kind: "failed"; why: string };
