/** What the command in a terminal takes of this folder. */
export { Refused } from "./binary";
export { limits, load, run } from "./host";
export { defaultMode, modes } from "./modes";
export { listArguments, outcomeOf, testArguments, testsIn } from "./verdict";
