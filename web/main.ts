import { mount } from "svelte";
import App from "./App.svelte";
import { type Engine, openEngine } from "./engine/engine";
import { fetchRest } from "./engine/load";
import type { RunSource } from "./engine/source";
import { presentRun } from "./runs/present";
import type { KeptRun } from "./runs/store";
import { notices } from "./state/notices.svelte";
import { persist } from "./state/persist";
import "./styles/tokens.css";
import "./styles/base.css";

declare global {
  interface Window {
    /** Says in place of the page why it does not start; it may be tried again. See `boot.js`. */
    raftFailed?: (text: string, again?: boolean) => void;
  }
}

interface Opened {
  source: RunSource;
  /** The run that this tab showed before it was reloaded, when it could be opened. */
  kept: KeptRun | null;
}

/** The address names the run that is not shown: without it that run would be opened a moment later. */
function leaveAddressOf(kept: KeptRun): void {
  if ((history.state as { run?: string } | null)?.run !== kept.id) return;
  history.replaceState(null, "", location.pathname + location.search);
}

/** A network that is gone for a while only delays the engine’s second part. */
function persistent(engine: Engine): RunSource {
  engine.whole = () => persist("The engine’s second part", fetchRest);
  return engine;
}

/** The engine with the run of this tab, else with a new one. */
async function openLast(target: HTMLElement): Promise<Opened> {
  const kept = await presentRun().catch(() => undefined);
  if (kept !== undefined) {
    try {
      const { waiting } = await import("./runs/waiting");
      const engine = await openEngine(kept.text, waiting(target, kept.name));
      if (engine) return { source: persistent(engine), kept };
      notices.info(`“${kept.name}” was not waited for. It stays in “My runs”.`);
    } catch (error) {
      notices.error(
        `The run of before, “${kept.name}”, cannot be opened: ${(error as Error).message}. It stays in “My runs”.`,
      );
    }
  }
  if (kept !== undefined) leaveAddressOf(kept);
  const engine = await openEngine();
  if (!engine) throw new Error("there is no run");
  return { source: persistent(engine), kept: null };
}

/** An address with `?look` shows the run that it names without what would change it. */
async function asWanted(source: RunSource): Promise<RunSource> {
  const looks = new URLSearchParams(location.search).has("look") && location.hash !== "";
  return looks ? (await import("./engine/look-only")).lookOnly(source) : source;
}

async function start(target: HTMLElement): Promise<void> {
  try {
    const { source, kept } = await openLast(target);
    const props = { source: await asWanted(source), kept };
    target.replaceChildren();
    mount(App, { target, props });
  } catch (error) {
    window.raftFailed?.(`The Raft engine did not start: ${(error as Error).message}.`, true);
  }
}

const target = document.getElementById("app");
if (target) void start(target);
