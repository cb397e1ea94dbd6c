import { svelte } from "@sveltejs/vite-plugin-svelte";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, minifySync, type Plugin } from "vite";
import { withRooms } from "./scripts/build/rooms.mjs";

const host = "127.0.0.1";

/** The engine is fetched along with the page's script, not after it has started. */
const engineAtOnce: Plugin = {
  name: "engine-at-once",
  transformIndexHtml: {
    order: "post",
    handler(_, { bundle }) {
      const engine = Object.keys(bundle ?? {}).find((file) => /raft_engine_bg.*\.wasm$/.test(file));
      const file = engine === undefined ? undefined : bundle?.[engine];
      if (file?.type !== "asset") return [];
      const attrs = {
        rel: "preload",
        href: `./${file.fileName}`,
        as: "fetch",
        crossorigin: true,
        // How much there is to load, for who waits.
        "data-bytes": String(file.source.length),
      };
      return [{ tag: "link", attrs, injectTo: "head" }];
    },
  },
};

/** Style sheets of their own name rooms as those of components do. */
const rooms: Plugin = {
  name: "rooms",
  enforce: "pre",
  transform(code, id) {
    if (!/web\/styles\/[^/]+\.css$/.test(id)) return null;
    return { code: withRooms(code, id), map: null };
  },
};

/** Adds the script that runs before the page's own: a plain file, so that old browsers read it too. */
const boot: Plugin = {
  name: "boot",
  generateBundle() {
    const source = readFileSync(fileURLToPath(new URL("web/boot.js", import.meta.url)), "utf8");
    const { code } = minifySync("boot.js", source, { compress: { target: "es2015" } });
    this.emitFile({ type: "asset", fileName: "boot.js", source: code });
  },
  transformIndexHtml(_, { bundle }) {
    const src = bundle === undefined ? "/web/boot.js" : "./boot.js";
    return [{ tag: "script", attrs: { src }, injectTo: "body" }];
  },
};

/** The content security policy of the built page: docs/serving.md says why. */
const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The policy stands in the page itself, so that it holds on every server. */
const policyInPage: Plugin = {
  name: "policy-in-page",
  transformIndexHtml: {
    order: "post",
    handler(_, { bundle }) {
      // The server of `npm run dev` adds scripts of its own to the page.
      if (bundle === undefined) return [];
      const attrs = { "http-equiv": "Content-Security-Policy", content: policy };
      return [{ tag: "meta", attrs, injectTo: "head-prepend" }];
    },
  },
};

export default defineConfig({
  // Relative addresses: the built page works from any folder of any server.
  base: "./",
  publicDir: "web/public",
  plugins: [rooms, svelte(), boot, engineAtOnce, policyInPage],
  build: {
    outDir: "dist",
    target: "es2022",
    // The wasm file must stay a file, so that the browser can compile it while it streams in.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  server: { host, port: 5173 },
  preview: {
    host,
    port: 4173,
    strictPort: true,
    headers: { "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff" },
  },
});
