import { mount } from "svelte";
import App from "./App.svelte";
import { type Engine, openEngine } from "./engine/engine";
import type { Watch } from "./engine/pieces";
import { presentRun } from "./runs/present";
import type { KeptRun } from "./runs/store";
import { notices } from "./state/notices.svelte";
import "./styles/tokens.css";
import "./styles/base.css";

declare global {
  interface Window {
    /** Says in place of the page why it does not start; it may be tried again. See `boot.js`. */
    raftFailed?: (text: string, again?: boolean) => void;
  }
}

/** What is over sooner is not worth a word. */
const SHOWN_AFTER_MS = 250;

interface Opened {
  engine: Engine;
  /** The run that this tab showed before it was reloaded, when it could be opened. */
  kept: KeptRun | null;
}

/** The engine with the run of this tab, else with a new one. */
async function openLast(target: HTMLElement): Promise<Opened> {
  const kept = await presentRun().catch(() => undefined);
  if (kept !== undefined) {
    try {
      const engine = await openEngine(kept.text, waiting(target, kept.name));
      if (engine) return { engine, kept };
      notices.info(`“${kept.name}” was not waited for. It stays in “My runs”.`);
    } catch (error) {
      notices.error(
        `The run of before, “${kept.name}”, cannot be opened: ${(error as Error).message}. It stays in “My runs”.`,
      );
    }
  }
  const engine = await openEngine();
  if (!engine) throw new Error("there is no run");
  return { engine, kept: null };
}

/** A long run takes a while to be executed again: says how far it has come, and that one need not wait. */
function waiting(target: HTMLElement, name: string): Watch {
  const words = document.createElement("p");
  words.className = "loading";
  words.setAttribute("role", "status");
  const leave = document.createElement("button");
  leave.className = "button";
  leave.textContent = "Start a new run instead";
  let left = false;
  leave.onclick = () => (left = true);
  const text = document.createElement("span");
  words.append(text, " ", leave);
  const began = performance.now();
  return {
    stopped: () => left,
    tell: (share) => {
      if (performance.now() - began < SHOWN_AFTER_MS) return;
      text.textContent = `Coming back to “${name}”: ${Math.floor(100 * share)}%.`;
      if (!words.isConnected) target.replaceChildren(words);
    },
  };
}

async function start(target: HTMLElement): Promise<void> {
  try {
    const { engine, kept } = await openLast(target);
    target.replaceChildren();
    mount(App, { target, props: { engine, kept } });
  } catch (error) {
    window.raftFailed?.(`The Raft engine did not start: ${(error as Error).message}.`, true);
  }
}

const target = document.getElementById("app");
if (target) void start(target);
