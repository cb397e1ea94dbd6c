// What the space-time diagram reckons, without the page.

import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { addRest, initSync, Engine } from "../../web/pkg/raft_engine";
import { cone } from "../../web/spacetime/causal";
import { History, type Passage, type Point } from "../../web/spacetime/history";
import { everything, follow, pan, ticks, zoom } from "../../web/spacetime/view";
import { PARTED } from "./tools";

test("zooming keeps the moment under the pointer; moving keeps the length", () => {
  const view = { from: 1_000_000, to: 2_000_000 };
  const near = zoom(view, 2, 1_250_000, 9_000_000);
  expect((1_250_000 - near.from) / (near.to - near.from)).toBeCloseTo(0.25);
  expect(near.to - near.from).toBeCloseTo(500_000);
  expect(pan(view, 300_000, 9_000_000)).toEqual({ from: 1_300_000, to: 2_300_000 });
  const last = pan(view, 99_000_000, 3_000_000);
  expect(last.from).toBeLessThan(3_000_000);
  const all = everything(4_000_000);
  expect(all.from).toBeLessThan(0);
  expect(follow(all, 4_000_000)).toBe(all);
  const followed = follow(view, 5_000_000);
  expect(followed.to).toBeGreaterThan(5_000_000);
  expect(followed.to - followed.from).toBeCloseTo(1_000_000);
  expect(ticks(view, 5)).toEqual({
    times: [1_000_000, 1_200_000, 1_400_000, 1_600_000, 1_800_000, 2_000_000],
    digits: 1,
  });
});

/** A small run, made by hand. */
class Made {
  readonly points: Point[] = [];
  readonly #messages: Passage[] = [];

  #put(server: number, kind: Point["kind"], message: Passage | null): Point {
    const order = this.points.length;
    const point = { order, at: 10 * order, step: order, server, kind, message, words: "" };
    this.points.push(point);
    return point;
  }

  mark(server: number): Point {
    return this.#put(server, "timeout", null);
  }

  send(from: number, to: number): Passage {
    const message = { id: this.#messages.length + 1, from, to, end: null } as Passage;
    message.sent = this.#put(from, "sent", message);
    message.sentAt = message.sent.at;
    this.#messages.push(message);
    return message;
  }

  arrive(message: Passage): Point {
    message.end = this.#put(message.to, "arrived", message);
    return message.end;
  }
}

test("what led to a message and what follows from it is found along lines and arrows", () => {
  const made = new Made();
  const start = made.mark(1);
  const a = made.send(1, 2);
  const aside = made.send(3, 4);
  made.arrive(a);
  const b = made.send(2, 3);
  const late = made.send(1, 4);
  made.arrive(b);
  made.arrive(aside);
  const c = made.send(3, 1);
  made.arrive(c);
  const lost = made.send(1, 2);
  made.arrive(late);

  const ofB = cone(made.points, b.sent, b.end);
  expect([...ofB.before]).toEqual([a]);
  expect([...ofB.after]).toEqual([c, lost]);
  // S1 had its part in it up to where it sent `a`, and it had its part in S1 from where `c` arrived.
  expect([...ofB.until]).toEqual([
    [2, b.sentAt],
    [1, a.sentAt],
  ]);
  expect([...ofB.since]).toEqual([
    [3, b.end?.at],
    [1, c.end?.at],
  ]);
  const ofStart = cone(made.points, start, start);
  expect(ofStart.before.size).toBe(0);
  expect([...ofStart.after]).toEqual([a, b, late, c, lost]);
  const ofLost = cone(made.points, lost.sent, lost.end);
  expect(new Set(ofLost.before)).toEqual(new Set([a, b, c]));
  expect(ofLost.after.size).toBe(0);
});

/** All points that lie before others, pair by pair: neighbours on a line, and both ends of a message. */
function slowly(points: Point[]): Set<Point>[] {
  const before = points.map((): Set<Point> => new Set());
  for (const [at, point] of points.entries()) {
    const causes = [
      points.slice(0, at).findLast(({ server }) => server === point.server),
      point.kind === "arrived" ? point.message?.sent : null,
    ];
    for (const cause of causes) {
      if (!cause) continue;
      before[at]?.add(cause);
      for (const earlier of before[cause.order] ?? []) before[at]?.add(earlier);
    }
  }
  return before;
}

/** A stretch of a run, read as the page reads it. */
function history(text: string, from: number, to: number): History {
  initSync({ module: readFileSync("web/pkg/raft_engine_bg.wasm") });
  addRest(new WebAssembly.Module(readFileSync("web/pkg/raft_engine_rest.wasm")));
  const run = new Engine(text);
  const known = new History(from);
  do known.take(run.spacetime(from, known.step, to), run.spacetimeWords());
  while (!known.complete);
  run.free();
  return known;
}

test("in a wild run, causes and effects are what slow and simple reckoning finds", () => {
  const known = history(PARTED, 2_500_000, 3_200_000);
  expect(known.messages.length).toBeGreaterThan(50);
  const own = known.points.filter(({ server }) => server > 0);
  own.forEach((point, order) => (point.order = order));
  const before = slowly(own);
  for (const message of known.messages) {
    const { sent, end } = message;
    const found = cone(own, sent, end);
    const causes = sent ? (before[sent.order] ?? new Set()) : new Set<Point>();
    const led = known.messages.filter((other) => other.end && causes.has(other.end));
    expect(found.before).toEqual(new Set(led));
    const follows = (point: Point): boolean =>
      end !== null && (before[point.order]?.has(end) ?? false);
    const later = known.messages.filter((other) => other.sent && follows(other.sent));
    expect(found.after).toEqual(new Set(later));
  }
});

test("the newest messages are kept, and what is said of them stays true", () => {
  const known = history(PARTED, 0, 4_500_000);
  const all = known.messages.length;
  expect(known.trim(all)).toBe(false);
  expect(known.trim(100)).toBe(true);
  expect(known.messages.length).toBeLessThanOrEqual(100);
  expect(known.points.map(({ order }) => order)).toEqual(known.points.map((_, order) => order));
  for (const { sent, end, sentAt } of known.messages) {
    expect(sent === null).toBe(sentAt < known.from);
    expect(sent === null || known.points[sent.order] === sent).toBe(true);
    expect(end === null || known.points[end.order] === end).toBe(true);
  }
  expect([...known.lines.values()].every((line) => line[line.length - 1]?.to === Infinity)).toBe(
    true,
  );
});
