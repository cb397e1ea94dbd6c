import { existsSync, readFileSync, readdirSync } from "node:fs";
import { expect, test } from "@playwright/test";

const native = "target/native-traces.txt";

interface Engine {
  default: (options: { module_or_path: string }) => Promise<unknown>;
  addRest: (module: WebAssembly.Module) => void;
  Engine: new (text: string) => {
    opened(): { verdict: string; says: string };
    free(): void;
  };
}

/** A shipped file of the engine. */
function shipped(pattern: RegExp): string {
  const found = readdirSync("dist/assets").filter((file) => pattern.test(file));
  // The glue is shipped twice: as part of the page, and as it was made, for a second instance.
  const whole = found.find((file) => {
    return (
      !file.endsWith(".js") || readFileSync(`dist/assets/${file}`, "utf8").includes("import.meta")
    );
  });
  if (whole === undefined) throw new Error(`nothing in dist/assets is like ${pattern.source}`);
  return `/assets/${whole}`;
}

test("random runs of all kinds of faults are the same natively and in the browser", async ({
  page,
}) => {
  test.setTimeout(180_000);
  expect(existsSync(native), "`npm test page` writes the native runs before").toBe(true);
  const texts = readFileSync(native, "utf8").trimEnd().split("\n\n");
  expect(texts.length).toBeGreaterThanOrEqual(200);
  await page.goto("/");
  const files = {
    glue: shipped(/^raft_engine.*\.js$/),
    wasm: shipped(/^raft_engine_bg.*\.wasm$/),
    rest: shipped(/^raft_engine_rest.*\.wasm$/),
  };
  const verdicts = await page.evaluate(
    async ({ runs, glue, wasm, rest }) => {
      const engine = (await import(glue)) as Engine;
      await engine.default({ module_or_path: wasm });
      engine.addRest(await WebAssembly.compileStreaming(fetch(rest)));
      return runs.map((text) => {
        const run = new engine.Engine(text);
        const { verdict, says } = run.opened();
        run.free();
        return { verdict, says };
      });
    },
    { runs: texts, ...files },
  );
  const different = verdicts
    .map(({ verdict, says }, at) => ({ at, verdict, says }))
    .filter(({ verdict }) => verdict !== "identical");
  expect(different).toEqual([]);

  // Every digest of the text has been compared.
  const compared = verdicts.map(({ says }) => Number(/(\d+) digests? compared/.exec(says)?.[1]));
  expect(compared).toEqual(texts.map((text) => text.match(/ digest /g)?.length));
});

test("a run that differs by one command diverges in the browser as well", async ({ page }) => {
  const texts = readFileSync(native, "utf8").trimEnd().split("\n\n");
  const changed = texts
    .map((text) => text.replace(/^(at \S+ (?:after \d+ )?start \S+ \S).*$/m, "$1changed"))
    .filter((text, at) => text !== texts[at]);
  expect(changed.length).toBeGreaterThan(50);
  await page.goto("/");
  const verdicts = await page.evaluate(
    async ({ runs, glue, wasm, rest }) => {
      const engine = (await import(glue)) as Engine;
      await engine.default({ module_or_path: wasm });
      engine.addRest(await WebAssembly.compileStreaming(fetch(rest)));
      return runs.map((text) => new engine.Engine(text).opened().verdict);
    },
    {
      runs: changed.slice(0, 50),
      glue: shipped(/^raft_engine.*\.js$/),
      wasm: shipped(/^raft_engine_bg.*\.wasm$/),
      rest: shipped(/^raft_engine_rest.*\.wasm$/),
    },
  );
  expect(new Set(verdicts)).toEqual(new Set(["diverged"]));
});
