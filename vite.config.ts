import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const host = "127.0.0.1";

export default defineConfig({
  // Relative addresses: the built page works from any folder of any server.
  base: "./",
  publicDir: "web/public",
  plugins: [svelte()],
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
