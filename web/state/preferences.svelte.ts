/** Settings that the page remembers between visits: layout, theme, hints. Losing them does no harm. */

import { MediaQuery } from "svelte/reactivity";

export type Theme = "system" | "light" | "dark";
export type PanelName = "cluster" | "logs" | "journal" | "inspector";
export type TabName = "cluster" | "logs" | "server" | "journal" | "spacetime";

export interface Preferences {
  theme: Theme;
  /** Width of the cluster, as a share of the window. */
  clusterShare: number;
  /** Width of the inspector in pixels. */
  inspectorWidth: number;
  /** Height of the logs, as a share of the middle column. */
  logsShare: number;
  folded: PanelName[];
  tab: TabName;
  hintsClosed: boolean;
  hintsDone: string[];
  /** Filter and the like of single panels, by name. */
  extra: Record<string, string>;
}

const KEY = "raft-playground";

export const DEFAULTS: Preferences = {
  theme: "system",
  clusterShare: 0.4,
  inspectorWidth: 310,
  logsShare: 0.48,
  folded: [],
  tab: "cluster",
  hintsClosed: false,
  hintsDone: [],
  extra: {},
};

function load(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { ...DEFAULTS, ...keepSound(stored) };
  } catch {
    return { ...DEFAULTS };
  }
}

/** Takes from stored data only what has the type it should have. */
function keepSound(stored: unknown): Partial<Preferences> {
  if (typeof stored !== "object" || stored === null) return {};
  const sound = Object.entries(stored).filter(([name, value]) => {
    const expected = DEFAULTS[name as keyof Preferences] as unknown;
    return typeof value === typeof expected && Array.isArray(value) === Array.isArray(expected);
  });
  return Object.fromEntries(sound) as Partial<Preferences>;
}

export const preferences: Preferences = $state(load());

/** Keeps the stored copy and the document's theme up to date. Call once, from the root component. */
export function watchPreferences(): void {
  $effect(() => {
    const text = JSON.stringify(preferences);
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // Private windows may refuse; the page works without.
    }
  });
  // Before what is drawn in the colours of the theme.
  $effect.pre(() => {
    const root = document.documentElement;
    if (preferences.theme === "system") delete root.dataset.theme;
    else root.dataset.theme = preferences.theme;
  });
}

export function isFolded(panel: PanelName): boolean {
  return preferences.folded.includes(panel);
}

export function toggleFolded(panel: PanelName): void {
  preferences.folded = isFolded(panel)
    ? preferences.folded.filter((name) => name !== panel)
    : [...preferences.folded, panel];
}

const dark = new MediaQuery("(prefers-color-scheme: dark)");

/** The theme that is shown now, with "system" resolved. */
export function shownTheme(): "light" | "dark" {
  if (preferences.theme !== "system") return preferences.theme;
  return dark.current ? "dark" : "light";
}

export function toggleTheme(): void {
  preferences.theme = shownTheme() === "dark" ? "light" : "dark";
}
