import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { endBySignal, signalStatus, Stop } from "./fail.mjs";
import { at, root, toolsBin } from "./paths.mjs";

const windows = process.platform === "win32";

/** The project's own tools first; cargo's folder last, as a new rustup is not yet on PATH. */
function searchPath() {
  const cargoBin = path.join(process.env.CARGO_HOME ?? path.join(homedir(), ".cargo"), "bin");
  return [toolsBin, process.env.PATH ?? "", cargoBin].join(path.delimiter);
}

function childEnv(extra) {
  // Windows spells it "Path"; two spellings at once would hide ours.
  const others = Object.entries(process.env).filter(([name]) => name.toUpperCase() !== "PATH");
  return { ...Object.fromEntries(others), ...extra, PATH: searchPath() };
}

/** The full path of a program, or undefined. */
export function which(name) {
  const endings = windows ? [".exe", ".cmd", ".bat"] : [""];
  for (const folder of searchPath().split(path.delimiter)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      if (folder && existsSync(file)) return file;
    }
  }
  return undefined;
}

/** Runs a program and returns what it prints, or undefined if it is missing or fails. */
export function capture(program, args, options = {}) {
  const result = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    ...options,
    env: childEnv(options.env),
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** Signals that end a script, and first the program that it runs. */
const ending = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Passes such signals on to the program that `start` starts. It listens before the program is started: a signal that
 * came between the two would end the script and leave its program behind. Call `ended` when the program has ended: then
 * a signalled script ends.
 */
function startWithSignals(start) {
  let got;
  const passOn = (signal) => {
    got = signal;
    child.kill(signal);
  };
  for (const signal of ending) process.on(signal, passOn);
  const child = start();
  const ended = () => {
    for (const signal of ending) process.off(signal, passOn);
    if (got) endBySignal(got);
  };
  return { child, ended };
}

/**
 * Runs a program with its output on the terminal. Resolves to its exit code and, with `keep`, to what it
 * printed. With `hear`, that function is told what it says on standard error, instead of the terminal. A program that
 * a signal ends has the status that a shell gives it.
 */
export function run(program, args, { keep = false, hear, env, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const aside = hear ? ["inherit", "inherit", "pipe"] : "inherit";
    const stdio = keep ? ["inherit", "pipe", "pipe"] : aside;
    const { child, ended } = startWithSignals(() =>
      spawn(program, args, { cwd: root, stdio, ...options, env: childEnv(env) }),
    );
    if (hear) child.stderr.setEncoding("utf8").on("data", hear);
    let output = "";
    for (const [from, to] of hear
      ? []
      : [
          [child.stdout, process.stdout],
          [child.stderr, process.stderr],
        ]) {
      from?.setEncoding("utf8").on("data", (text) => {
        output += text;
        to.write(text);
      });
    }
    child.on("error", () => {
      ended();
      reject(new Stop(`The program "${program}" could not be started.`));
    });
    child.on("close", (code, signal) => {
      ended();
      resolve({ code: signal ? signalStatus(signal) : code, output });
    });
  });
}

/** Runs a program that must succeed. */
export async function mustRun(program, args, options, sentence) {
  const { code } = await run(program, args, options);
  if (code !== 0)
    throw new Stop(sentence ?? `"${program} ${args[0]}" failed; its message is above.`);
}

/** Arguments for `node` that run a program of an npm package, the same on every system. */
export function packageProgram(file) {
  return at("node_modules", file);
}

/** npm as [program, leading arguments]: the npm that started us, if any. */
export function npm() {
  const script = process.env.npm_execpath;
  return script?.endsWith(".js") ? [process.execPath, [script]] : [windows ? "npm.cmd" : "npm", []];
}
