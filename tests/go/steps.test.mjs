import assert from "node:assert/strict";
import path from "node:path";
import { before, test } from "node:test";
import { buildModule } from "../../scripts/go/build.mjs";
import { findPlace } from "../../scripts/go/place.mjs";
import { host, root, runTest } from "./tools.mjs";

let events;
before(async () => {
  const { bytes } = await buildModule(findPlace(path.join(root, "go/raft")));
  const lines = [];
  const program = host.load(bytes);
  const run = runTest(program, "TestALostLeaderIsReplacedAndFollowsWhenItIsBack", {
    onReport: (line) => lines.push(JSON.parse(line)),
  });
  assert.equal(run.ending.kind, "status");
  events = lines;
});

const steps = (wanted) => events.filter((event) => event.e === "state" && wanted(event));

test("each request that is handled has its own step, before its reply is sent", () => {
  const open = new Set();
  let handled = 0;
  for (const { e, part, call, at } of events) {
    if (e === "state" && at === "unlock" && call !== undefined && part !== "reply") open.add(call);
    if (e !== "send" || part !== "reply") continue;
    assert.ok(open.has(call), `call ${call} is answered without a step`);
    handled += 1;
  }
  assert.ok(handled > 5, `${handled} requests were handled`);
});

test("a reply has its own step too, at the server that has received it", () => {
  const receivers = new Map();
  let handled = 0;
  for (const { e, part, call, at, instance } of events) {
    if (e === "receive" && part === "reply") receivers.set(call, instance);
    if (e !== "state" || at !== "unlock" || part !== "reply") continue;
    assert.equal(instance, receivers.get(call));
    handled += 1;
  }
  assert.ok(handled > 5, `${handled} replies were handled`);
});

test("no server changes between its steps, and its role has its name at once", () => {
  const between = steps(({ at, locked }) => !locked && !["unlock", "start"].includes(at));
  assert.deepEqual(between, []);
  assert.deepEqual(
    steps(({ role }) => role === "unknown"),
    [],
  );
});

test("a follower that hears from its leader is seen to restart its election timer", () => {
  const appends = new Set();
  for (const { e, method, call } of events) {
    if (e === "send" && method === "AppendEntries") appends.add(call);
  }
  const heard = steps(({ at, part, call }) => at === "unlock" && !part && appends.has(call));
  const restarts = heard.filter(({ timer }) => timer !== undefined);
  assert.ok(restarts.length > heard.length / 2, `${restarts.length} of ${heard.length}`);
});
