import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";

/** Places of the Raft of an edition, from the folder of the lab, its src, or the Raft itself. */
const places = [".", "src/raft1", "src/raft", "raft1", "raft"];

const hasTests = (folder) =>
  existsSync(folder) &&
  statSync(folder).isDirectory() &&
  readdirSync(folder).some((name) => name.endsWith("_test.go"));

function moduleRoot(folder) {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, "go.mod"))) return at;
    if (at === path.dirname(at)) return undefined;
  }
}

/** A test binary, or a package of Go with tests: its folder, and that of its go.mod. */
export function findPlace(given) {
  if (!existsSync(given)) throw new Stop(`There is no ${given}.`);
  if (statSync(given).isFile()) {
    if (given.endsWith(".wasm")) return { binary: given };
    throw new Stop(`${given} is a file; name the folder of the Raft, or a test binary (.wasm).`);
  }
  const folder = places.map((place) => path.join(given, place)).find(hasTests);
  if (folder === undefined) {
    const looked = places.slice(1).join(", ");
    throw new Stop(
      `There are no tests in ${given}: neither there nor in ${looked} is a file that ends with _test.go. Name the folder with raft_test.go or test_test.go.`,
    );
  }
  const root = moduleRoot(folder);
  if (root === undefined) {
    throw new Stop(
      `There is no go.mod in ${folder} or above it; in the course's tree it stands in src. Restore it, or run "go mod init 6.5840" in src.`,
    );
  }
  return { folder, root };
}
