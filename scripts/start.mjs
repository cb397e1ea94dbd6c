import { main } from "./lib/fail.mjs";
import { serveOptions } from "./lib/options.mjs";
import { root } from "./lib/paths.mjs";
import { setUpBuild } from "./setup.mjs";

/** npm start [-- --port 4173 --no-open]: sets up, builds what changed, serves dist/ on this machine only. */
await main(async () => {
  const { port, open } = serveOptions(4173);
  await setUpBuild();
  const { buildWasm } = await import("./build/wasm.mjs");
  await buildWasm();
  const { buildPage } = await import("./build/page.mjs");
  await buildPage();

  const { preview } = await import("vite");
  // A port that is taken is no reason to stop: the next one will do.
  const server = await preview({
    root,
    preview: { host: "127.0.0.1", port, strictPort: false, open },
  });
  const address = server.resolvedUrls?.local[0];
  console.log(`\nThe playground is at ${address}  (Ctrl+C ends it)`);
});
