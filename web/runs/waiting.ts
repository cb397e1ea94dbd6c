/** A notice that is shown while the run of before is executed again. */
import type { Watch } from "../engine/pieces";

/** A wait that is over sooner is not worth a word. */
const SHOWN_AFTER_MS = 250;

/** A long run takes a while to be executed again: says how far it has come, and that one need not wait. */
export function waiting(target: HTMLElement, name: string): Watch {
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
