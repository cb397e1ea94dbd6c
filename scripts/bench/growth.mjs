import { short, table, title } from "./print.mjs";

/** Names of the quantities that grow, and of one unit. */
const words = {
  entries: ["entries in each log", "an entry"],
  snapshots: ["entries, with snapshots", "an entry"],
  history: ["events of history", "an event"],
  commands: ["events, with commands", "an event"],
  clients: ["events, with busy clients", "an event"],
  servers: ["servers", "a server"],
  "in-flight": ["messages in flight", "a message"],
};

/** The rows of each kind, with the first and the one before. */
function perKind(rows, kind, cells) {
  const found = rows.filter(({ figure }) => figure.startsWith(kind));
  return found.map((row, at) => {
    const same = found.filter(({ figure }) => figure === row.figure);
    const before = found[at - 1]?.figure === row.figure ? found[at - 1] : null;
    const [what, one] = words[row.figure.slice(kind.length)];
    return [`${short(row.size)} ${what}`, ...cells(row, { first: same[0], before, one })];
  });
}

/** Prints the cost of an event in ever larger worlds. */
export function growth(runs) {
  title("6. What an event costs in larger worlds");
  const cost = ({ work, spread }) => (spread.median / work) * 1e9;
  const rows = perKind(runs, "growth-", (row, { first }) => [
    `${Math.round(cost(row))} ns`,
    `${(cost(row) / cost(first)).toFixed(2)}x`,
  ]);
  table(["", "an event", "to the smallest"], rows);
}

/** "10x has 2.4x": by how much more there is, and how much more that takes. */
const steps = (size, bytes) => `${short(size)}x has ${bytes.toFixed(2)}x`;

/** The bytes that ever larger worlds take, natively and in Chromium. */
export function grownMemory(native, browser) {
  title("6. Memory of larger worlds, natively");
  const rows = perKind(native, "memory-", (row, { before, one }) => [
    short(row.bytes),
    short(row.peak),
    short(row.alone),
    `${short(row.bytes / row.size)} ${one}`,
    before ? steps(row.size / before.size, row.bytes / before.bytes) : "",
  ]);
  table(["", "bytes", "at most", "world alone", "for each", "to the one before"], rows);
  title("6. Memory of the engine in Chromium, after going back a hundred times");
  table(
    ["", "bytes", "for each event", "to the one before", "to go back, median", "at most"],
    browser.map((run, at) => {
      const before = browser[at - 1];
      return [
        `${short(run.size)} events of history`,
        short(run.memory),
        short(run.memory / run.size),
        before ? steps(run.size / before.size, run.memory / before.memory) : "",
        `${run.median.toFixed(1)} ms`,
        `${run.most.toFixed(1)} ms`,
      ];
    }),
  );
}
