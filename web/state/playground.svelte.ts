/**
 * The state of the page: the run's latest frame, and what the user looks at. Engine state and UI
 * state stay apart: this class reads frames and emits command text, nothing else.
 */
import type {
  BranchView,
  EntryDetail,
  Frame,
  JournalKind,
  JournalPage,
  JournalQuery,
  MessageDetail,
  MessageView,
  Opened,
  PromiseView,
  Remark,
  ServerDetail,
  ServerView,
  Timeline,
} from "../engine/engine";
import { Engine, EngineStopped } from "../engine/engine";
import { type Note, notesOf, wordsOf } from "../notes/notes";
import type { KeptRun } from "../runs/store";
import { inPieces } from "../engine/pieces";
import { Busy } from "./busy.svelte";
import { Loop } from "./loop";
import { notices } from "./notices.svelte";
import type { Target } from "./targets";
import { sameTarget } from "./targets";
import { type Jump, jumpTarget, jumpWords } from "../timeline/jumps";
import { SPEEDS } from "./words";

export type DialogName =
  | "new-run"
  | "partition"
  | "network"
  | "keys"
  | "rules"
  | "lab"
  | "branches"
  | "share"
  | "runs"
  | "notes"
  | "promises"
  | "break"
  | "clients";
export interface Dialog {
  name: DialogName;
  /** What the dialog is about: a rule's id, a server or link. */
  about: Target | string | null;
}
export interface MenuRequest {
  target: Target;
  /** Where, in client coordinates. */
  x: number;
  y: number;
}
export interface LogWindow {
  /** First index shown; null follows the end. */
  first: number | null;
  count: number;
}
export type FocusName = "console" | "start" | "stage" | "journal" | "spacetime";

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
  fallen: 0,
  outside: 0,
  wrong: 0,
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

export class Playground {
  frame: Frame = $state.raw(STILL);
  /** Rises at most ten times a second: panels of text depend on this, not on every frame. */
  pulse = $state(0);
  playing = $state(false);
  /** How many times slower than real time. */
  slower = $state(20);
  /** The engine could not keep up with the speed asked for. */
  lagging = $state(false);
  /** What the jump buttons look for. */
  jumpKind: Jump = $state("election");
  selection: Target | null = $state.raw(null);
  hover: Target | null = $state.raw(null);
  logWindow: LogWindow = $state.raw({ first: null, count: 24 });
  journalFilter: { server: number | null; kinds: JournalKind[] } = $state({
    server: null,
    kinds: [],
  });
  dialog: Dialog | null = $state.raw(null);
  menu: MenuRequest | null = $state.raw(null);
  consoleOpen = $state(false);
  /** What was typed into the console before it was there; null when it is. */
  typedAhead: string | null = "";
  presenting = $state(false);
  /** A part of the page asks for the focus; `serial` makes a second request differ. */
  focus: { name: FocusName; serial: number } | null = $state.raw(null);
  runName = $state("untitled run");
  /** Tells kept runs apart; another run has another one. */
  runId: string = $state(crypto.randomUUID());
  /** Commands given since the page was opened, newest last. */
  given: string[] = $state.raw([]);
  branches: BranchView[] = $state.raw([]);
  /** What a test remarked on stretches of the run. */
  remarks: Remark[] = $state.raw([]);
  /** The user's own words on moments of it. */
  notes: Note[] = $state.raw([]);
  /** The promises that have just been broken, until that was read. Their evidence stands out meanwhile. */
  verdict: PromiseView[] = $state.raw([]);
  /** What opening the run came to, when it came from a text. */
  opened: Opened | null = $state.raw(null);

  /** What takes long. */
  readonly busy = new Busy();
  readonly engine: Engine;
  readonly #loop: Loop;
  #pulsedAt = 0;
  #serial = 0;
  /** A run that was opened stops once where its record ends. */
  #stopsAtEnd = false;

  constructor(engine: Engine) {
    this.engine = engine;
    this.#loop = new Loop({
      advance: (to, budget) => {
        const at = engine.advance(this.#stopsAtEnd ? this.#within(to) : to, budget);
        // Nothing more is run before a broken promise was told.
        return at.broken > this.#broken ? { ...at, reached: true } : at;
      },
      drawn: (lagging) => this.#drawn(lagging),
      failed: (error) => this.#failed(error),
      now: () => this.frame.now,
      slower: () => this.slower,
    });
    engine.onTrap = () => void this.#recover();
    this.#readRun();
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

