/** Words for figures, and tables of them. */

const scales = [
  [1e6, " M"],
  [1e3, " k"],
  [1, ""],
];

/** 12,345,678 as "12.3 M". */
export function short(figure) {
  const [by, sign] = scales.find(([scale]) => Math.abs(figure) >= scale) ?? [1, ""];
  return `${Number((figure / by).toPrecision(3))}${sign}`;
}

/** A rate with its spread in per cent of the median. */
export function withSpread({ median, low, high }) {
  const share = Math.max(high - median, median - low) / median;
  return `${short(median)} ±${Math.max(1, Math.round(share * 100))} %`;
}

export const times = (ratio) => `${ratio.toFixed(2)}x`;

export function title(text) {
  console.log(`\n== ${text}`);
}

/** Rows of words under each other, the first column to the left. */
export function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, at) => Math.max(...all.map((row) => row[at].length)));
  for (const row of all) {
    const words = row.map((word, at) =>
      at === 0 ? word.padEnd(widths[at]) : word.padStart(widths[at]),
    );
    console.log(words.join("   ").trimEnd());
  }
}
