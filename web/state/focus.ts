/**
 * Space belongs to a button only if somebody went to it: with Tab, an arrow key or a screen reader. A button that was
 * clicked, or got the focus from the page, keeps the focus but leaves the page its keys.
 */

/** Elements that got the focus by a click, or from the page. */
const lent = new WeakSet<Element>();
let lending = false;
let pointed = false;

const FOCUSABLE = "button, a[href], select, summary, [role=button], [role=tab], [tabindex]";

/** Follows clicks and focus. The returned function ends it. */
export function watchFocus(): () => void {
  const ended = new AbortController();
  const options = { capture: true, signal: ended.signal };
  addEventListener(
    "pointerdown",
    ({ target }) => {
      pointed = true;
      const element = target instanceof Element ? target.closest(FOCUSABLE) : null;
      if (element) lent.add(element);
    },
    options,
  );
  addEventListener("keydown", () => (pointed = false), options);
  addEventListener(
    "focusin",
    ({ target }) => {
      if (!pointed && !lending && target instanceof Element) lent.delete(target);
    },
    options,
  );
  // A list that was chosen from by mouse would open again.
  addEventListener(
    "change",
    ({ target }) => {
      if (target instanceof HTMLSelectElement && isLent(target) && !target.closest("dialog"))
        target.blur();
    },
    options,
  );
  return () => ended.abort();
}

/** True if the element is, or stands in, something that leaves the page its keys. */
export function isLent(element: Element): boolean {
  const own = element.closest(FOCUSABLE);
  return own !== null && lent.has(own);
}

/** Focuses an element that nobody went to. */
export function lendFocus(element: HTMLElement | SVGElement): void {
  lent.add(element);
  giveBack(element);
}

/** Focuses an element as it had the focus before. */
export function giveBack(element: HTMLElement | SVGElement): void {
  lending = true;
  element.focus();
  lending = false;
}

/** Focuses what is looked at: keys mean the page's again. */
export function focusHome(): void {
  const home = document.querySelector<HTMLElement>("[data-home]");
  if (home) home.focus({ preventScroll: true });
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}
