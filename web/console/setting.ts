/** Settings that are typed as commands: a run has them from its beginning on, so they ask for a new run. */

const SETTING =
  /^(seed|servers|heartbeat|election|batch|autosnapshot|service|broken)\b|^disk\s+[\d.]/;

/** Lines about the run of before that another run does not carry on, and what it came to. */
const ABOUT = /^(engine|name|note|show)\b|^at \S+ (after \d+ )?(digest|note)\b/;

const DONE = /^at \S+ (?!(after \d+ )?end$)/;

/** True for a line that is refused as a command and may stand in a run's settings. */
export const isSetting = (line: string): boolean => SETTING.test(line);

export interface Renewed {
  /** The same run with the setting: what was done is done again at the same moments. */
  whole: string;
  /** Its settings alone. */
  bare: string;
  /** The run has commands. */
  isDone: boolean;
}

/** The text of a run with another setting; of two lines of one setting the later one counts. */
export function withSetting(text: string, line: string): Renewed {
  const lines = text.split("\n").filter((each) => each !== "" && !ABOUT.test(each));
  const timed = lines.filter((each) => each.startsWith("at "));
  const bare = [...lines.filter((each) => !each.startsWith("at ")), line];
  return {
    whole: `${[...bare, ...timed].join("\n")}\n`,
    bare: `${bare.join("\n")}\n`,
    isDone: timed.some((each) => DONE.test(each)),
  };
}
