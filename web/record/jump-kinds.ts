/** The kinds of things that the jump buttons look for. */
export const JUMPS = ["election", "commit", "fault", "violation", "command", "note"] as const;
export type Jump = (typeof JUMPS)[number];
