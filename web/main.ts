import { mount } from "svelte";
import App from "./App.svelte";
import { type Engine, openEngine } from "./engine/engine";
import { presentRun } from "./runs/present";
import type { KeptRun } from "./runs/store";
import { notices } from "./state/notices.svelte";
import "./styles/tokens.css";
import "./styles/base.css";

interface Opened {
  engine: Engine;
  /** The run that this tab showed before it was reloaded, when it could be opened. */
  kept: KeptRun | null;
}

/** The engine with the run of this tab, else with a new one. */
async function openLast(): Promise<Opened> {
  const kept = await presentRun().catch(() => undefined);
  if (kept !== undefined) {
    try {
      return { engine: await openEngine(kept.text), kept };
    } catch (error) {
      notices.error(
        `The run of before, “${kept.name}”, cannot be opened: ${(error as Error).message}. It stays in “My runs”.`,
      );
    }
  }
  return { engine: await openEngine(), kept: null };
}

async function start(target: HTMLElement): Promise<void> {
  try {
    const { engine, kept } = await openLast();
    target.replaceChildren();
    mount(App, { target, props: { engine, kept } });
  } catch (error) {
    const words = document.createElement("p");
    words.className = "loading";
    words.setAttribute("role", "alert");
    words.textContent = `The engine did not start (${(error as Error).message}). Reload the page; it needs a browser with WebAssembly.`;
    target.replaceChildren(words);
  }
}

const target = document.getElementById("app");
if (target) void start(target);
