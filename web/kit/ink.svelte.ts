/** The page's colours and type, for what is drawn on canvases and into files. */
import { usePlayground } from "../state/context";
import { shownTheme } from "../state/preferences.svelte";

export interface Ink {
  ground: string;
  panel: string;
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

/** The inks of now: read when the theme or the size of the type changes, for reading costs more than drawing. */
export function useInk(): { readonly now: Ink } {
  const playground = usePlayground();
  const ink = $derived.by(() => {
    void shownTheme();
    void playground.presenting;
    return readInk();
  });
  return {
    get now() {
      return ink;
    },
  };
}

/** Those of the light theme, for what is shown elsewhere. */
export function readLightInk(): Ink {
  const { dataset } = document.documentElement;
  const theme = dataset["theme"];
  // Nothing is drawn meanwhile. The colours are made at the root: no smaller part can have others.
  dataset["theme"] = "light";
  const ink = readInk();
  if (theme === undefined) delete dataset["theme"];
  else dataset["theme"] = theme;
  return ink;
}

function readInk(): Ink {
  const probe = document.createElement("span");
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return style.color;
  };
  const ink: Ink = {
    ground: colour("ground"),
    panel: colour("panel"),
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
    font: style.fontFamily,
    type: parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8462,
  };
  probe.remove();
  return ink;
}

export function termInk(ink: Ink, term: number): string {
  return term < 1 ? ink.lineStrong : (ink.terms[(term - 1) % ink.terms.length] ?? ink.muted);
}
