import { short, table, title, withSpread } from "./print.mjs";

/** Events through the whole world, natively, and how many virtual seconds that is in a real one. */
export function world(rates, runs) {
  title("1. Events a second of CPU time through the whole world, natively");
  const paces = runs.filter(({ figure }) => figure.startsWith("pace-"));
  const rows = paces.map(({ figure, size, work, seconds }) => {
    const load = figure.slice("pace-".length);
    const rate = rates.get(`world-${load}/${size}`);
    const unchecked = rates.get(`world-${load}/${size}-unchecked`);
    const pace = work / seconds[0];
    return [
      `${size} servers, ${load}`,
      withSpread(rate),
      withSpread(unchecked),
      `${short(rate.median / pace)} s`,
    ];
  });
  table(["", "checked", "not checked", "virtual time a second"], rows);
}
