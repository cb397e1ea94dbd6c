/** The page's colours, as the theme of an element has them. */
export interface Ink {
  ground: string;
  ink: string;
  muted: string;
  line: string;
  lineStrong: string;
  accent: string;
  bad: string;
  good: string;
  before: string;
  after: string;
  terms: string[];
  font: string;
  /** The size of small type in pixels. */
  type: number;
}

/** The colours of the light theme, for what is shown elsewhere. */
export function readLightInk(element: Element): Ink {
  const { dataset } = document.documentElement;
  const theme = dataset["theme"];
  // Nothing is drawn meanwhile. The colours are made at the root: no smaller part can have others.
  dataset["theme"] = "light";
  const ink = readInk(element);
  if (theme === undefined) delete dataset["theme"];
  else dataset["theme"] = theme;
  return ink;
}

export function readInk(element: Element): Ink {
  const probe = document.createElement("span");
  element.append(probe);
  const style = getComputedStyle(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return style.color;
  };
  const ink: Ink = {
    ground: colour("ground"),
    ink: colour("ink"),
    muted: colour("muted"),
    line: colour("line"),
    lineStrong: colour("line-strong"),
    accent: colour("accent"),
    bad: colour("bad"),
    good: colour("good"),
    before: colour("before"),
    after: colour("after"),
    terms: [1, 2, 3, 4, 5, 6].map((at) => colour(`term-${at}`)),
    font: getComputedStyle(element).fontFamily,
    type: parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8462,
  };
  probe.remove();
  return ink;
}

export function termInk(ink: Ink, term: number): string {
  return term < 1 ? ink.lineStrong : (ink.terms[(term - 1) % ink.terms.length] ?? ink.muted);
}
