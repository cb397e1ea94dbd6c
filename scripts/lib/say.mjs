/** One line for one step. */
export function say(step, text) {
  console.log(`${step.padEnd(13)} ${text}`);
}
