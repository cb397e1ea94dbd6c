import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { at } from "../lib/paths.mjs";
import { chromeForTests } from "../setup/browser.mjs";

/** Settings and how long they run, in virtual seconds: about as many events each, and most with five servers. */
const WORLDS = [
  ["seed 1\nservers 3", 900],
  ["seed 2\nservers 5", 6000],
  ["seed 3\nservers 9", 400],
  ["seed 4\nservers 25", 200],
  ["seed 5\nservers 5\nnetwork perfect\ndisk 0s", 400],
  ["seed 6\nservers 3\nautosnapshot 300\nnetwork loss=5%\nclients 10 keys=10 pause=1ms", 20],
  ["seed 7\nservers 5\nautosnapshot 300\nnetwork loss=5%\nclients 20 keys=20 pause=1ms", 20],
  ["seed 8\nservers 25\nautosnapshot 1000\nnetwork loss=2%\nclients 20 keys=20 pause=1ms", 5],
];

/** All runs of the catalogue: small, and everything that a server or a disk can do is in them. */
function catalogue() {
  const folder = at("crate/mutants/runs");
  return readdirSync(folder).map((file) => readFileSync(path.join(folder, file), "utf8"));
}

/** In the page: worlds that run by themselves, runs that are looked at, and one that is gone back in. */
function trainEngine(engine, { worlds, texts }) {
  for (const [settings, seconds] of worlds) {
    new engine.Engine(`raft-playground 1\n${settings}\nat ${seconds}s end\n`).free();
  }
  for (const text of texts) new engine.Engine(text).free();
  const view = { logFirst: null, logCount: 24 };
  const kinds = ["election", "replication", "commit", "snapshot", "disk", "client", "fault"];
  const look = (run) => {
    run.frame(view);
    run.journal({ server: null, kinds, first: null, count: 5 });
    run.timeline();
  };
  for (const more of ["", "clients 3\n", "servers 25\nnetwork loss=5%\n"]) {
    const run = new engine.Engine(`seed 9\n${more}`);
    for (let now = 0; now < 20e6; now += 1e6 / 30) {
      while (!run.advance(now, 1000).reached);
      look(run);
      if (now % 1e6 < 1e4) run.saved();
    }
    const { step } = run.frame(view);
    for (let share = 0.95; share > 0; share -= 0.05) {
      run.seekStep(Math.floor(share * step));
      look(run);
    }
    run.spacetime(0, null, 5e6);
    run.free();
  }
}

/** In the page: every test of the lab, under some seeds. */
function trainLab(lab) {
  for (const { name } of lab.tests()) for (const seed of ["2", "3"]) lab.run(name, seed);
}

/** In the page: some counterexamples, found and made small. */
function trainSearch(search) {
  for (const name of ["RefuseSecondVote", "CommitOnlyOwnTerm", "EntriesNotPersisted"]) {
    const one = new search.Search(name, undefined, "1", 1);
    for (let turn = 0; turn < 40; turn += 1) one.step(20_000);
    one.free();
  }
}

/**
 * The files of the page that run for long, under the Cargo profiles they are shipped with, what they are given, and
 * how much each weighs in the one profile: a search looks through a hundred times what a person does.
 */
export const parts = [
  { feature: "engine", profile: "page", train: trainEngine, weight: 5 },
  { feature: "lab", profile: "lab", train: trainLab, weight: 5 },
  { feature: "search", profile: "lab", train: trainSearch, weight: 1 },
];

const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Trains a file in an empty page and returns its counts. */
export async function inBrowser(folder, { train }) {
  const browser = await chromium.launch({
    executablePath: await chromeForTests(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  try {
    const page = await browser.newPage();
    await page.route("**/*", (route) => {
      const name = path.basename(new URL(route.request().url()).pathname) || "index.html";
      const body =
        name === "index.html" ? "<!doctype html>" : readFileSync(path.join(folder, name));
      return route.fulfill({ contentType: types[path.extname(name)], body });
    });
    await page.goto("http://localhost/");
    const given = { source: `(${train})`, worlds: WORLDS, texts: catalogue() };
    const counts = await page.evaluate(async ({ source, ...rest }) => {
      const api = await import("/counting.js");
      await api.default({ module_or_path: "/counting_bg.wasm" });
      (0, eval)(source)(api, rest);
      return api.takeProfile().join();
    }, given);
    return Buffer.from(counts.split(",").map(Number));
  } finally {
    await browser.close();
  }
}
