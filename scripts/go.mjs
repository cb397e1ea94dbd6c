import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildModule } from "./go/build.mjs";
import { hostFile } from "./go/host.mjs";
import { chosen, goOptions, helpText } from "./go/options.mjs";
import { findPlace } from "./go/place.mjs";
import { runAll } from "./go/pool.mjs";
import { Report } from "./go/report.mjs";
import { Unfinished } from "./go/unfinished.mjs";
import { main, signalStatus, Stop } from "./lib/fail.mjs";
import { checkNode, nodeModules } from "./setup/node.mjs";

/** The module's tests; what is no test binary is refused. */
function testsOf(host, program) {
  const { modes, defaultMode, listArguments, run, testsIn } = host;
  const mode = modes.get(defaultMode);
  const listing = run(program, { args: listArguments, seed: 1, mode, limits: { ns: 60e9 } });
  const tests = testsIn(listing);
  if (tests) return tests;
  const said = listing.output.trim().split("\n", 1)[0] || "nothing";
  throw new Stop(
    `Asked for its tests, the module answers otherwise than a test binary of Go (it says: ${said.slice(0, 200)}). Build it with go test -c.`,
  );
}

function* tasksOf(tests, { first, last }, done) {
  for (let seed = first; seed <= last; seed += 1) {
    for (const test of tests) if (!done.has({ test, seed })) yield { test, seed };
  }
}

async function moduleOf(options) {
  const place = findPlace(options.folder);
  if (place.binary) return { bytes: readFileSync(place.binary), version: undefined, remarks: [] };
  return buildModule(place);
}

/** Signals that end the command early, with what it has come to so far; a second one ends it at once. */
function listenForSignals() {
  const got = { signal: undefined, stop: () => {} };
  const hear = (signal) => {
    got.signal = signal;
    got.stop();
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, hear);
  return got;
}

async function go(args) {
  checkNode();
  await nodeModules();
  const hostUrl = await hostFile();
  const host = await import(hostUrl);
  const options = goOptions(args, host);
  if (!options) {
    console.log(helpText(host.modes));
    return 0;
  }
  const { bytes, version, edition, remarks } = await moduleOf(options);
  const program = host.load(bytes);
  const tests = chosen(testsOf(host, program), options.wanted);
  const say = options.json ? console.error : console.log;
  for (const remark of [...remarks, ...program.remarks]) say(`Note: ${remark}`);
  const hostBytes = readFileSync(fileURLToPath(hostUrl));
  const unfinished = new Unfinished(bytes, hostBytes, options, tests);
  const known = unfinished.read();
  const all = tests.length * (options.seeds.last - options.seeds.first + 1);
  if (known.length > 0)
    say(`Going on where the same command was stopped: ${known.length} of ${all} runs are done.`);
  const of = edition ? ` of the ${edition} edition` : "";
  const compiledBy = version ? `, compiled by ${version}` : "";
  say(
    `${tests.length} ${tests.length === 1 ? "test" : "tests"}${of}${compiledBy}, ${all} ${all === 1 ? "run" : "runs"}, ${options.jobs} at a time, mode ${options.mode.name}\n`,
  );
  return play({ host, hostUrl, program, options, tests, unfinished, known, all });
}

async function play({ host, hostUrl, program, options, tests, unfinished, known, all }) {
  const got = listenForSignals();
  const report = new Report(options, tests, known, all);
  const jobs = Math.max(1, Math.min(options.jobs, all - known.length));
  const { done, stop } = runAll(tasksOf(tests, options.seeds, unfinished), {
    jobs,
    hostUrl,
    program,
    modeName: options.mode.name,
    wanted: all === 1 ? "all" : "failures",
    heard: (result) => unfinished.add(report.take(result)),
  });
  got.stop = stop;
  await done;
  const { user, system } = process.cpuUsage();
  const cpu = (user + system) / 1e6;
  report.end({ finished: got.signal === undefined, cpu, defaultMode: host.defaultMode });
  if (got.signal) {
    console.error(
      `\nStopped after ${report.results.length} of ${all} runs. The same command goes on from here.`,
    );
    return signalStatus(got.signal);
  }
  unfinished.finished();
  return report.count("failed") > 0 ? 1 : 0;
}

/** npm run go -- FOLDER [tests or parts] [--seeds A..B]: 0 if all passed, 1 if some failed, 2 if they could not be run. */
await main(async () => {
  try {
    return await go(process.argv.slice(2));
  } catch (error) {
    // A refusal of the host is an error of its own class, in the host's own copy.
    if (!(error instanceof Stop) && error.constructor.name !== "Refused") throw error;
    console.error(`\nStopped: ${error.message}`);
    return 2;
  }
});
