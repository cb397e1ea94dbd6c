import { parentPort, workerData } from "node:worker_threads";

const { hostUrl, program, modeName, pulse, wanted } = workerData;
const { modes, outcomeOf, run, testArguments } = await import(hostUrl);
const mode = modes.get(modeName);
const beats = new Int32Array(pulse);

/** At most so many characters of a recording are kept in memory. */
const longest = 256 * 2 ** 20;

/** What the run reports, and what it says, line by line in their order. */
class Recording {
  #lines = [];
  #length = 0;
  #open = ["", "", ""];
  reported = false;

  #add(line, ns) {
    if (this.#length > longest) return;
    this.#length += line.length + 1;
    if (this.#length <= longest) this.#lines.push(line);
    else {
      const text = "the recording is cut here: it has reached its limit of 256 MiB";
      this.#lines.push(JSON.stringify({ e: "say", t: ns, fd: 2, text }));
    }
  }

  report(line) {
    this.reported = true;
    this.#add(line, 0);
  }

  write(fd, text, ns) {
    const lines = (this.#open[fd] + text).split("\n");
    this.#open[fd] = lines.pop();
    for (const line of lines) this.#say(fd, line, ns);
  }

  #say(fd, text, ns) {
    this.#add(JSON.stringify({ e: "say", t: ns, fd, text }), ns);
  }

  end({ ns, ending, digest }) {
    for (const fd of [1, 2]) if (this.#open[fd] !== "") this.#say(fd, this.#open[fd], ns);
    const how = ending.kind === "status" ? { exit: ending.status } : { stopped: ending.says };
    this.#lines.push(JSON.stringify({ e: "end", t: ns, ...how, digest }));
    return `${this.#lines.join("\n")}\n`;
  }
}

function runOne({ test, seed }) {
  const recording = new Recording();
  const started = performance.now();
  const result = run(program, {
    args: testArguments(test),
    seed,
    mode,
    env: [`RAFT_SEED=${seed}`, `RAFT_MODE=${modeName}`],
    onReport: (line) => recording.report(line),
    onWrite: (fd, text, ns) => recording.write(fd, text, ns),
    onPulse: () => Atomics.add(beats, 0, 1),
  });
  const seconds = (performance.now() - started) / 1000;
  const outcome = outcomeOf(result, test);
  const { ns, units, digest, output } = result;
  const keep = outcome.verdict === "failed" || wanted === "all";
  const kept = keep
    ? { output, recording: recording.reported ? recording.end(result) : undefined }
    : {};
  return { test, seed, ...outcome, ns, units, digest, seconds, ...kept };
}

parentPort.on("message", (task) => {
  try {
    parentPort.postMessage(runOne(task));
  } catch (error) {
    parentPort.postMessage({ ...task, broken: error.message });
  }
});
