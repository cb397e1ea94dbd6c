import { parentPort, workerData } from "node:worker_threads";

const { hostUrl, program, modeName, pulse, wanted } = workerData;
const { modes, outcomeOf, run, testArguments } = await import(hostUrl);
const mode = modes.get(modeName);
const beats = new Int32Array(pulse);

/** At most so many characters of a recording are kept in memory. */
const longest = 256 * 2 ** 20;

/** Longer lines of theirs are cut. */
const longestLine = 10_000;

const headerStart = '{"e":"header"';

/** The recording of a run: its reports and its output, line by line in their order; see docs/recording.md. */
class Recording {
  #header;
  #lines = [];
  #length = 0;
  #cut = false;
  #open = ["", "", ""];

  #add(line) {
    if (this.#cut) return;
    this.#lines.push(line);
    this.#length += line.length + 1;
    if (this.#length < longest) return;
    this.#cut = true;
    const { t } = JSON.parse(line);
    const text = "the recording is cut here: it has reached its limit of 256 MiB";
    this.#lines.push(JSON.stringify({ e: "say", t, fd: 2, text }));
  }

  report(line) {
    if (line.startsWith(headerStart)) this.#header ??= line;
    else this.#add(line);
  }

  write(fd, text, ns) {
    const lines = (this.#open[fd] + text).split("\n");
    this.#open[fd] = lines.pop();
    for (const line of lines) this.#say(fd, line, ns);
  }

  #say(fd, said, t) {
    const text = said.length > longestLine ? `${said.slice(0, longestLine)}…` : said;
    this.#add(JSON.stringify({ e: "say", t, fd, text }));
  }

  /** The whole text; nothing where the program reports nothing. */
  end({ ns, ending, digest }, about) {
    if (this.#header === undefined) return undefined;
    for (const fd of [1, 2]) if (this.#open[fd] !== "") this.#say(fd, this.#open[fd], ns);
    const how = ending.kind === "status" ? { exit: ending.status } : { stopped: ending.says };
    const header = JSON.stringify({ ...JSON.parse(this.#header), ...about });
    const end = JSON.stringify({ e: "end", t: ns, ...how, digest });
    return `${[header, ...this.#lines, end].join("\n")}\n`;
  }
}

/** Fields that somebody has named by hand: see docs/recording.md. */
const named =
  process.env.RAFT_FIELDS === undefined ? [] : [`RAFT_FIELDS=${process.env.RAFT_FIELDS}`];

function runOne({ test, seed }) {
  const recording = new Recording();
  const started = performance.now();
  const result = run(program, {
    args: testArguments(test),
    seed,
    mode,
    env: named,
    onReport: (line) => recording.report(line),
    onWrite: (fd, text, ns) => recording.write(fd, text, ns),
    onPulse: () => Atomics.add(beats, 0, 1),
  });
  const seconds = (performance.now() - started) / 1000;
  const outcome = outcomeOf(result, test);
  const { ns, units, digest, output } = result;
  const keep = outcome.verdict === "failed" || wanted === "all";
  const about = { test, seed, mode: modeName };
  const kept = keep ? { output, recording: recording.end(result, about) } : {};
  return { test, seed, ...outcome, ns, units, digest, seconds, ...kept };
}

parentPort.on("message", (task) => {
  try {
    parentPort.postMessage(runOne(task));
  } catch (error) {
    parentPort.postMessage({ ...task, broken: error.message });
  }
});
