import { mount } from "svelte";
import App from "./App.svelte";
import { openEngine } from "./engine/engine";
import "./styles/tokens.css";
import "./styles/base.css";

async function start(target: HTMLElement): Promise<void> {
  try {
    const engine = await openEngine();
    target.replaceChildren();
    mount(App, { target, props: { engine } });
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
