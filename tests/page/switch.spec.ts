import { expect, test } from "@playwright/test";
import { createServer, type ViteDevServer } from "vite";
import type { RunSource, Source } from "../../web/engine/source";
import type { Playground } from "../../web/state/playground.svelte";

/** The page's state without a page: the module as the server compiles it. */
let vite: ViteDevServer;
let make: new (source: RunSource) => Playground;

test.beforeAll(async () => {
  const globals = globalThis as Record<string, unknown>;
  globals["cancelAnimationFrame"] = () => undefined;
  globals["requestAnimationFrame"] = () => 1;
  globals["document"] = { hidden: false };
  const server = { middlewareMode: true, hmr: false, ws: false as const, watch: null };
  const optimizeDeps = { noDiscovery: true };
  vite = await createServer({ server, optimizeDeps, appType: "custom", logLevel: "error" });
  ({ Playground: make } = (await vite.ssrLoadModule("/web/state/playground.svelte.ts")) as {
    Playground: typeof make;
  });
});

test.afterAll(() => vite.close());

const note = (at: number, words: string) => ({ lane: "note", from: at, to: at, asked: words });

/** A source that tells which one answers; `asked` lists its calls. */
function source(name: string, end: number, acts: boolean) {
  const asked: string[] = [];
  const at = { now: end, events: 1, reached: true, live: true, broken: 0 };
  const servers = [{ id: 1 }];
  const answers: Record<string, unknown> = {
    frame: {
      now: end,
      end,
      live: true,
      step: 1,
      events: 1,
      seed: name,
      servers,
      violated: 0,
      outside: 0,
    },
    branches: [{ id: 0, name, current: true, end }],
    remarks: [note(end, `of ${name}`)],
    opened: { name, verdict: "identical", show: null },
    saved: acts ? `name ${name}\n` : "",
    newRun: Promise.resolve(true),
    properties: [],
    advance: at,
    seek: at,
  };
  const get = (it: Record<string, unknown>, key: string): unknown => {
    if (key in it || key === "then") return it[key];
    return (...given: unknown[]) => {
      asked.push([key, ...given.map(String)].join(" "));
      return answers[key];
    };
  };
  const can = { act: acts, goOn: acts, text: acts, branch: acts };
  const it = { can, stopped: false, isWhole: true, report: null, onTrap: undefined };
  return { asked, source: new Proxy(it, { get }) as unknown as RunSource };
}

/** A playground in which somebody has looked at, chosen and begun all kinds of things. */
function used() {
  const world = source("world", 2_000_000, true);
  const recording = source("recording", 5_000_000, false);
  const playground = new make(world.source);
  playground.select({ kind: "server", id: 1 });
  playground.hover = { kind: "server", id: 1 };
  playground.openMenu({ target: { kind: "server", id: 1 }, x: 1, y: 1 });
  playground.journalFilter = { server: 1, kinds: ["election"] };
  playground.stretch = { from: 0, to: 5 };
  playground.pausesAtNotes = true;
  playground.speedAfter = 5;
  playground.pace = () => 1;
  playground.showLog({ first: 3, count: 9 });
  return { playground, world, recording };
}

test("another source is shown as another run: nothing of the old one stays", () => {
  const { playground, world, recording } = used();
  const before = playground.runId;
  playground.play();
  playground.show(recording.source as Source, "TestBasicAgree3B");
  expect(playground.source).toBe(recording.source);
  expect(playground.runId).not.toBe(before);
  expect(playground.runName).toBe("TestBasicAgree3B");
  expect(playground.own).toBe(false);
  expect(playground.isFirst).toBe(false);
  expect(playground.playing).toBe(false);
  expect(playground.frame.seed).toBe("recording");
  expect(playground.frame.end).toBe(5_000_000);
  expect(playground.branches.map(({ name }) => name)).toEqual(["recording"]);
  expect(playground.notes.map(({ words }) => words)).toEqual(["of recording"]);
  expect(playground.selection).toBeNull();
  expect(playground.hover).toBeNull();
  expect(playground.menu).toBeNull();
  expect(playground.stretch).toBeNull();
  expect(playground.pace).toBeNull();
  expect(playground.speedAfter).toBeNull();
  expect(playground.pausesAtNotes).toBe(false);
  expect(playground.verdict).toEqual([]);
  expect(playground.journalFilter).toEqual({ server: null, kinds: [] });
  expect(playground.logWindow).toEqual({ first: null, count: 9 });

  // From now on it alone is asked.
  world.asked.length = 0;
  playground.seek(1_000_000);
  playground.timeline();
  expect(recording.asked).toContain("seek 1000000");
  expect(recording.asked).toContain("timeline");
  expect(world.asked).toEqual([]);
});

test("the next run that is opened is the engine's again, and a refused one changes nothing", async () => {
  for (const open of ["newRun", "openRecorded", "restore"] as const) {
    const { playground, world, recording } = used();
    const text = "raft-playground 1\n";
    const way = (): Promise<string | null> =>
      open === "restore"
        ? playground.restore({ ...playground.kept(), id: "kept", name: "of before", text })
        : playground[open](text);
    playground.show(recording.source as Source, "a recording");
    const { runId } = playground;

    const real = world.source.newRun;
    world.source.newRun = () => Promise.reject(new Error("line 1: no run"));
    expect(await way()).toBe("line 1: no run");
    expect(playground.source).toBe(recording.source);
    expect(playground.runId).toBe(runId);

    world.source.newRun = real;
    recording.asked.length = 0;
    expect(await way()).toBeNull();
    expect(playground.source).toBe(world.source);
    expect(playground.runName).toBe(open === "restore" ? "of before" : "world");
    expect(playground.runId).not.toBe(runId);
    expect(playground.frame.seed).toBe("world");
    expect(recording.asked.filter((call) => /^(newRun|command)/.test(call))).toEqual([]);
  }
});

test("a source that is opened while another run is executed is the one that stays", async () => {
  const { playground, world, recording } = used();
  let go = (): void => undefined;
  world.source.newRun = (_, watch) =>
    new Promise((resolve) => (go = () => resolve(!watch.stopped())));
  const opening = playground.newRun("raft-playground 1\n");
  playground.show(recording.source as Source, "a recording");
  go();
  expect(await opening).toBe("it was cancelled");
  expect(playground.source).toBe(recording.source);
});
