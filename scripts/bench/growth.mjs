import { short, table, title } from "./print.mjs";

const words = {
  "growth-entries": "entries in each log",
  "growth-history": "events in the run's history",
  "growth-in-flight": "messages in flight",
};

/** What an event costs in ever larger worlds. */
export function growth(runs) {
  title("6. What an event costs in larger worlds");
  const found = runs.filter(({ figure }) => figure.startsWith("growth-"));
  const cost = ({ work, spread }) => (spread.median / work) * 1e9;
  const rows = found.map((row) => {
    const first = found.find(({ figure }) => figure === row.figure);
    return [
      `${short(row.size)} ${words[row.figure]}`,
      `${Math.round(cost(row))} ns`,
      `${(cost(row) / cost(first)).toFixed(2)}x`,
    ];
  });
  table(["", "an event", "to the smallest"], rows);
}
