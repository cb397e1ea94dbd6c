import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { tools } from "../lib/paths.mjs";

const folder = path.join(tools, "go-unfinished");

/** Results of a command that was stopped: the same command on the same module goes on from there. */
export class Unfinished {
  #file;
  #known = new Map();

  constructor(bytes, hostBytes, { mode, seeds }, tests) {
    const what = JSON.stringify([mode.name, seeds, tests]);
    const hash = createHash("sha256").update(bytes).update(hostBytes).update(what).digest("hex");
    this.#file = path.join(folder, `${hash.slice(0, 24)}.jsonl`);
  }

  /** Results of the earlier command. A line that was cut while it was written is run again. */
  read() {
    if (!existsSync(this.#file)) return [];
    for (const line of readFileSync(this.#file, "utf8").split("\n")) {
      try {
        const result = JSON.parse(line);
        this.#known.set(`${result.test} ${result.seed}`, result);
      } catch {
        continue;
      }
    }
    return [...this.#known.values()];
  }

  has({ test, seed }) {
    return this.#known.has(`${test} ${seed}`);
  }

  add(result) {
    mkdirSync(folder, { recursive: true });
    appendFileSync(this.#file, `${JSON.stringify(result)}\n`);
  }

  finished() {
    rmSync(this.#file, { force: true });
  }
}
