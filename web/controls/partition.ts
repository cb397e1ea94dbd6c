/** The group of each server in the order of their ids; "alone" is connected with nobody. */
export type Group = "A" | "B" | "C" | "alone";
export const GROUPS: readonly Group[] = ["A", "B", "C", "alone"];

/** The command lines that make these groups. */
export function partitionLines(groups: readonly Group[]): string[] {
  const parts: string[] = [];
  for (const name of ["A", "B", "C"] as const) {
    const members = groups.flatMap((group, at) => (group === name ? [at + 1] : []));
    if (members.length > 0) parts.push(members.join(" "));
  }
  groups.forEach((group, at) => {
    if (group === "alone") parts.push(String(at + 1));
  });
  if (parts.length <= 1) return ["heal"];
  return [`partition ${parts.join(" | ")}`];
}

/** One server apart from all the others. */
export function apart(count: number, server: number): Group[] {
  return Array.from({ length: count }, (_, at) => (at + 1 === server ? "B" : "A"));
}

/** The first half and the rest; the first is the larger one where the number is odd. */
export function halves(count: number): Group[] {
  return Array.from({ length: count }, (_, at) => (at < Math.ceil(count / 2) ? "A" : "B"));
}

/**
 * Lines that leave each server only its nearest neighbours in the ring: enough to reach half of the others, yet
 * no two servers reach the same ones. Empty where the ring would be the whole network.
 */
export function ringLines(count: number): string[] {
  const reach = Math.ceil(Math.floor(count / 2) / 2);
  const cuts: string[] = [];
  for (let from = 1; from <= count; from += 1) {
    for (let to = from + 1; to <= count; to += 1) {
      if (Math.min(to - from, count - to + from) > reach) cuts.push(`cut ${from} ${to}`);
    }
  }
  return cuts.length === 0 ? [] : ["heal", ...cuts];
}

/** Describes a partition in words: `S1 S2 apart from S3 S4 S5`. */
export function inWords(groups: readonly Group[]): string {
  const line = partitionLines(groups)[0];
  if (line === undefined || line === "heal") return "All servers reach one another.";
  return line
    .replace("partition ", "")
    .split(" | ")
    .map((part) => part.replace(/\d+/g, "S$&"))
    .join("  |  ");
}
