import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { advice, circles } from "../../scripts/check/floors.mjs";

/** A small page: files and what they import. */
function page(files) {
  const root = mkdtempSync(path.join(tmpdir(), "floors-"));
  for (const [name, lines] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), lines.join("\n"));
  }
  return root;
}

test("folders that import each other are found, directly, in a ring, by a type or on demand", () => {
  const pair = page({
    "stage/Stage.svelte": ['  import Lazy from "../shell/Lazy.svelte";'],
    "shell/Wide.svelte": ['  const load = () => import("../stage/Stage.svelte");'],
    "App.svelte": ['  import Wide from "./shell/Wide.svelte";'],
  });
  assert.deepEqual(
    circles(pair).map((circle) => circle.toSorted()),
    [
      [
        "shell/Wide.svelte imports stage/Stage.svelte",
        "stage/Stage.svelte imports shell/Lazy.svelte",
      ],
    ],
  );
  const ring = page({
    "a/one.ts": ['import type { Two } from "../b/two";'],
    "b/two.ts": ['export { three } from "../c/three";'],
    "c/three.ts": ['import "../a/one";'],
  });
  const [circle, ...others] = circles(ring);
  assert.equal(others.length, 0);
  assert.equal(circle.length, 3);
  const says = advice([circle]);
  assert.match(says, /web\/kit/);
  assert.match(says, /b\/two\.ts imports c\/three/);
});

test("what stands on floors is no circle, and neither is what the build prints", () => {
  const root = page({
    "shell/Wide.svelte": ['import Stage from "../stage/Stage.svelte";'],
    "stage/Stage.svelte": ['import Lazy from "../kit/Lazy.svelte";', 'import "./labels";'],
    "kit/Lazy.svelte": ['import { engine } from "../engine/engine";'],
    "engine/engine.ts": ['import { Run } from "../pkg/raft_engine";'],
    "pkg/raft_engine.ts": ['import "../engine/engine";'],
  });
  assert.deepEqual(circles(root), []);
});

test("the page stands on floors", () => {
  const found = circles(fileURLToPath(new URL("../../web", import.meta.url)));
  assert.deepEqual(found, [], advice(found));
});
