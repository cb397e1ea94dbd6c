import { table, times, title, withSpread } from "./print.mjs";

const label = (group) => {
  const [, kind, nodes, underWay, bytes] = group.split("-");
  return kind === "idle"
    ? `${nodes} nodes, idle: messages/s`
    : `${nodes} nodes, ${underWay} under way, ${bytes} B: commits/s`;
};

/** The core beside raft-rs, whichever way of sending suits raft-rs better. */
export function core(rates) {
  title("2. The core alone beside raft-rs 0.7, through queues in memory, a second of CPU time");
  const groups = [...rates.keys()]
    .filter((key) => key.startsWith("core-") && key.endsWith("/ours"))
    .map((key) => key.slice(0, -"/ours".length))
    .sort();
  const rows = groups.map((group) => {
    const [ours, single, merging] = ["ours", "raft-rs", "raft-rs-merging"].map((name) =>
      rates.get(`${group}/${name}`),
    );
    const ratio = ours.median / Math.max(single.median, merging.median);
    return [label(group), ...[ours, single, merging].map(withSpread), times(ratio)];
  });
  table(["", "ours", "raft-rs", "raft-rs, merging", "ratio to the better"], rows);
}
