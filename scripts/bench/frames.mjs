import { cpuClock } from "./engine.mjs";
import { rarely, spreadOf } from "./spread.mjs";

const ROUNDS = 3;

/** Servers, messages in flight, how many times slower the CPU is made. */
const scenes = [5, 9, 25].flatMap((servers) =>
  [20, 200, 1000].flatMap((messages) => [1, 4].map((slower) => ({ servers, messages, slower }))),
);

/**
 * A run in which so many messages are on their way at any time: heartbeats of 10 ms, and latency enough. It has a
 * leader, and goes on when it is opened.
 */
function text({ servers, messages }) {
  const latency = Math.round((messages * 10) / (2 * (servers - 1)));
  const settled = Math.ceil((latency * 4) / 1000) + 1;
  return [
    "seed 7",
    `servers ${servers}`,
    "heartbeat 10ms",
    "election 1000s..2000s",
    `network latency=${latency}ms loss=0%`,
    "at 0s timeout 1",
    `at ${settled}s end`,
  ].join("\n");
}

/** In the page, before it: how long its main thread is at work for each animation frame, from start to paint. */
function watchFrames() {
  const request = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.frames_ = [];
  globalThis.requestAnimationFrame = (callback) =>
    request((time) => {
      const began = performance.now();
      callback(time);
      const { port1, port2 } = new MessageChannel();
      // This comes when style, layout and paint of the frame are done.
      port1.onmessage = () => {
        globalThis.frames_.push([time, performance.now() - began]);
        port1.close();
      };
      port2.postMessage(0);
    });
}

async function openText(page, given) {
  await page.getByRole("button", { name: "New run", exact: true }).click();
  await page.getByRole("button", { name: "From text" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill(given);
  await page.getByRole("button", { name: "Open this run" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function scene({ browser, address }, wanted, seconds) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(watchFrames);
  await page.goto(address);
  await openText(page, text(wanted));
  const play = page.getByRole("button", { name: "Play", exact: true });
  if (await play.isVisible()) await play.click();
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: wanted.slower });
  await page.waitForTimeout(Math.min(1500, seconds * 500));
  const clock = await cpuClock(page);
  await page.evaluate(() => globalThis.frames_.splice(0));
  const began = await clock();
  await page.waitForTimeout(seconds * 1000);
  const frames = await page.evaluate(() => globalThis.frames_);
  const cpu = ((await clock()) - began) * 1000;
  const marks = await page.locator(".message").count();
  await page.close();
  const work = frames.map(([, milliseconds]) => milliseconds);
  const times = [...new Set(frames.map(([time]) => time))];
  const gaps = times.slice(1).map((time, at) => time - times[at]);
  return {
    cpu: cpu / Math.max(1, frames.length),
    marks,
    median: spreadOf(work).median,
    rarely: rarely(work),
    rate: 1000 / spreadOf(gaps).median,
  };
}

/** Of several runs of a scene, the median of each figure, and between which the rare frames were. */
function together(wanted, runs) {
  const median = (name) => spreadOf(runs.map((run) => run[name])).median;
  const rare = runs.map((run) => run.rarely);
  return {
    ...wanted,
    cpu: median("cpu"),
    marks: median("marks"),
    median: median("median"),
    rarely: { median: median("rarely"), least: Math.min(...rare), most: Math.max(...rare) },
    rate: median("rate"),
  };
}

/** Animation frames of the shipped page. Each scene is run several times, the others in between. */
export async function frames(shipped, { short }) {
  const rounds = [];
  for (let round = 0; round < (short ? 1 : ROUNDS); round += 1) {
    for (const [at, wanted] of (short ? scenes.slice(0, 1) : scenes).entries()) {
      (rounds[at] ??= []).push(await scene(shipped, wanted, short ? 0.5 : 5));
    }
  }
  return rounds.map((runs, at) => together(scenes[at], runs));
}
