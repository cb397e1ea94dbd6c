/**
 * The run as it is played: its newest frame, what is asked about it, and how it moves in time. What
 * changes the run is no part of it.
 */
import type {
  BranchView,
  EntryDetail,
  Frame,
  JournalPage,
  JournalQuery,
  MessageDetail,
  MessageView,
  PropertyView,
  Remark,
  ServerDetail,
  ServerView,
  Timeline,
} from "../engine/engine";
import { EngineStopped } from "../engine/engine";
import type { RunSource, Source } from "../engine/source";
import { inPieces } from "../engine/pieces";
import type { Pace } from "../record/pace";
import { type Note, notesOf } from "../record/notes";
import { axisEnd } from "../record/axis";
import type { Jump } from "../record/jump-kinds";
import { Busy } from "./busy.svelte";
import { type LogWindow, Looking } from "./looking.svelte";
import { Loop } from "./loop";
import { notices } from "./notices.svelte";
import { SPEEDS } from "./words";

const STILL: Frame = {
  now: 0,
  events: 0,
  step: 0,
  end: 0,
  live: true,
  digest: "",
  seed: "",
  network: "",
  holding: 0,
  violated: 0,
  outside: 0,
  bugs: 0,
  clients: 0,
  heartbeat: 0,
  electionMin: 0,
  electionMax: 0,
  leader: null,
  term: 0,
  servers: [],
  links: [],
  messages: [],
  logFirst: 1,
  logLast: 0,
  longest: 0,
};

/** Panels of text are refreshed at most this often while the run goes on. */
const PULSE_MS = 100;

export class Playing extends Looking {
  frame: Frame = $state.raw(STILL);
  /** Rises at most ten times a second: panels of text depend on this, not on every frame. */
  pulse = $state(0);
  playing = $state(false);
  /** The factor by which it is slower than real time. */
  slower = $state(20);
  /** The engine could not keep up with the speed asked for. */
  lagging = $state(false);
  /** The stretch of the run that the timeline shows; null: all of it. */
  stretch: { from: number; to: number } | null = $state.raw(null);
  /** The kind of thing that the jump buttons look for. */
  jumpKind: Jump = $state("election");
  branches: BranchView[] = $state.raw([]);
  /** A test's remarks on stretches of the run. */
  remarks: Remark[] = $state.raw([]);
  /** The user's own words on moments of it. */
  notes: Note[] = $state.raw([]);
  /** The run pauses where something is noted. */
  pausesAtNotes = $state(false);
  /** Says up to when nothing is to be seen, where such stretches are to pass quickly. */
  pace: Pace | null = null;
  /** The properties that have just been broken, until that was read. Their evidence stands out meanwhile. */
  verdict: PropertyView[] = $state.raw([]);
  /** The speed to go back to once a violated property was told; null while the speed is the user's. */
  speedAfter: number | null = null;

  /** The work that takes long. */
  readonly busy = new Busy();
  /** The run that is shown. `Playground.show` puts another one in its place. */
  source: Source;
  /** The source with which the page began. It opens all run texts, whatever is shown. */
  readonly engine: RunSource;
  readonly #loop: Loop;
  #pulsedAt = 0;
  /** The actions that came before all of the engine was there, in order. */
  #waiting: (() => void)[] = [];
  /** A run that was opened stops once where its record ends. */
  protected stopsAtEnd = false;

  constructor(source: RunSource) {
    super();
    this.engine = source;
    this.source = $state.raw(source);
    this.#loop = new Loop({
      advance: (to, budget) => {
        const at = this.source.advance(this.#within(to), budget);
        // Nothing more is run before a violated property was told.
        return at.broken > this.broken ? { ...at, reached: true } : at;
      },
      drawn: (lagging) => this.#drawn(lagging),
      failed: (error) => this.failed(error),
      now: () => this.frame.now,
      slower: () => (this.#skipsTo === null ? this.slower : 1),
    });
    this.take(source);
    this.readRun();
    this.redraw();
  }

  /** Starts the loop; the returned function stops it. */
  attach(): () => void {
    return this.#loop.attach();
  }

  /** Sets the first run going, from shortly before anything can happen in it. */
  begin(): void {
    this.skipTo(Math.floor(this.frame.electionMin * 0.9));
    this.play();
  }

  // What is shown

  /** The moments at both edges of the timeline. */
  get axis(): { from: number; end: number } {
    const { stretch } = this;
    return stretch
      ? { from: stretch.from, end: stretch.to }
      : { from: 0, end: axisEnd(this.frame.end) };
  }

