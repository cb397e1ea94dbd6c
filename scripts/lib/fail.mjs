import { constants } from "node:os";

/** Something the user has to mend: the message says what is wrong and what to do. */
export class Stop extends Error {}

/** The status of a program that a signal has ended, as shells give it. */
export const signalStatus = (signal) => 128 + constants.signals[signal];

/** Ends this script as if by a signal. */
export const endBySignal = (signal) => process.exit(signalStatus(signal));

/** A reader that has gone (`npm test | head -1`) ends a script without a word, as it ends other programs. */
function endWithReader(stream) {
  stream.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
    endBySignal("SIGPIPE");
  });
}

/**
 * Runs a script's main function, whose result is the script's status: a whole number, or nothing for 0. A `Stop`
 * becomes one sentence and status 1. No other place sets the status (eslint sees to it), so that none is lost.
 */
export async function main(run) {
  endWithReader(process.stdout);
  endWithReader(process.stderr);
  try {
    const status = (await run()) ?? 0;
    if (!Number.isInteger(status)) throw new TypeError(`${String(status)} is no exit status`);
    process.exitCode = Math.min(status, 255);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(`\nStopped: ${error.message}`);
    process.exitCode = 1;
  }
}
