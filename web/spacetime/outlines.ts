/** The outlines of marks, round their place. Messages have the shapes that they have on the stage. */
import type { MarkName, Passage } from "./history";

const square =
  "M-2.2-4.4H2.2Q4.4-4.4 4.4-2.2V2.2Q4.4 4.4 2.2 4.4H-2.2Q-4.4 4.4-4.4 2.2V-2.2Q-4.4-4.4-2.2-4.4Z";
const diamond = "M0-5.6L5.6 0L0 5.6L-5.6 0Z";
const disc = ring(3);
const stacked = "M-1.6-4.8H4.8V1.6H1.6M-4.8-1.6H1.6V4.8H-4.8Z";

function ring(radius: number): string {
  return `M${-radius} 0A${radius} ${radius} 0 1 1 ${radius} 0A${radius} ${radius} 0 1 1 ${-radius} 0Z`;
}

export function messageOutline({ rpc, heartbeat }: Pick<Passage, "rpc" | "heartbeat">): string {
  if (rpc === "RequestVote") return diamond;
  if (rpc === "InstallSnapshot") return stacked;
  return heartbeat ? disc : square;
}

export const BAR = "M-5 5L5-5";
export const CROSS = "M-4-4L4 4M4-4L-4 4";
export const PIN = "M0 0V-9";
export const PIN_HEAD = "M-3-11A3 3 0 1 1 3-11A3 3 0 1 1-3-11Z";
export const DOT = ring(2);
export const AROUND = ring(9);

/** Outlines that lie on or by a server's line. */
export const MARK: Record<MarkName, string> = {
  timeout: ring(4.5),
  vote: "M-4-8L-1.5-5.5L3.5-11",
  win: `${ring(6.5)}${ring(3)}`,
  accept: "M0-3L-4-10H4Z",
  commit: "M0-6V6",
  learn: "M0-3.5V3.5",
  snapshot: "M-4 4H2L4 6V12H-4ZM2 4V6H4",
  crash: "M-5-5L5 5M5-5L-5 5",
  restart: ring(3.5),
  pause: "M-2.5-6V6M2.5-6V6",
  resume: "M-3-5L5 0L-3 5Z",
  command: "M0 0L-4.5-8H4.5Z",
};
