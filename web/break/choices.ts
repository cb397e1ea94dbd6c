/** All that can be done wrongly, in the catalogue's groups. */
import { mistakes, rules } from "../engine/words";
import { examples } from "../pkg/mutants";

export interface Choice {
  /** Its name in the settings. */
  name: string;
  /** The thing that is done wrongly, in words. */
  title: string;
}

const shown = new Set(examples.map(({ name }) => name));

/** Those without a run in the catalogue: no property is violated by them, or none in a small run. */
const others: Choice[] = [
  ...rules.map(({ id, title }) => ({ name: id, title: `switched off: ${title}` })),
  ...mistakes.map(({ id, title }) => ({ name: id, title })),
].filter(({ name }) => !shown.has(name));

export const choices: { group: string; bugs: Choice[] }[] = [
  ...[...new Set(examples.map(({ group }) => group))].map((group) => ({
    group,
    bugs: examples.filter((example) => example.group === group),
  })),
  { group: "Others", bugs: others },
];

/** Returns the words for a thing that is done wrongly, by its name in the settings. */
export function titleOf(name: string): string {
  return choices.flatMap(({ bugs }) => bugs).find((each) => each.name === name)?.title ?? name;
}
