import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Stop } from "../lib/fail.mjs";

export const usage = `npm run go -- FOLDER [TESTS or PARTS] [--seeds A..B] [--jobs N] [--mode MODE] [--json] [--keep FOLDER]

Runs the tests of a Raft in Go on virtual time. FOLDER is the folder of the lab, of its src, or of the Raft itself
(src/raft1, src/raft), or a test binary that was built with GOOS=wasip1 GOARCH=wasm go test -c. Nothing is written into it.

  3B TestBackup3B    a part, or tests by their names; all if none is named
  --seeds 1..200     under each of these seeds; one seed is a number; 1 if left out
  --jobs 4           so many runs at a time
  --mode parallel    the order of goroutines: MODES
  --json             one JSON object a line, for each run and then for all
  --keep FOLDER      where the logs and recordings of failures go; recordings/ if left out`;

const most = 2 ** 32;

function seedsOf(text) {
  const found = /^(\d{1,12})(?:\.\.(\d{1,12}))?$/.exec(text);
  const first = Number(found?.[1]);
  const last = Number(found?.[2] ?? found?.[1]);
  if (!found || first > last || last >= most) {
    throw new Stop(
      `--seeds takes a number or a range such as 1..200, below ${most}; "${text}" is neither.`,
    );
  }
  return { first, last };
}

function jobsOf(text) {
  const jobs = text === undefined ? os.availableParallelism() : Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 256) return jobs;
  throw new Stop(`--jobs takes a number from 1 to 256; "${text}" is none.`);
}

function parse(args) {
  const string = { type: "string" };
  const boolean = { type: "boolean", default: false };
  const options = {
    seeds: { ...string, default: "1" },
    jobs: string,
    mode: string,
    keep: string,
    json: boolean,
    help: { ...boolean, short: "h" },
  };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Stop(`${error.message.split(". ")[0]}. "npm run go -- --help" says what there is.`);
  }
}

/** npm starts scripts in the project's folder; paths are meant from where the user stands. */
const here = () => process.env.INIT_CWD ?? process.cwd();

/** The options of `npm run go`; nothing if only help is wanted. */
export function goOptions(args, { modes, defaultMode }) {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [folder, ...wanted] = positionals;
  if (folder === undefined) {
    throw new Stop(
      'Name the folder of the lab: npm run go -- ~/6.5840/src/raft1. "--help" says more.',
    );
  }
  const mode = modes.get(values.mode ?? defaultMode);
  if (!mode) {
    throw new Stop(
      `There is no mode "${values.mode}"; the modes are ${[...modes.keys()].join(" and ")}.`,
    );
  }
  return {
    folder: path.resolve(here(), folder),
    wanted,
    seeds: seedsOf(values.seeds),
    jobs: jobsOf(values.jobs),
    mode,
    json: values.json,
    keep: values.keep === undefined ? undefined : path.resolve(here(), values.keep),
  };
}

/** The help, with what the modes do. */
export function helpText(modes) {
  const says = [...modes.values()].map(
    ({ name, says: text }) => `\n                       ${name}: ${text}`,
  );
  return usage.replace(" MODES", says.join(""));
}

const near = (tests, name) => {
  const letters = name.toLowerCase().replace(/^test/, "");
  const like = tests.filter((test) => test.toLowerCase().includes(letters));
  return like.length > 0 && letters !== "" ? like : tests;
};

/** The tests that are wanted: by name, or by part, as the end of their names tells it. */
export function chosen(tests, wanted) {
  if (tests.length === 0) {
    throw new Stop(
      "There are no tests here: no function TestSomething in files that end with _test.go.",
    );
  }
  if (wanted.length === 0) return tests;
  for (const name of wanted) {
    if (tests.some((test) => fits(test, name))) continue;
    const shown = near(tests, name).slice(0, 12).join(", ");
    throw new Stop(
      `There is no test or part "${name}"; there is ${shown}${tests.length > 12 ? ", ..." : ""}.`,
    );
  }
  return tests.filter((test) => wanted.some((name) => fits(test, name)));
}

/** A part is a number with or without a letter: 3, 3B. */
function fits(test, name) {
  if (test === name) return true;
  return /^\d[A-Z]?$/i.test(name) && new RegExp(`${name}[A-Z]?$`, "i").test(test);
}
