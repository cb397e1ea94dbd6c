/**
 * The engine's rules, properties, mistakes, commands and networks in words. Only parts of the page that
 * are fetched when they are wanted may import this, so that it is fetched with the first of them.
 */
export {
  commandHelp,
  mistakes,
  presets,
  properties,
  rules,
  type CommandHelp,
  type PresetView,
  type RuleView,
} from "../pkg/words";
