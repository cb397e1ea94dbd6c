/** A stretch of the run, read from rows of numbers (see `crate/wasm/view/src/spacetime.rs`). */

import {
  loads,
  losses,
  type MarkName,
  marks,
  memberAt,
  type Part,
  parts,
  type RowKind,
  rowKinds,
  type RpcName,
  rpcs,
} from "../engine/tables";

export type { MarkName, Part } from "../engine/tables";

/** The flags of a message, as `spacetime.rs` adds them up. */
const REPLY = 1;
const REFUSED = 2;
const HEARTBEAT = 4;

/** Rows that say where a message is now, which is no news. */
const UNDER_WAY: readonly RowKind[] = ["flying", "held", "waiting"];

/** A message, from its setting out to its end. */
export interface Passage {
  id: number;
  from: number;
  to: number;
  term: number;
  rpc: RpcName;
  reply: boolean;
  refused: boolean;
  heartbeat: boolean;
  /** Its load: "21-22", "22", "…12" or "". */
  label: string;
  sentAt: number;
  /** Its departure as far as its place goes: later than `sentAt` by the time it was held. */
  setOutAt: number;
  /** The moment at which it would arrive. */
  arrivesAt: number;
  state: "flying" | "held" | "waiting" | "arrived" | "lost";
  /** The moment at which it was handled, lost or held. Infinite before. */
  endAt: number;
  /** Share of the way that it came. */
  share: number;
  /** Why it is lost. */
  why: string;
  /** The points at which it set out and was handled, as far as they are in the stretch. */
  sent: Point | null;
  end: Point | null;
}

/** Something at a moment: on a server's line, or what the user did (server 0). */
export interface Point {
  /** Its place among all points: a cause comes before its effect. */
  order: number;
  at: number;
  step: number;
  server: number;
  kind: "sent" | "arrived" | MarkName;
  message: Passage | null;
  /** Of a mark: the journal's words. */
  words: string;
}

/** A point that has a mark. */
export interface Mark extends Point {
  kind: MarkName;
}

/** The state of a server for a while; `to` is infinite while it lasts. */
export interface Stretch {
  from: number;
  to: number;
  part: Part;
  paused: boolean;
  term: number;
}

export interface Cut {
  from: number;
  to: number;
}

export class History {
  /** It knows everything from here … */
  from: number;
  /** … to here. */
  until: number;
  /** The step up to which it was read; null before the first rows. */
  step: number | null = null;
  /** Nothing is left to be read up to where it was asked. */
  complete = false;
  messages: Passage[] = [];
  points: Point[] = [];
  marks: Mark[] = [];
  cuts: Cut[] = [];
  readonly lines = new Map<number, Stretch[]>();
  readonly #open = new Map<number, Passage>();
  #byId = new Map<number, Passage>();

  constructor(from: number) {
    this.from = from;
    this.until = from;
  }

  message(id: number): Passage | undefined {
    return this.#byId.get(id);
  }

  /** True when the rows tell of something new. */
  take(rows: Float64Array, words: string): boolean {
    const said = words.split("\n");
    let mark = 0;
    let news = this.step !== rows[0] || this.until !== rows[1];
    this.step = rows[0] ?? 0;
    this.until = rows[1] ?? 0;
    this.complete = rows[2] === 0;
    for (let at = 4; at < rows.length; at += Math.max(1, rows[at] ?? 0)) {
      const row = rows.subarray(at, at + (rows[at] ?? 0));
      const kind = memberAt(rowKinds, row[1]);
      if (kind === "mark") this.#marked(row, said[mark++] ?? "");
      else this.#told(kind, row);
      news ||= !UNDER_WAY.includes(kind);
    }
    return news;
  }

