import { fileURLToPath } from "node:url";
import path from "node:path";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** A path inside the project. */
export const at = (...parts) => path.join(root, ...parts);

/** Programs that the set-up installs for this project alone. */
export const tools = at(".tools");
export const toolsBin = path.join(tools, "bin");

/**
 * The packages that wasm-pack makes, each with its crate and the folder from which the page imports it. With `split` it
 * comes in two files: what the page needs first, and the rest.
 */
export const packages = [
  {
    name: "raft_engine",
    crate: "raft-wasm-engine",
    from: "crate/wasm/engine",
    to: "web/pkg",
    split: true,
  },
  {
    name: "raft_lab",
    crate: "raft-wasm-lab",
    from: "crate/wasm/lab",
    to: "web/pkg-lab",
    profile: "lab",
  },
  { name: "raft_link", crate: "raft-wasm-link", from: "crate/wasm/link", to: "web/pkg-link" },
  {
    name: "raft_search",
    crate: "raft-wasm-search",
    from: "crate/wasm/search",
    to: "web/pkg-search",
    profile: "lab",
  },
];

/** The crate whose bindings are tested in the browser by themselves. */
export const wasmCrate = at("crate/wasm/engine");

export const dist = at("dist");
