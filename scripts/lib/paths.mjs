import { fileURLToPath } from "node:url";
import path from "node:path";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** A path inside the project. */
export const at = (...parts) => path.join(root, ...parts);

/** Programs that the set-up installs for this project alone. */
export const tools = at(".tools");
export const toolsBin = path.join(tools, "bin");

/** What wasm-pack makes, and what the page imports. */
export const wasmCrate = at("crate/wasm");
export const pkg = at("web/pkg");
export const pkgName = "raft_playground";

export const dist = at("dist");