  /** Reads a new frame, because something changed outside the loop. */
  redraw(): void {
    const frame = this.engine.frame({
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
    return this.#fresh(() => this.engine.server(id));
  }

  message(id: number): MessageDetail | undefined {
    return this.#fresh(() => this.engine.message(id));
  }

  entry(server: number, index: number): EntryDetail | undefined {
    return this.#fresh(() => this.engine.entry(server, index));
  }

  journal(query: JournalQuery): JournalPage {
    return this.#fresh(() => this.engine.journal(query));
  }

  timeline(): Timeline | undefined {
    return this.#fresh(() => this.engine.timeline());
  }

  // Time

  play(): void {
    if (this.engine.stopped) return;
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
    this.pause();
    const before = this.#broken;
    try {
      this.engine.step();
    } catch (error) {
      this.#failed(error);
    }
    this.redraw();
    this.#judge(before);
  }

  /** Goes one event or command back, and pauses. */
  stepBack(): void {
    this.#goTo(() => this.engine.stepBack());
  }

  /** Goes to a moment, not beyond the end of what has happened, and pauses. */
  seek(time: number): void {
    this.#goTo(() => this.engine.seek(Math.max(0, Math.round(time))));
  }

  /** Goes to just after a line of the journal. */
  seekStep(step: number): void {
    this.#goTo(() => this.engine.seekStep(Math.max(0, step)));
  }

  /** Goes to the end of what has happened; from there on the run is live. */
  toEnd(): void {
    this.seek(this.frame.end);
  }

  /** Jumps to the next or previous moment of the kind that is looked for. */
  jump(way: 1 | -1): void {
    const run = this.engine.timeline();
    const target =
      run && jumpTarget({ ...run, notes: this.notes }, this.jumpKind, this.frame.now, way);
    if (typeof target === "number") this.seek(target);
    else
      notices.info(`There are no ${way === 1 ? "later" : "earlier"} ${jumpWords[this.jumpKind]}.`);
  }

  #goTo(go: () => void): void {
    this.pause();
    try {
      go();
    } catch (error) {
      this.#failed(error);
    }
    this.redraw();
  }

  /** Moves to a moment at once, without playing what lies between. */
  skipTo(time: number): void {
    try {
      while (!this.engine.advance(time, 10_000).reached);
    } catch (error) {
      this.#failed(error);
    }
    this.redraw();
  }

  /** The same for a long way, on which the page goes on to live. False when it was stopped on the way. */
  async goTo(time: number): Promise<boolean> {
    const [from, before] = [this.frame.now, this.frame.events];
    const watch = this.busy.begin("Playing on", () => undefined);
    let at = { now: from, events: before, reached: false };
    try {
      const goOn = (): boolean => (at = this.engine.advance(time, 2000)).reached;
      const tell = (): void =>
        watch.tell((at.now - from) / Math.max(1, time - from), at.events - before);
      return await inPieces(goOn, () => watch.stopped(), tell);
    } catch (error) {
      this.#failed(error);
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
  }

  // Commands

  /** Performs a command. Gives the refusal's words, or null when it was done. */
  perform(text: string): string | null {
    const refusal = this.#give(text);
    if (refusal === null) this.redraw();
    return refusal;
  }

  /** Performs commands, one after the other; a refusal becomes a notice. True if all were done. */
  command(...texts: string[]): boolean {
    const refused = texts.find((text) => {
      const refusal = this.#give(text);
      // An engine that stopped says so itself.
      if (refusal !== null && !this.engine.stopped) notices.error(refusal, text);
      return refusal !== null;
    });
    this.redraw();
    return refused === undefined;
  }

  /**
   * Opens a run that has been recorded: it is executed again, and shown at the moment that its text
   * names or at its beginning. Gives the refusal's words, or null when it was done.
   */
  async openRecorded(text: string, name?: string): Promise<string | null> {
    this.pause();
    const refusal = await this.#open(text);
    if (refusal !== null) return refusal;
    const opened = this.engine.opened() ?? null;
    this.#showNew(name ?? opened?.name ?? "untitled run");
    this.opened = opened;
    this.#stopsAtEnd = true;
    if (!opened?.show) this.seek(0);
    this.#judge(0);
    if (opened?.show?.server) this.select({ kind: "server", id: opened.show.server });
    if (opened?.verdict === "diverged") {
      const by = opened.engine === null ? "" : ` (by engine ${opened.engine})`;
      notices.error(`Not the run that was recorded${by}: ${opened.says}`);
    }
    return null;
  }

  /** The run as it is kept: see `restore`. */
  kept(): KeptRun {
    const { frame } = this;
    const text = this.engine.saved();
    return {
      id: this.runId,
      name: this.runName,
      text,
      seed: frame.seed,
      servers: frame.servers.length,
      end: frame.end,
      commands: text.match(/^at \S+ (?:after \d+ )?(?!digest |end$|note |after )/gm)?.length ?? 0,
      branches: this.branches.length,
      savedAt: Date.now(),
      kept: false,
    };
  }

  /** The engine holds this kept run already, where it stood. */
  resume(run: KeptRun): void {
    this.runId = run.id;
    this.runName = run.name;
    const opened = this.engine.opened();
    if (opened?.verdict === "diverged") {
      notices.error(`This is another engine, and the run is another one on it: ${opened.says}`);
    }
  }

  /** Goes back to a kept run, where it stood. Gives the refusal's words, or null when it was done. */
  async restore(run: KeptRun): Promise<string | null> {
    this.pause();
    const refusal = await this.#open(run.text);
    if (refusal !== null) return refusal;
    this.#showNew(run.name, run.id);
    this.resume(run);
    return null;
  }

  /** Names the run; its text carries the name. */
  rename(name: string): void {
    this.engine.setName(name);
    this.runName = name.trim() || "untitled run";
  }

  // Notes

  /** Notes something on this moment. Gives the refusal's words, or null when it was done. */
  note(words: string): string | null {
    const refusal = this.#note(() => this.engine.note(words));
    if (refusal === null) this.given = [...this.given, `note ${words}`];
    return refusal;
  }

  rewordNote(note: Note, words: string): string | null {
    return this.#note(() => this.engine.rewordNote(note.place, words));
  }

  deleteNote(note: Note): string | null {
    return this.#note(() => this.engine.deleteNote(note.place));
  }

  #note(change: () => void): string | null {
    try {
      change();
    } catch (error) {
      return (error as Error).message;
    }
    this.#readRemarks();
    return null;
  }

  // Branches

  switchBranch(id: number): void {
    this.#changeBranches(() => this.engine.switchBranch(id));
  }

  renameBranch(id: number, name: string): void {
    this.#changeBranches(() => this.engine.renameBranch(id, name));
  }

  deleteBranch(id: number): void {
    this.#changeBranches(() => this.engine.deleteBranch(id));
  }

  #changeBranches(change: () => void): void {
    this.pause();
    try {
      change();
    } catch (error) {
      this.#failed(error);
    }
    this.#readRun();
    this.redraw();
  }

