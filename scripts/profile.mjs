import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { main } from "./lib/fail.mjs";
import { at } from "./lib/paths.mjs";
import { mustRun } from "./lib/run.mjs";
import { say } from "./lib/say.mjs";
import { setUpBrowser, setUpBuild } from "./setup.mjs";
import { buildCounting } from "./profile/counting.mjs";
import { profileTools } from "./profile/tools.mjs";

/** npm run profile: finds out where the page spends its time, for the compiler. */
await main(async () => {
  await setUpBuild();
  await setUpBrowser({ driver: false });
  const { profdata } = await profileTools();
  const { pageProfile } = await import("./build/flags.mjs");
  const { inBrowser, parts } = await import("./profile/training.mjs");
  mkdirSync(at("target"), { recursive: true });
  const folder = mkdtempSync(at("target/profile-"));
  try {
    const counts = [];
    for (const part of parts) {
      const built = path.join(folder, part.feature);
      await buildCounting(built, part);
      say("profile", `running the ${part.feature}`);
      const raw = path.join(folder, `${part.feature}.profraw`);
      writeFileSync(raw, await inBrowser(built, part));
      counts.push(`--weighted-input=${part.weight},${raw}`);
    }
    // Sparse: what never ran is left out, and the compiler then takes it as it always did.
    const args = ["merge", "--sparse", "-o", at(pageProfile), ...counts];
    await mustRun(profdata, args, {}, "The counts could not be put together; see above.");
  } finally {
    rmSync(folder, { recursive: true });
  }
  say("profile", `${pageProfile}, ${statSync(at(pageProfile)).size} bytes`);
});
