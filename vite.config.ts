import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

const host = "127.0.0.1";

/** The engine is fetched along with the page's script, not after it has started. */
const engineAtOnce: Plugin = {
  name: "engine-at-once",
  transformIndexHtml: {
    order: "post",
    handler(_, { bundle }) {
      const engine = Object.keys(bundle ?? {}).find((file) =>
        /raft_playground_bg.*\.wasm$/.test(file),
      );
      if (engine === undefined) return [];
      const attrs = { rel: "preload", href: `./${engine}`, as: "fetch", crossorigin: true };
      return [{ tag: "link", attrs, injectTo: "head" }];
    },
  },
};

export default defineConfig({
  // Relative addresses: the built page works from any folder of any server.
  base: "./",
  publicDir: "web/public",
  plugins: [svelte(), engineAtOnce],
  build: {
    outDir: "dist",
    target: "es2022",
    // The wasm file must stay a file, so that the browser can compile it while it streams in.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  server: { host, port: 5173 },
  preview: { host, port: 4173, strictPort: true },
});
