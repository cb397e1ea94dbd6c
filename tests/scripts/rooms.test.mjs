import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { withRooms } from "../../scripts/build/rooms.mjs";
import { LOW, NARROW, WIDE } from "../../web/styles/rooms.js";

const web = fileURLToPath(new URL("../../web", import.meta.url));

test("a style sheet names rooms, and gets their conditions", () => {
  assert.equal(
    withRooms("@media (--narrow), (pointer: coarse) { a { b: c } }"),
    `@media ${NARROW}, (pointer: coarse) { a { b: c } }`,
  );
  // What is no query keeps its custom properties.
  assert.equal(withRooms("a { b: var(--narrow) }"), "a { b: var(--narrow) }");
  assert.throws(
    () => withRooms("@media (--narow) {}", "Stage.svelte"),
    /Stage\.svelte: there is no room --narow.*--narrow/,
  );
});

test("the conditions of rooms stand in one place", () => {
  const files = readdirSync(web, { recursive: true }).filter((name) =>
    /\.(svelte|css|ts)$/.test(name),
  );
  assert.ok(files.length > 100);
  for (const file of files) {
    const text = readFileSync(path.join(web, file), "utf8");
    for (const condition of [NARROW, WIDE, LOW]) {
      assert.ok(
        !text.includes(condition),
        `${file} has ${condition}: web/styles/rooms.js has its name`,
      );
    }
  }
});
