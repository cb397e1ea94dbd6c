import { gzipSync } from "node:zlib";
import { spreadOf } from "./spread.mjs";

const parts = [
  ["engine, first part", /raft_engine_bg.*\.wasm$/],
  ["engine, the rest", /raft_engine_rest.*\.wasm$/],
  ["scripts", /\.js$/],
  ["styles", /\.css$/],
  ["page", /./],
];

/** In the page, before it: when a leader is first shown. */
function watchLeader() {
  const look = () => {
    if (!globalThis.document.querySelector('[aria-label*=", leader"]')) return;
    globalThis.leaderAt_ = performance.now();
    observer.disconnect();
  };
  const observer = new globalThis.MutationObserver(look);
  observer.observe(globalThis.document, {
    subtree: true,
    childList: true,
    attributeFilter: ["aria-label"],
  });
}

async function load({ browser, address }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watchLeader);
  const answers = [];
  page.on("response", (response) => {
    const url = new URL(response.url());
    const sized = async () => {
      const body = await response.body();
      return { file: url.pathname, raw: body.length, gzipped: gzipSync(body, { level: 9 }).length };
    };
    if (url.origin === new URL(address).origin) answers.push(sized());
  });
  await page.goto(address);
  await page.waitForFunction(() => globalThis.leaderAt_, undefined, { timeout: 60_000 });
  const files = await Promise.all(answers);
  const [paint, leader] = await page.evaluate(() => [
    performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    globalThis.leaderAt_,
  ]);
  await context.close();
  return { files, paint, leader };
}

function byPart(files) {
  const rows = new Map();
  for (const { file, raw, gzipped } of files) {
    const [part] = parts.find(([, pattern]) => pattern.test(file));
    const sum = rows.get(part) ?? { raw: 0, gzipped: 0 };
    rows.set(part, { raw: sum.raw + raw, gzipped: sum.gzipped + gzipped });
  }
  return rows;
}

/** Measures the bytes and the time until the page shows a leader. */
export async function loading(shipped, { short }) {
  const loads = [];
  for (let turn = 0; turn < (short ? 1 : 7); turn += 1) loads.push(await load(shipped));
  const of = (field) => spreadOf(loads.map((each) => each[field]));
  return { parts: byPart(loads[0].files), paint: of("paint"), leader: of("leader") };
}
