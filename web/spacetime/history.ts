/** What is known of a stretch of the run, read from rows of numbers (see `crate/wasm/engine/src/spacetime.rs`). */

const RPCS = ["RequestVote", "AppendEntries", "InstallSnapshot"] as const;
const LOSSES = [
  "the network loses it",
  "the link is cut",
  "the server is down",
  "dropped by hand",
] as const;
const MARKS = [
  "timeout",
  "vote",
  "win",
  "accept",
  "commit",
  "learn",
  "snapshot",
  "crash",
  "restart",
  "pause",
  "resume",
  "command",
] as const;
const PARTS = ["follower", "candidate", "leader", "crashed"] as const;

export type MarkName = (typeof MARKS)[number];
export type Part = (typeof PARTS)[number];

/** A message, from its setting out to its end. */
export interface Passage {
  id: number;
  from: number;
  to: number;
  term: number;
  rpc: (typeof RPCS)[number];
  reply: boolean;
  refused: boolean;
  heartbeat: boolean;
  /** What it carries: "21-22", "22", "…12" or "". */
  label: string;
  sentAt: number;
  /** When it set out as far as its place goes: later than `sentAt` by the time it was held. */
  setOutAt: number;
  /** When it would arrive. */
  arrivesAt: number;
  state: "flying" | "held" | "waiting" | "arrived" | "lost";
  /** When it was handled or lost; since when it is held. Infinite before. */
  endAt: number;
  /** How much of the way it came. */
  share: number;
  /** Why it is lost. */
  why: string;
  /** Where it set out and where it was handled, as far as that is in the stretch. */
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

/** What a server is for a while; `to` is infinite for what still is so. */
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
      const kind = row[1] ?? 0;
      if (kind === 0) this.#sent(row);
      else if (kind === 1 || kind === 2) this.#ended(row);
      else if (kind === 3) this.#marked(row, said[mark++] ?? "");
      else if (kind === 4) this.#stands(row);
      else if (kind === 5) this.#cut(row);
      else this.#underWay(row);
      news ||= kind < 6;
    }
    return news;
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
    const [bits = 0, carries = 0, first = 0, last = 0] = row.subarray(9);
    const span = first === last ? String(first) : `${first}-${last}`;
    const message: Passage = {
      id,
      from,
      to,
      term,
      rpc: RPCS[bits & 3] ?? "AppendEntries",
      reply: (bits & 4) !== 0,
      refused: (bits & 8) !== 0,
      heartbeat: (bits & 16) !== 0,
      label: ["", span, `…${last}`][carries] ?? "",
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

  #ended(row: Float64Array): void {
    const [, kind, at = 0, , , id = 0, why = 0, place = 0] = row;
    const message = this.#open.get(id);
    if (!message) return;
    this.#open.delete(id);
    message.endAt = at;
    if (kind === 1) {
      message.state = "arrived";
      message.share = 1;
      message.end = this.#point(row, "arrived", message);
    } else {
      message.state = "lost";
      message.why = LOSSES[why] ?? "";
      message.share = place / 1000;
    }
  }

  #marked(row: Float64Array, words: string): void {
    const kind = MARKS[row[5] ?? 0] ?? "command";
    const message = this.#byId.get(row[6] ?? 0) ?? null;
    this.marks.push(this.#point(row, kind, message, words));
  }

  #stands(row: Float64Array): void {
    const [, , at = 0, , server = 0, part = 0, paused = 0, term = 0] = row;
    const line = this.lines.get(server) ?? [];
    const last = line[line.length - 1];
    if (last) last.to = at;
    line.push({
      from: at,
      to: Infinity,
      part: PARTS[part] ?? "follower",
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

  #underWay(row: Float64Array): void {
    const [, kind, , , , id = 0, setOutAt = 0, arrivesAt = 0, since = 0] = row;
    const message = this.#open.get(id);
    if (!message) return;
    if (kind === 8) message.state = "waiting";
    else Object.assign(message, { setOutAt, arrivesAt, state: kind === 7 ? "held" : "flying" });
    message.endAt = kind === 7 ? since : Infinity;
  }
}
