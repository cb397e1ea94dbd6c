import { short, table, times, title, withSpread } from "./print.mjs";

const milliseconds = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** The lab, and the engine in Chromium beside the native one. */
export function engine(found, native) {
  title("3. The 28 tests of the lab, CPU seconds");
  const lab = native.find(({ figure }) => figure === "lab");
  const seconds = ({ spread: { median, low, high } }) =>
    `${median.toFixed(3)} s (${low.toFixed(3)} to ${high.toFixed(3)})`;
  const ratio = found.lab.spread.median / lab.spread.median;
  table(
    ["", "native", "Chromium", "ratio"],
    [["all tests, seed 1", seconds(lab), seconds(found.lab), times(ratio)]],
  );
  title("4. WebAssembly in Chromium beside native, the same runs with journal, checks and copies");
  const rows = found.runs.map((run) => {
    const same = native.find(({ figure, size }) => figure === run.figure && size === run.size);
    const rate = ({ work, spread: { median, low, high } }) =>
      withSpread({ median: work / median, low: work / high, high: work / low });
    return [
      `${run.size} servers, ${run.figure.slice("run-".length)}`,
      rate(same),
      rate(run),
      times(run.spread.median / same.spread.median),
    ];
  });
  table(["events/s", "native", "Chromium", "slower"], rows);
}

/** Animation frames, and what is loaded. */
export function page(frames, loading) {
  title(
    "5. The page: main thread at work for an animation frame, engine, drawing, layout and paint",
  );
  const rows = frames.map(({ servers, messages, slower, marks, cpu, median, rarely, rate }) => [
    `${servers} servers, ${messages} messages${slower > 1 ? `, CPU ${slower} times slower` : ""}`,
    String(marks),
    milliseconds(cpu),
    milliseconds(median),
    `${milliseconds(rarely.median)} (${rarely.least.toFixed(1)} to ${rarely.most.toFixed(1)})`,
    `${rate.toFixed(0)} /s`,
  ]);
  table(["", "elements", "CPU, mean", "median", "1 in 100", "frames"], rows);
  title("5. Loaded until the first leader is shown");
  const sizes = [...loading.parts].sort(([, a], [, b]) => b.gzipped - a.gzipped);
  const sum = (field) => sizes.reduce((total, [, part]) => total + part[field], 0);
  table(
    ["", "bytes", "gzipped"],
    [
      ...sizes.map(([name, part]) => [name, short(part.raw), short(part.gzipped)]),
      ["all", short(sum("raw")), short(sum("gzipped"))],
    ],
  );
  console.log(`\nfirst paint after ${milliseconds(loading.paint.median)}`);
  console.log(`first leader shown after ${milliseconds(loading.leader.median)}`);
}
