import { main, Stop } from "./lib/fail.mjs";
import { setUpBrowser, setUpBuild, setUpGo, setUpRust } from "./setup.mjs";

const names = ["native", "scripts", "go", "wasm", "page"];

function wantedParts(args) {
  const unknown = args.find((name) => !names.includes(name));
  if (unknown) throw new Stop(`There is no part "${unknown}"; the parts are ${names.join(", ")}.`);
  return args.length > 0 ? names.filter((name) => args.includes(name)) : names;
}

/** Only what these parts need, and before the first of them runs. */
async function setUp(parts) {
  const some = (...of) => parts.some((name) => of.includes(name));
  if (some("native", "scripts", "wasm", "page")) setUpRust();
  if (some("wasm", "page")) await setUpBuild();
  if (some("go")) await setUpGo();
  if (some("go", "wasm", "page")) await setUpBrowser({ driver: some("wasm") });
}

/** Runs one part; what stops it counts as its failure and does not hide the parts after it. */
async function runPart(name) {
  console.log(`\n== ${name} tests`);
  const started = Date.now();
  const part = await import(`./test/${name}.mjs`);
  const result = await part[name]().catch((error) => {
    console.error(error instanceof Stop ? `Stopped: ${error.message}` : error);
    return { passed: 0, failed: 1 };
  });
  return { name, ...result, seconds: Math.round((Date.now() - started) / 1000) };
}

function report(results) {
  console.log("\n== summary");
  for (const { name, passed, failed, seconds } of results) {
    const verdict = failed > 0 ? "FAILED" : "ok";
    console.log(
      `${name.padEnd(9)}${verdict.padEnd(8)}${passed} passed, ${failed} failed, ${seconds} s`,
    );
  }
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") > 0 ? 1 : 0;
}

/** npm test [native] [scripts] [go] [wasm] [page] */
await main(async () => {
  const parts = wantedParts(process.argv.slice(2));
  await setUp(parts);
  const results = [];
  for (const name of parts) results.push(await runPart(name));
  return report(results);
});
