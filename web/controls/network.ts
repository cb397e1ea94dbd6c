import type { LinkView } from "../engine/engine";

/** As the form has them: milliseconds and per cent. */
export interface Settings {
  latencyMin: number;
  latencyMax: number;
  loss: number;
  duplicate: number;
  reorder: number;
}

/** The choice beside the engine's presets. */
export const PRESET = { own: "own numbers" } as const;

const FIRST: Settings = { latencyMin: 10, latencyMax: 30, loss: 5, duplicate: 1, reorder: 10 };

/** A link's own settings, or a start for a network that has seen better days. */
export function settingsOf(link: LinkView | null | undefined): Settings {
  if (!link) return { ...FIRST };
  return {
    latencyMin: link.latencyMin / 1000,
    latencyMax: link.latencyMax / 1000,
    loss: link.loss / 10,
    duplicate: link.duplicate / 10,
    reorder: link.reorder / 10,
  };
}

export function settingsText(settings: Settings): string {
  const { latencyMin, latencyMax, loss, duplicate, reorder } = settings;
  return [
    `latency=${latencyMin}ms..${latencyMax}ms`,
    `loss=${loss}%`,
    `duplicate=${duplicate}%`,
    `reorder=${reorder}%`,
  ].join(" ");
}