  /** Reads a new frame, because something changed outside the loop. */
  redraw(): void {
    const frame = this.source.frame({
      logFirst: this.logWindow.first,
      logCount: this.logWindow.count,
    });
    if (frame === undefined) return;
    this.frame = frame;
    this.#beat(performance.now());
  }

  showLog(window: LogWindow): void {
    this.logWindow = window;
    this.redraw();
  }

  serverView(id: number): ServerView | undefined {
    return this.frame.servers.find((server) => server.id === id);
  }

  messageView(id: number): MessageView | undefined {
    return this.frame.messages.find((message) => message.id === id);
  }

  // Questions to the engine. Each depends on `pulse`, so that a `$derived` around it stays fresh.

  server(id: number): ServerDetail | undefined {
    return this.#fresh(() => this.source.server(id));
  }

  message(id: number): MessageDetail | undefined {
    return this.#fresh(() => this.source.message(id));
  }

  entry(server: number, index: number): EntryDetail | undefined {
    return this.#fresh(() => this.source.entry(server, index));
  }

  journal(query: JournalQuery): JournalPage {
    return this.#fresh(() => this.source.journal(query));
  }

  timeline(): Timeline | undefined {
    return this.#fresh(() => this.source.timeline());
  }

  // The engine comes in two parts

  /** True if an action has to wait until all of the engine is there. Then it is done, after those before it. */
  waits(action: () => void): boolean {
    if (this.source.isWhole && this.#waiting.length === 0) return false;
    this.#waiting.push(action);
    if (this.#waiting.length === 1) void this.source.whole().then(() => this.#catchUp());
    return true;
  }

  #catchUp(): void {
    const actions = this.#waiting;
    this.#waiting = [];
    for (const action of actions) action();
    this.redraw();
  }

  /** The properties of the verdict, unless the run stands before the moment at which they were broken. */
  get accused(): PropertyView[] {
    return this.frame.step < (this.verdict[0]?.step ?? 0) ? [] : this.verdict;
  }

  // Time

  play(): void {
    if (this.source.stopped) return;
    this.verdict = [];
    this.playing = true;
    this.#loop.start();
  }

  pause(): void {
    this.playing = false;
    this.lagging = false;
    this.#loop.stop();
    // The panels of text may be a pulse behind.
    this.redraw();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Runs one event, and pauses. */
  step(): void {
    if (this.waits(() => this.step())) return;
    this.pause();
    const before = this.broken;
    try {
      this.source.step();
    } catch (error) {
      this.failed(error);
    }
    this.redraw();
    this.judge(before);
  }

  /** Goes one event or command back, and pauses. */
  stepBack(): void {
    this.#goTo(() => this.source.stepBack());
  }

  /** Goes to a moment, not beyond the end of what has happened, and pauses. */
  seek(time: number): void {
    this.#goTo(() => this.source.seek(Math.max(0, Math.round(time))));
  }

  /** Goes to just after a line of the journal. */
  seekStep(step: number): void {
    this.#goTo(() => this.source.seekStep(Math.max(0, step)));
  }

  /** Goes to the end of what has happened; from there on the run is live. */
  toEnd(): void {
    this.seek(this.frame.end);
  }

  /** Jumps to the next or previous moment of the kind that is looked for. */
  async jump(way: 1 | -1): Promise<void> {
    const jumps = await import("../record/jumps").catch(() => null);
    if (jumps === null) {
      notices.error("This part of the page could not be fetched. Is the server still there?");
      return;
    }
    const run = this.source.timeline();
    const target =
      run && jumps.jumpTarget({ ...run, notes: this.notes }, this.jumpKind, this.frame.now, way);
    if (typeof target === "number") this.seek(target);
    else notices.info(`There are no ${way === 1 ? "later" : "earlier"} ${this.jumpKind}s.`);
  }

  #goTo(go: () => void): void {
    if (this.waits(() => this.#goTo(go))) return;
    this.pause();
    try {
      go();
    } catch (error) {
      this.failed(error);
    }
    this.redraw();
  }

  /** Moves to a moment at once, without playing what lies between. */
  skipTo(time: number): void {
    try {
      while (!this.source.advance(time, 10_000).reached);
    } catch (error) {
      this.failed(error);
    }
    this.redraw();
  }

  /** The same for a long way, on which the page goes on to live. False when it was stopped on the way. */
  async goTo(time: number): Promise<boolean> {
    const [from, before] = [this.frame.now, this.frame.events];
    const watch = this.busy.begin("Playing on", () => undefined);
    let at = { now: from, events: before, reached: false };
    try {
      const goOn = (): boolean => (at = this.source.advance(time, 2000)).reached;
      const tell = (): void =>
        watch.tell((at.now - from) / Math.max(1, time - from), at.events - before);
      return await inPieces(goOn, () => watch.stopped(), tell);
    } catch (error) {
      this.failed(error);
      return false;
    } finally {
      if (!watch.stopped()) this.busy.end();
      this.redraw();
    }
  }

  faster(): void {
    this.#shiftSpeed(-1);
  }

  slowDown(): void {
    this.#shiftSpeed(1);
  }

  #shiftSpeed(by: number): void {
    const at = SPEEDS.findIndex((slower) => slower >= this.slower);
    const next = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + by))];
    if (next !== undefined) this.slower = next;
    this.speedAfter = null;
  }

  // Inside

  /** Asks this source from now on. What is known of the run is not read again by that. */
  protected take(source: Source): void {
    source.onTrap = () => void this.#recover(source);
    this.source = source;
  }

  /** Reads again all that changes only with the run or its branch. */
  protected readRun(): void {
    this.branches = this.source.branches();
    this.readRemarks();
  }

  protected readRemarks(): void {
    const remarks = this.source.remarks();
    this.notes = notesOf(remarks);
    this.remarks = remarks.filter(({ lane }) => lane !== "note");
  }

  /** The note that is reached next. */
  get #nextNote(): number {
    const { now } = this.frame;
    return this.pausesAtNotes ? (this.notes.find(({ at }) => at > now)?.at ?? Infinity) : Infinity;
  }

  get #skipsTo(): number | null {
    return this.pace?.(this.frame) ?? null;
  }

  /** Not beyond the next note, nor the end of what has happened, unless the run is there already. */
  #within(to: number): number {
    const ends = !this.source.can.goOn || (this.stopsAtEnd && !this.frame.live);
    return Math.min(
      to,
      this.#nextNote,
      this.#skipsTo ?? Infinity,
      ends ? this.frame.end : Infinity,
    );
  }

  /** Number of properties that were violated up to this moment. */
  protected get broken(): number {
    return this.frame.violated + this.frame.outside;
  }

  /** If more properties are violated than before, pauses just where that happened, and says so. */
  protected judge(before: number): void {
    if (this.broken <= before) return;
    this.pause();
    const broken = this.source.properties().filter(({ step }) => step !== null);
    const step = Math.max(...broken.map((property) => property.step ?? 0));
    if (this.frame.step > step) this.seekStep(step);
    this.verdict = broken.filter((property) => property.step === step);
    this.slower = this.speedAfter ?? this.slower;
    this.speedAfter = null;
  }

  #fresh<T>(ask: () => T): T {
    void this.pulse;
    return ask();
  }

  #drawn(lagging: boolean): void {
    const frame = this.source.frame({
      logFirst: this.logWindow.first,
      logCount: this.logWindow.count,
    });
    if (frame === undefined) return;
    const before = this.broken;
    const noted = frame.now >= this.#nextNote;
    this.frame = frame;
    this.judge(before);
    this.lagging = lagging;
    if (noted) this.pause();
    if (frame.live) this.#ended();
    const wall = performance.now();
    if (wall - this.#pulsedAt >= PULSE_MS) this.#beat(wall);
  }

  /** The run stands at the end of what has happened. */
  #ended(): void {
    const { goOn } = this.source.can;
    if (this.stopsAtEnd || !goOn) this.pause();
    if (!this.stopsAtEnd) return;
    this.stopsAtEnd = false;
    const next = goOn ? " Play on to see what would come next." : "";
    notices.info(`The recorded run ends here.${next}`);
  }

  #beat(wall: number): void {
    this.#pulsedAt = wall;
    this.pulse += 1;
  }

  protected failed(error: unknown): void {
    this.playing = false;
    this.#loop.stop();
    // A stopped engine reports itself, through `onTrap`.
    if (!(error instanceof EngineStopped)) notices.error((error as Error).message);
  }

  async #recover(source: Source): Promise<void> {
    this.pause();
    const report = source.report ?? "";
    try {
      await source.rebuild();
      this.redraw();
      notices.trap(report, this.frame.now);
    } catch (error) {
      notices.error((error as Error).message);
    }
  }
}
