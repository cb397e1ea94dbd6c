import { main } from "./lib/fail.mjs";
import { setUpBuild } from "./setup.mjs";

/** npm run build [wasm]: always builds, fresh or not. */
await main(async () => {
  await setUpBuild();
  const { buildWasm } = await import("./build/wasm.mjs");
  await buildWasm({ force: true });
  if (process.argv.includes("wasm")) return;
  const { buildPage } = await import("./build/page.mjs");
  await buildPage({ force: true });
});
