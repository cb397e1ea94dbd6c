/** A run as the browser keeps it. */
export interface KeptRun {
  id: string;
  name: string;
  /** All branches, as the engine writes them. */
  text: string;
  seed: string;
  servers: number;
  /** The end of what has happened, in microseconds. */
  end: number;
  commands: number;
  branches: number;
  /** Time of the last write, in milliseconds since 1970. */
  savedAt: number;
  /** Kept by the user, not only because it was the run in progress. */
  kept: boolean;
}
