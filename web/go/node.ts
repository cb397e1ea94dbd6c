/** The part of this folder that the command in a terminal uses. */
export { Refused } from "./binary";
export { limits, load, run } from "./host";
export { defaultMode, modes } from "./modes";
export { listArguments, outcomeOf, testArguments, testsIn } from "./verdict";
