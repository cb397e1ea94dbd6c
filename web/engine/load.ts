/**
 * Loads the generated wasm package, which comes in two parts: what the first run needs, and the rest. Its glue keeps
 * one instance in a module variable, so a fresh instance (after a trap) needs a fresh copy of the glue: the same
 * file under another query.
 */
import * as firstGlue from "../pkg/raft_engine.js";
import glueUrl from "../pkg/raft_engine.js?url";
import firstUrl from "../pkg/raft_engine_bg.wasm?url";
import restUrl from "../pkg/raft_engine_rest.wasm?url";

export type Api = typeof import("../pkg/raft_engine");

let first: Promise<WebAssembly.Module> | undefined;
let rest: WebAssembly.Module | undefined;
let restComing: Promise<void> | undefined;
let copies = 0;

declare global {
  interface Window {
    /** The first part of the engine, which `boot.js` has begun to fetch. */
    raftEngine?: Promise<Response>;
  }
}

async function compile(url: string, coming = fetch(url)): Promise<WebAssembly.Module> {
  return WebAssembly.compileStreaming(coming).catch(async () => {
    // A server that names the wrong content type is no reason to fail.
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`The engine's file did not load: ${answer.status}.`);
    return WebAssembly.compile(await answer.arrayBuffer());
  });
}

/** True when the rest is there. */
export const restIsThere = (): boolean => rest !== undefined;

/** Fetches the rest, if it is not there. The first sign of a person is early enough. */
export function fetchRest(): Promise<void> {
  restComing ??= compile(restUrl).then(
    (module) => {
      rest = module;
    },
    (error: unknown) => {
      restComing = undefined;
      throw error;
    },
  );
  return restComing;
}

/**
 * The rest at once: the engine stands in the middle of a call. The page does not call what needs it before it is there;
 * where it does by mistake, the call ends as a trap does, and the run is rebuilt.
 */
function restNow(): WebAssembly.Module {
  if (rest === undefined) throw new WebAssembly.RuntimeError("the rest of the engine is not there");
  return rest;
}

/** The first copy is part of the bundle; later ones are the same file as it was generated. */
async function loadGlue(): Promise<Api> {
  copies += 1;
  if (copies === 1) return firstGlue;
  return import(/* @vite-ignore */ `${glueUrl}?copy=${copies}`) as Promise<Api>;
}

/** A fresh instance of the engine, which shares nothing with earlier ones but the compiled code. */
export async function loadApi(): Promise<Api> {
  first ??= compile(firstUrl, window.raftEngine);
  const [module, api] = await Promise.all([first, loadGlue()]);
  api.onNeed(() => {
    api.addRest(restNow());
  });
  await api.default({ module_or_path: module });
  // It would have to do all kinds of things to find out.
  api.knownAs(api.FINGERPRINT);
  return api;
}
