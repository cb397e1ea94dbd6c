import path from "node:path";

/**
 * The price of a call of a shared library, about what one takes on average. Their own instructions are not
 * counted: malloc takes more or fewer after the program's path was longer, and memcpy is chosen for the processor.
 */
const call = 80;

/** `fn=(3) name` gives a name a number, `fn=(3)` stands for it later; objects and functions have numbers of their own. */
const position = /^(ob|cob)=\((\d+)\)(?: (.*))?$/;

/**
 * Counts the instructions of one program in what callgrind wrote, with a price for each call that leaves it. The
 * count depends neither on the path of the program nor on the processor.
 */
export function countOwn(profile, program) {
  const names = new Map();
  let [own, count] = [false, 0];
  let [callee, isCost] = [undefined, false];
  const isOwn = (number) => path.posix.basename(names.get(number) ?? "") === program;
  for (const line of profile.split("\n")) {
    const [, kind, number, name] = position.exec(line) ?? [];
    if (name) names.set(number, name);
    if (kind === "ob") own = isOwn(number);
    else if (kind === "cob") callee = number;
    else if (line.startsWith("calls=")) {
      const calls = Number(/\d+/.exec(line)[0]);
      if (own && callee !== undefined && !isOwn(callee)) count += calls * call;
      // What the callee takes in all stands in the next line, and is counted where the callee stands.
      [callee, isCost] = [undefined, true];
    } else if (/^[+\-*\d]\S* \d+$/.test(line)) {
      if (own && !isCost) count += Number(line.split(" ")[1]);
      isCost = false;
    }
  }
  if (![...names.values()].some((name) => path.posix.basename(name) === program)) {
    throw new Error(`callgrind has counted nothing of "${program}".`);
  }
  return count;
}
