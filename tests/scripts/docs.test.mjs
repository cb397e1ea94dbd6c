import assert from "node:assert/strict";
import { test } from "node:test";
import { broken, unmapped } from "../../scripts/docs/references.mjs";

test("a text that names what is not there is found, with its line", () => {
  const text =
    "[the map](ARCHITECTURE.md)\n`crate/raft`, `web/x.ts` (new) and `crate/plough`\n[gone](docs/gone.md#part)\n";
  assert.deepEqual(broken("README.md", text), [
    { line: 2, name: "crate/plough" },
    { line: 3, name: "docs/gone.md" },
  ]);
  assert.deepEqual(broken("docs/x.md", "[up](../README.md), [out](https://example.org/x)\n"), []);
});

test("a room without a row on the map is found", () => {
  const map = "| where | what |\n|---|---|\n| `crate/raft` | the core |\n";
  const missing = unmapped(map);
  assert.ok(missing.includes("crate/sim") && missing.includes("web/stage"), missing.join());
  assert.ok(!missing.includes("crate/raft"));
});
