import assert from "node:assert/strict";
import { test } from "node:test";
import { countOwn } from "../../scripts/bench/callgrind.mjs";

/** A program in a folder that calls a library, which calls itself, and the loader, which calls the program. */
const profile = (folder, malloc) => `events: Ir
ob=(1) /lib64/ld.so
fl=(1) ???
fn=(1) start
0 700
cob=(2) ${folder}/paths
cfn=(2) main
calls=1 0
0 5000

ob=(2)
fn=(2) main
12 40
+3 2
cob=(3) /lib/libc.so.6
cfn=(3) malloc
calls=3 0
+1 ${malloc}
* 8

ob=(3)
fn=(3) malloc
7 ${malloc}
cfn=(4) grow
calls=2 0
* 60

totals: 9999
`;

test("the count is the program's own, wherever it stands and however long a library takes", () => {
  const count = countOwn(profile("/home/me/target/release", 90), "paths");
  assert.equal(count, 40 + 2 + 8 + 3 * 80);
  assert.equal(countOwn(profile("/x", 4000), "paths"), count);
});

test("a profile of another program is no count", () => {
  assert.throws(() => countOwn(profile("/x", 90), "figures"), /nothing of "figures"/);
});
