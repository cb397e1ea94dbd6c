/**
 * Hover, selection and context menus for whatever carries a `data-target`. Listeners sit on the
 * container, because messages come and go many times a second.
 */
import { isLent } from "../state/focus";
import type { Playground } from "../state/playground.svelte";
import type { Target } from "../state/targets";

const LONG_PRESS_MS = 500;
const STILL_PX = 8;

/** "server:2", "message:41", "entry:2:21", "link:1:2" */
export function targetName(target: Target): string {
  switch (target.kind) {
    case "server":
    case "message":
      return `${target.kind}:${target.id}`;
    case "entry":
      return `entry:${target.server}:${target.index}`;
    case "link":
      return `link:${target.from}:${target.to}`;
  }
}

export function parseTarget(name: string): Target | null {
  const [kind, first, second] = name.split(":");
  const a = Number(first);
  const b = Number(second);
  if (kind === "server" || kind === "message") return { kind, id: a };
  if (kind === "entry") return { kind, server: a, index: b };
  return kind === "link" ? { kind, from: a, to: b } : null;
}

function elementOf(event: Event): Element | null {
  return event.target instanceof Element ? event.target.closest("[data-target]") : null;
}

export function targetOf(event: Event): Target | null {
  const name = elementOf(event)?.getAttribute("data-target");
  return name ? parseTarget(name) : null;
}

/** Svelte action: makes the targets inside `node` respond. */
export function targeting(node: Element, playground: Playground): { destroy(): void } {
  let press = 0;
  let pressed: { x: number; y: number } | null = null;
  let menuOpened = false;

  const openAt = (target: Target, x: number, y: number): void => {
    playground.select(target);
    playground.openMenu({ target, x, y });
  };
  const endPress = (): void => {
    clearTimeout(press);
    pressed = null;
  };

  const listeners: Partial<{
    [K in keyof HTMLElementEventMap]: (e: HTMLElementEventMap[K]) => void;
  }> = {
    pointerover: (event) => {
      playground.hover = targetOf(event);
    },
    pointerleave: () => {
      playground.hover = null;
    },
    click: (event) => {
      const target = targetOf(event);
      if (target && !menuOpened) playground.pick(target);
      menuOpened = false;
    },
    contextmenu: (event) => {
      const target = targetOf(event);
      if (!target) return;
      event.preventDefault();
      endPress();
      if (!menuOpened) openAt(target, event.clientX, event.clientY);
    },
    pointerdown: (event) => {
      menuOpened = false;
      const target = targetOf(event);
      if (event.pointerType === "mouse" || !target) return;
      const { clientX: x, clientY: y } = event;
      pressed = { x, y };
      press = window.setTimeout(() => {
        menuOpened = true;
        openAt(target, x, y);
      }, LONG_PRESS_MS);
    },
    pointermove: (event) => {
      if (!pressed) return;
      if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > STILL_PX) endPress();
    },
    pointerup: endPress,
    pointercancel: endPress,
    keydown: (event) => {
      const element = elementOf(event);
      const target = targetOf(event);
      if (!element || !target) return;
      // What is typed ahead is for the console, whatever has the focus.
      if (playground.consoleOpen && playground.typedAhead !== null) return;
      if (event.key === " " && isLent(element)) return;
      if (event.key === "Enter" || event.key === " ") {
        playground.pick(target);
      } else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
        const box = element.getBoundingClientRect();
        openAt(target, box.left + box.width / 2, box.top + box.height / 2);
      } else {
        return;
      }
      event.preventDefault();
    },
  };
  const entries = Object.entries(listeners) as [string, EventListener][];
  for (const [name, listener] of entries) node.addEventListener(name, listener);
  return {
    destroy() {
      endPress();
      for (const [name, listener] of entries) node.removeEventListener(name, listener);
    },
  };
}

/**
 * Arrow keys inside a group of targets: moves the focus to the next or previous element that
 * matches. True when the key was used.
 */
export function rove(event: KeyboardEvent, selector: string): boolean {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (event.target instanceof Element && isLent(event.target)) return false;
  if (step === undefined || !(event.currentTarget instanceof Element)) return false;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement | SVGElement>(selector)];
  const at = all.findIndex((element) => element === document.activeElement);
  const next = all[(at + step + all.length) % all.length];
  if (at < 0 || !next) return false;
  next.focus();
  event.preventDefault();
  return true;
}
