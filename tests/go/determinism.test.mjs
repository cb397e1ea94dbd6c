import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { chromeForTests } from "../../scripts/setup/browser.mjs";
import { digestsOf } from "./digests-of.mjs";
import { fixture, folder, host, hostUrl, runTest } from "./tools.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

let bytes;
let wanted;
const file = path.join(folder, "order.wasm");

before(async () => {
  bytes = await fixture("order");
  writeFileSync(file, bytes);
  wanted = digestsOf(host, bytes);
});

test("a run is the same run in every Node process, whatever the engine compiles how", () => {
  const engines = [
    [],
    [],
    ["--liftoff", "--no-wasm-tier-up"],
    ["--no-liftoff"],
    ["--no-wasm-lazy-compilation", "--single-threaded"],
  ];
  for (const flags of engines) {
    const args = [...flags, here("digests.mjs"), hostUrl, file];
    const got = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
    assert.deepEqual(got, wanted, flags.join(" "));
  }
});

test("seeds and modes make different runs, and the same ones the same", () => {
  assert.equal(new Set(Object.values(wanted)).size, Object.keys(wanted).length);
  assert.deepEqual(digestsOf(host, bytes), wanted);
});

/** Serves what a page needs to run a module, on this machine only. */
function serve() {
  const files = {
    "/host.js": ["text/javascript", readFileSync(fileURLToPath(hostUrl))],
    "/digests-of.mjs": ["text/javascript", readFileSync(here("digests-of.mjs"))],
    "/order.wasm": ["application/wasm", bytes],
    "/": ["text/html", "<!doctype html><title>digests</title>"],
  };
  const server = createServer(({ url }, answer) => {
    const [type, body] = files[url] ?? ["text/plain", ""];
    answer.writeHead(files[url] ? 200 : 404, { "content-type": type }).end(body);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

test("a run is the same run in a browser's worker", async (t) => {
  const server = await serve();
  const browser = await chromium.launch({ executablePath: await chromeForTests() });
  t.after(async () => {
    await browser.close();
    server.close();
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const got = await page.evaluate(async () => {
    const lines = [
      `import * as host from "${location.origin}/host.js";`,
      `import { digestsOf } from "${location.origin}/digests-of.mjs";`,
      `const file = await fetch("${location.origin}/order.wasm");`,
      "postMessage(digestsOf(host, new Uint8Array(await file.arrayBuffer())));",
    ];
    const url = URL.createObjectURL(new Blob([lines.join("\n")], { type: "text/javascript" }));
    const worker = new Worker(url, { type: "module" });
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
  });
  assert.deepEqual(got, wanted);
});

test("the default mode shows a lost update that the calm mode hides", () => {
  const program = host.load(bytes);
  const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
  const fails = (mode) =>
    seeds.filter(
      (seed) => runTest(program, "TestLosesUpdates", { seed, mode }).ending.status !== 0,
    );
  assert.ok(fails("parallel").length >= 10);
  assert.deepEqual(fails("calm"), []);
});

test("goroutines begin late and overtake each other in the default mode, and not in the calm one", () => {
  const program = host.load(bytes);
  const order = (mode, seed) =>
    /order (\[.*\])/.exec(runTest(program, "TestOrder", { seed, mode }).output)[1];
  const orders = (mode) => new Set([1, 2, 3, 4, 5].map((seed) => order(mode, seed)));
  assert.equal(orders("parallel").size, 5);
  assert.equal(orders("calm").size, 1);
});

test("work takes virtual time, and large frames stand preemption", () => {
  const program = host.load(bytes);
  for (const mode of ["parallel", "calm"]) {
    for (const name of ["TestWork", "TestTime"]) {
      const { ending, output } = runTest(program, name, { mode });
      assert.deepEqual(ending, { kind: "status", status: 0 }, output);
    }
    for (let seed = 1; seed <= 10; seed += 1) {
      const { ending, output } = runTest(program, "TestLargeFrames", { mode, seed });
      assert.deepEqual(ending, { kind: "status", status: 0 }, `seed ${seed}: ${output}`);
    }
  }
});