  #told(kind: Exclude<RowKind, "mark">, row: Float64Array): void {
    switch (kind) {
      case "sent":
        return this.#sent(row);
      case "arrived":
      case "lost":
        return this.#ended(row, kind);
      case "stands":
        return this.#stands(row);
      case "cuts":
        return this.#cut(row);
      case "flying":
      case "held":
      case "waiting":
        return this.#underWay(row, kind);
    }
  }

  /** Keeps the newest messages, about so many, and what belongs to them. True when some were too many. */
  trim(most: number): boolean {
    if (this.messages.length <= most) return false;
    const first = this.messages[this.messages.length - Math.floor(most * 0.8)];
    if (!first) return false;
    const from = first.sentAt;
    this.from = from;
    this.messages = this.messages.filter((message) => message.endAt >= from);
    this.#byId = new Map(this.messages.map((message) => [message.id, message]));
    this.points = this.points.filter(({ at }) => at >= from);
    this.points.forEach((point, order) => (point.order = order));
    this.marks = this.marks.filter(({ at }) => at >= from);
    this.cuts = this.cuts.filter(({ to }) => to >= from);
    for (const [server, line] of this.lines) {
      const kept = line.filter(({ to }) => to >= from);
      this.lines.set(server, kept);
    }
    for (const message of this.messages) if (message.sentAt < from) message.sent = null;
    return true;
  }

  #point<K extends Point["kind"]>(
    row: Float64Array,
    kind: K,
    message: Passage | null,
    words = "",
  ): Point & { kind: K } {
    const [, , at = 0, step = 0, server = 0] = row;
    const point = { order: this.points.length, at, step, server, kind, message, words };
    this.points.push(point);
    return point;
  }

  #sent(row: Float64Array): void {
    const [, , at = 0, , from = 0, id = 0, to = 0, term = 0, arrivesAt = 0] = row;
    const [rpc, flags = 0, load, first = 0, last = 0] = row.subarray(9);
    const span = first === last ? String(first) : `${first}-${last}`;
    const labels = { nothing: "", entries: span, snapshot: `…${last}` };
    const message: Passage = {
      id,
      from,
      to,
      term,
      rpc: memberAt(rpcs, rpc),
      reply: (flags & REPLY) !== 0,
      refused: (flags & REFUSED) !== 0,
      heartbeat: (flags & HEARTBEAT) !== 0,
      label: labels[memberAt(loads, load)],
      sentAt: at,
      setOutAt: at,
      arrivesAt,
      state: "flying",
      endAt: Infinity,
      share: 0,
      why: "",
      sent: null,
      end: null,
    };
    // One that was under way already set out before what is known.
    if (at >= this.from) message.sent = this.#point(row, "sent", message);
    this.messages.push(message);
    this.#open.set(id, message);
    this.#byId.set(id, message);
  }

  #ended(row: Float64Array, kind: "arrived" | "lost"): void {
    const [, , at = 0, , , id = 0, why, place = 0] = row;
    const message = this.#open.get(id);
    if (!message) return;
    this.#open.delete(id);
    message.endAt = at;
    if (kind === "arrived") {
      message.state = "arrived";
      message.share = 1;
      message.end = this.#point(row, "arrived", message);
    } else {
      message.state = "lost";
      message.why = memberAt(losses, why);
      message.share = place / 1000;
    }
  }

  #marked(row: Float64Array, words: string): void {
    const kind = memberAt(marks, row[5]);
    const message = this.#byId.get(row[6] ?? 0) ?? null;
    this.marks.push(this.#point(row, kind, message, words));
  }

  #stands(row: Float64Array): void {
    const [, , at = 0, , server = 0, part, paused = 0, term = 0] = row;
    const line = this.lines.get(server) ?? [];
    const last = line[line.length - 1];
    if (last) last.to = at;
    line.push({
      from: at,
      to: Infinity,
      part: memberAt(parts, part),
      paused: paused === 1,
      term,
    });
    this.lines.set(server, line);
  }

  #cut(row: Float64Array): void {
    const [, , at = 0, , , links = 0] = row;
    const last = this.cuts[this.cuts.length - 1];
    const isOpen = last !== undefined && last.to === Infinity;
    if (links > 0 && !isOpen) this.cuts.push({ from: at, to: Infinity });
    else if (links === 0 && isOpen) last.to = at;
  }

  #underWay(row: Float64Array, state: "flying" | "held" | "waiting"): void {
    const [, , , , , id = 0, setOutAt = 0, arrivesAt = 0, since = 0] = row;
    const message = this.#open.get(id);
    if (!message) return;
    if (state === "waiting") message.state = state;
    else Object.assign(message, { setOutAt, arrivesAt, state });
    message.endAt = state === "held" ? since : Infinity;
  }
}
