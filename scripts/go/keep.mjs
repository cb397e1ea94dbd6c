import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";

/** Number of failures of a test that are kept: the shortest. */
const most = 5;

/** Writes the log, and the recording if there is one, of runs that are kept. */
export class Keeper {
  #folder;
  #mode;
  #kept = new Map();

  constructor(folder, mode) {
    this.#folder = folder ?? at("recordings");
    this.#mode = mode.name;
  }

  /** Keeps a run, unless shorter ones are kept already. Gives the names of its files. */
  add({ test, seed, ns, output, recording }) {
    if (output === undefined) return undefined;
    const kept = this.#kept.get(test) ?? [];
    this.#kept.set(test, kept);
    if (kept.length >= most && ns >= kept.at(-1).ns) return undefined;
    const base = path.join(this.#folder, `${test}-seed-${seed}-${this.#mode}`);
    const files = {
      log: `${base}.log`,
      ...(recording === undefined ? {} : { recording: `${base}.jsonl` }),
    };
    this.#write(files.log, output);
    if (recording !== undefined) this.#write(files.recording, recording);
    kept.push({ ns, files });
    kept.sort((a, b) => a.ns - b.ns);
    for (const gone of kept.splice(most)) this.#remove(gone.files);
    return files;
  }

  #write(file, text) {
    try {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(file, text);
    } catch (error) {
      throw new Stop(
        `${file} could not be written (${error.code ?? error.message}); --keep names another folder.`,
      );
    }
  }

  #remove(files) {
    for (const file of Object.values(files)) rmSync(file, { force: true });
  }
}
