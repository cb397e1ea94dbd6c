/** Words for properties, and for what is broken on purpose. */
import type { PropertyView } from "../engine/engine";
import { mistakes, properties, rules, type RuleView } from "../engine/words";
import { seconds } from "../state/words";

export function stateWords({ state, at }: PropertyView): string {
  const when = at === null ? "" : ` at ${seconds(at)}`;
  switch (state) {
    case "holds":
      return "holds";
    case "untried":
      return "nothing to check yet";
    case "undecided":
      return "not decided";
    case "expected":
      return "expected";
    case "violated":
      return `violated${when}`;
    case "outside":
      return `outside Raft’s fault model${when}`;
  }
}

/** Returns the title and the sentence of a property. */
export function propertyOf(name: string): RuleView {
  return properties.find(({ id }) => id === name) ?? nameless(name);
}

/** "Election Safety, One vote in a term" */
export function titles(broken: PropertyView[]): string {
  return broken.map(({ name }) => propertyOf(name).title).join(", ");
}

/** A bug: a rule that is switched off, or a mistake. */
export interface BugView extends RuleView {
  rule: boolean;
  /** " on S1, S3" where only these servers do it wrongly. */
  only: string;
}

/** The engine says `GrantVote`, or `GrantVote on S1, S3`. */
export function bugOf(told: string): BugView {
  const [name = "", servers] = told.split(" on ");
  const only = servers === undefined ? "" : ` on ${servers}`;
  const rule = rules.find(({ id }) => id === name);
  if (rule) return { ...rule, rule: true, only };
  return { ...(mistakes.find(({ id }) => id === name) ?? nameless(name)), rule: false, only };
}

function nameless(name: string): RuleView {
  return { id: name, title: name, section: "", sentence: "" };
}
