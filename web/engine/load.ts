/**
 * Loads the generated wasm package. Its glue keeps one instance in a module variable, so a fresh
 * instance (after a trap) needs a fresh copy of the glue: the same file under another query.
 */
import glueUrl from "../pkg/raft_playground.js?url";
import wasmUrl from "../pkg/raft_playground_bg.wasm?url";

export type Api = typeof import("../pkg/raft_playground");

let compiled: Promise<WebAssembly.Module> | undefined;
let copies = 0;

function compile(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compileStreaming(fetch(wasmUrl)).catch(async () => {
    // A server that names the wrong content type is no reason to fail.
    const answer = await fetch(wasmUrl);
    if (!answer.ok) throw new Error(`The engine's file did not load: ${answer.status}.`);
    return WebAssembly.compile(await answer.arrayBuffer());
  });
  return compiled;
}

/** The first copy is part of the bundle; later ones are the same file as it was generated. */
function loadGlue(): Promise<Api> {
  copies += 1;
  if (copies === 1) return import("../pkg/raft_playground.js");
  return import(/* @vite-ignore */ `${glueUrl}?copy=${copies}`) as Promise<Api>;
}

/** A fresh instance of the engine, which shares nothing with earlier ones but the compiled code. */
export async function loadApi(): Promise<Api> {
  const [module, api] = await Promise.all([compile(), loadGlue()]);
  await api.default({ module_or_path: module });
  return api;
}
