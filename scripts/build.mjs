import { main, Stop } from "./lib/fail.mjs";
import { setUpBuild } from "./setup.mjs";

/** npm run build [wasm]: always builds, fresh or not. */
await main(async () => {
  const [part, ...more] = process.argv.slice(2);
  if (more.length > 0 || (part !== undefined && part !== "wasm")) {
    throw new Stop(`"${more[0] ?? part}" cannot be built by itself; known is "wasm", or nothing.`);
  }
  await setUpBuild();
  const { buildWasm } = await import("./build/wasm.mjs");
  await buildWasm({ force: true });
  if (part === "wasm") return;
  const { buildPage } = await import("./build/page.mjs");
  await buildPage({ force: true });
});
