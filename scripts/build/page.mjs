import { build } from "vite";
import { at, root } from "../lib/paths.mjs";
import { say } from "../lib/say.mjs";
import { unlessFresh } from "../lib/stamp.mjs";
import { buildWords } from "./words.mjs";

const inputs = [
  "index.html",
  "web",
  "vite.config.ts",
  "svelte.config.js",
  "scripts/build/rooms.mjs",
  "tsconfig.json",
  "package-lock.json",
];

/** Builds dist/ if the page or the engine changed. */
export async function buildPage({ force = false } = {}) {
  // The page imports what is printed here; it costs nothing when it is fresh.
  await buildWords();
  const step = { name: "page", inputs, outputs: ["dist"], force };
  const done = await unlessFresh(step, async () => {
    say("page", "building dist/");
    await build({ root, configFile: at("vite.config.ts"), logLevel: "warn" });
  });
  if (!done) say("page", "is up to date");
}
