import { main } from "./lib/fail.mjs";
import { serveOptions } from "./lib/options.mjs";
import { root } from "./lib/paths.mjs";
import { setUpBuild } from "./setup.mjs";

/** npm run dev: the page with hot reload; `npm run build:wasm` in another terminal renews the engine. */
await main(async () => {
  const { port, open } = serveOptions(5173);
  await setUpBuild();
  const { buildWasm } = await import("./build/wasm.mjs");
  await buildWasm();

  const { createServer } = await import("vite");
  const server = await createServer({ root, server: { host: "127.0.0.1", port, open } });
  await server.listen();
  server.printUrls();
});