  /** What changes only with the run or its branch. */
  #readRun(): void {
    this.branches = this.engine.branches();
    this.#readRemarks();
  }

  #readRemarks(): void {
    const remarks = this.engine.remarks();
    this.notes = notesOf(remarks);
    this.remarks = remarks.filter(({ lane }) => lane !== "note");
  }

  /** Replaces the run. Gives the refusal's words, or null when it was done. */
  async newRun(text: string): Promise<string | null> {
    const refusal = await this.#open(text);
    if (refusal === null) this.#showNew(this.engine.opened()?.name ?? "untitled run");
    return refusal;
  }

  async #open(text: string): Promise<string | null> {
    const watch = this.busy.begin("Executing the run again", () => this.pause());
    try {
      return (await this.engine.newRun(text, watch)) ? null : "it was cancelled";
    } catch (error) {
      return (error as Error).message;
    } finally {
      if (!watch.stopped()) this.busy.end();
    }
  }

  /** The engine holds another run from now on. */
  #showNew(name: string, id: string = crypto.randomUUID()): void {
    this.runName = name;
    this.runId = id;
    this.opened = null;
    this.verdict = [];
    this.#stopsAtEnd = false;
    this.#readRun();
    this.selection = null;
    this.hover = null;
    this.menu = null;
    this.lagging = false;
    this.journalFilter = { server: null, kinds: [] };
    this.showLog({ first: null, count: this.logWindow.count });
  }

  // What the user looks at

  select(target: Target | null): void {
    this.selection = target;
  }

  /** Selects, or deselects what is selected already. */
  pick(target: Target): void {
    this.selection = sameTarget(this.selection, target) ? null : target;
  }

  isSelected(target: Target): boolean {
    return sameTarget(this.selection, target);
  }

  isHovered(target: Target): boolean {
    return sameTarget(this.hover, target);
  }

  /** The server that keys and the inspector act on: the selected one, or the one behind it. */
  get selectedServer(): number | null {
    if (this.selection?.kind === "server") return this.selection.id;
    return this.selection?.kind === "entry" ? this.selection.server : null;
  }

  openMenu(request: MenuRequest): void {
    this.menu = request;
  }

  openDialog(name: DialogName, about: Target | string | null = null): void {
    this.menu = null;
    this.dialog = { name, about };
  }

  /** Closes the dialog; by name: only if it is still this one, since the browser tells of closing later. */
  closeDialog(name?: DialogName): void {
    if (name === undefined || this.dialog?.name === name) this.dialog = null;
  }

  askFocus(name: FocusName): void {
    this.#serial += 1;
    this.focus = { name, serial: this.#serial };
  }

  // Inside

  /** Not beyond the end of what has happened, unless the run is there already. */
  #within(to: number): number {
    return this.frame.live ? to : Math.min(to, this.frame.end);
  }

  #give(text: string): string | null {
    const words = wordsOf(text);
    if (words !== null) return this.note(words);
    const wasLive = this.frame.live;
    const before = this.#broken;
    try {
      this.engine.command(text);
    } catch (error) {
      return (error as Error).message;
    }
    if (!wasLive) this.#branched(text);
    this.given = [...this.given, text];
    queueMicrotask(() => this.#judge(before));
    return null;
  }

  /** How many promises were broken up to this moment. */
  get #broken(): number {
    return this.frame.fallen + this.frame.outside;
  }

  /** When more promises are broken than before: pauses just where that happened, and says so. */
  #judge(before: number): void {
    if (this.#broken <= before) return;
    this.pause();
    const broken = this.engine.promises().filter(({ step }) => step !== null);
    const step = Math.max(...broken.map((promise) => promise.step ?? 0));
    if (this.frame.step > step) this.seekStep(step);
    this.verdict = broken.filter((promise) => promise.step === step);
  }

  #branched(text: string): void {
    this.#readRun();
    // The next command of the same act belongs to the branch.
    this.frame = { ...this.frame, live: true };
    const branch = this.branches.find(({ current }) => current);
    notices.info(
      `${branch?.name ?? "A branch"} begins here with “${text}”. The other future stays.`,
    );
  }

  #fresh<T>(ask: () => T): T {
    void this.pulse;
    return ask();
  }

  #drawn(lagging: boolean): void {
    const frame = this.engine.frame({
      logFirst: this.logWindow.first,
      logCount: this.logWindow.count,
    });
    if (frame === undefined) return;
    const before = this.#broken;
    this.frame = frame;
    this.#judge(before);
    this.lagging = lagging;
    if (this.#stopsAtEnd && frame.live) {
      this.#stopsAtEnd = false;
      this.pause();
      notices.info("The recorded run ends here. Play on to see what would come next.");
    }
    const wall = performance.now();
    if (wall - this.#pulsedAt >= PULSE_MS) this.#beat(wall);
  }

  #beat(wall: number): void {
    this.#pulsedAt = wall;
    this.pulse += 1;
  }

  #failed(error: unknown): void {
    this.playing = false;
    this.#loop.stop();
    // A stopped engine reports itself, through `onTrap`.
    if (!(error instanceof EngineStopped)) notices.error((error as Error).message);
  }

  async #recover(): Promise<void> {
    this.pause();
    const report = this.engine.report ?? "";
    try {
      await this.engine.rebuild();
      this.redraw();
      notices.trap(report, this.frame.now);
    } catch (error) {
      notices.error((error as Error).message);
    }
  }
}
