import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { at, root, tools } from "../lib/paths.mjs";
import { unlessFresh } from "../lib/stamp.mjs";

const folder = path.join(tools, "go-host");
const file = path.join(folder, "node.js");

/** The host that runs modules of Go, the same as the page's: compiled for Node where it has changed. */
export async function hostFile() {
  const inputs = ["web/go", "package-lock.json"];
  const step = { name: "go-host", inputs, outputs: [path.relative(root, file)] };
  await unlessFresh(step, async () => {
    await build({
      root,
      configFile: false,
      logLevel: "warn",
      publicDir: false,
      build: { ssr: at("web/go/node.ts"), outDir: folder, emptyOutDir: true, target: "es2022" },
    });
  });
  return pathToFileURL(file).href;
}
