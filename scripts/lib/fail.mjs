/** Something the user has to mend: the message says what is wrong and what to do. */
export class Stop extends Error {}

/** Runs a script's main function; turns a `Stop` into one sentence and exit code 1. */
export async function main(run) {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    console.error(`\nStopped: ${error.message}`);
    process.exitCode = 1;
  }
}
