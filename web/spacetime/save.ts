/** Hands what is in sight to the user as an SVG file. */
import { saveAsFile } from "../kit/file";
import { readLightInk } from "../kit/ink.svelte";
import { paint, paintPresent, type Scene } from "./paint";
import { SvgPen } from "./svg";

export interface About {
  now: number;
  live: boolean;
  name: string;
  says: string;
}

/** The drawing as a file: the same lines, in the light theme, which suits slides. */
export function drawing(scene: Scene, { now, live, name, says }: About): string {
  const light = { ...scene, ink: readLightInk(), hair: 0.5 };
  const pen = new SvgPen();
  paint(pen, light);
  paintPresent(pen, light, now, live);
  const { width, height } = scene.plan;
  return pen.file(width, height, light.ink.ground, `${name}: space-time diagram`, says);
}

export function saveDrawing(scene: Scene, about: About): void {
  saveAsFile(drawing(scene, about), about.name, { type: "image/svg+xml", ending: "svg" });
}
