/** The only module through which the page talks to the engine. It knows nothing about Raft. */
import type {
  Advance,
  Answer,
  BranchView,
  ClientsView,
  EntryDetail,
  Frame,
  FrameView,
  JournalPage,
  JournalQuery,
  MessageDetail,
  Opened,
  PropertyView,
  Reason,
  Remark,
  Engine as Instance,
  ServerDetail,
  Timeline,
} from "../pkg/raft_engine";
import { fetchRest, loadApi, restIsThere, type Api } from "./load";
import { BEGINNING, catchUp, makeRun, type Moment, momentOf } from "./make-run";
import { UNWATCHED, type Watch } from "./pieces";
import type { Abilities, Branching, RunSource } from "./source";
import { EngineStopped, isTrap, reportOf, type TrapHandler } from "./trap";

export type {
  Advance,
  Answer,
  BranchView,
  ClientsView,
  Comparison,
  Difference,
  DiskRecord,
  EntryDetail,
  EntryId,
  EntryView,
  Field,
  Frame,
  FrameView,
  Happened,
  JournalKind,
  JournalLine,
  JournalPage,
  JournalQuery,
  KeyValue,
  LinkView,
  MessageDetail,
  MessageView,
  OperationView,
  Opened,
  PropertyView,
  Reason,
  Remark,
  ServerDetail,
  ServerView,
  Timeline,
} from "../pkg/raft_engine";

export { EngineStopped, type TrapHandler } from "./trap";

/** Questions that the first part of the engine answers; for all else the rest must be there. */
const FIRST = ["advance", "branches", "frame", "journal", "opened", "remarks", "saved", "timeline"];

const EVERYTHING: Abilities = { act: true, goOn: true, text: true, branch: true };

/** The source that can do everything: a world, run by the engine. */
export class Engine implements RunSource {
  readonly can = EVERYTHING;
  /** The error report of the last trap, ready to be copied; null while all is well. */
  report: string | null = null;
  onTrap: TrapHandler = () => undefined;

  #api: Api;
  #run: Instance;
  /** The run as text, kept outside the instance so that it outlives a trap. */
  #text: string;
  #moment: Moment = BEGINNING;
  #stopped = false;
  /** Runs of stopped instances. Held, because freeing one would call into a broken instance. */
  #wrecks: Instance[] = [];

  constructor(api: Api, run: Instance) {
    this.#api = api;
    this.#run = run;
    this.#text = run.saved();
    this.#moment = momentOf(run);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** The whole run as text, up to the last command. */
  get text(): string {
    return this.#text;
  }

  version(): string {
    return this.#ask("version", () => this.#api.version()) ?? "unknown version";
  }

  /** True when all of the engine is there. Before, it only plays on and shows the run: it answers no questions. */
  get isWhole(): boolean {
    return restIsThere();
  }

  /** Fetches what is not needed before somebody does something; the page may persist in it. */
  whole: () => Promise<void> = fetchRest;

  /** A seed by chance. At most 10 digits, so that it can be read out. */
  async freshSeed(): Promise<string> {
    await this.whole();
    return String(this.#api.freshSeed());
  }

  /**
   * Replaces the run. Throws, and keeps the old one, when the text is refused. False when nobody wanted it any more;
   * then the old one stays, too.
   */
  async newRun(text: string, watch: Watch): Promise<boolean> {
    await this.whole();
    const api = this.#api;
    const call = <T>(part: () => T): T => {
      // After a trap there is another instance, of which this is no part.
      if (this.#api !== api) throw new EngineStopped();
      return this.#change("a new run", part);
    };
    const next = await makeRun(api, text, watch, call);
    if (next === null) return false;
    const old = this.#run;
    this.#run = next;
    this.#text = next.saved();
    this.#moment = momentOf(next);
    old.free();
    return true;
  }

  /** The result of executing the text of the run again. */
  opened(): Opened | undefined {
    return this.#ask("opened", () => this.#run.opened());
  }

  /** The whole run as text, up to the present end. */
  trace(): string {
    return this.#ask("trace", () => this.#run.trace()) ?? this.#text;
  }

  /** All branches as text, the one that is looked at last. */
  saved(): string {
    return this.#ask("saved", () => this.#run.saved()) ?? this.#text;
  }

  /** The run as text for sending, with where it stands and the server to look at. */
  traceFromHere(server: number | null): string {
    return this.#change("trace", () => this.#run.traceFromHere(server ?? undefined));
  }

  /** Calls the run for a part of the page that is fetched when it is wanted. Throws in words when it is refused. */
  use<T>(what: string, call: (branching: Branching) => T): T {
    return this.#change(what, () => call(this.#run));
  }

  /** Names the run. Gives the name as it is shown. */
  setName(name: string): string {
    const shown = this.#change("name", () => this.#run.setName(name));
    this.#text = this.saved();
    return shown;
  }

  /** Notes something on this moment, which changes nothing else. Throws in words when it is refused. */
  note(words: string): string {
    return this.#noted(() => this.#run.command(`note ${words}`));
  }

  /** The place of a note is that among the remarks. */
  rewordNote(place: number, words: string): void {
    this.#noted(() => this.#run.rewordNote(place, words));
  }

  deleteNote(place: number): void {
    this.#noted(() => this.#run.deleteNote(place));
  }

  remarks(): Remark[] {
    return this.#ask("remarks", () => this.#run.remarks()) ?? [];
  }

  branches(): BranchView[] {
    return this.#ask("branches", () => this.#run.branches()) ?? [];
  }

  switchBranch(id: number): void {
    this.#moved(this.#change("switch branch", () => this.#run.switchBranch(id)));
    this.#text = this.saved();
  }

  renameBranch(id: number, name: string): void {
    this.#change("rename branch", () => this.#run.renameBranch(id, name));
  }

  deleteBranch(id: number): void {
    this.#moved(this.#change("delete branch", () => this.#run.deleteBranch(id)));
    this.#text = this.saved();
  }

  /** Performs a command now and returns its line of the trace. Throws when it is refused. */
  command(text: string): string {
    const wasLive = this.#moment.live;
    const line = this.#change(text, () => this.#run.command(text));
    // In the past, a command starts a branch: that is another text.
    if (wasLive) this.#text += `${line}\n`;
    else this.#text = this.#run.saved();
    // The command may have made something due at once.
    this.#moment = { ...this.#moment, reached: false, live: true };
    return line;
  }

  advance(to: number, budget: number): Advance {
    return this.#moved(this.#change("advance", () => this.#run.advance(to, budget)));
  }

  step(): Advance {
    const advance = this.#change("step", () => this.#run.step());
    // One event ran; others may be due at the same moment.
    return this.#moved({ ...advance, reached: false });
  }

  /** One event or command back; `reached` is false at the beginning. */
  stepBack(): Advance {
    return this.#moved(this.#change("step back", () => this.#run.stepBack()));
  }

  /** To a moment, not beyond the end of what has happened. */
  seek(time: number): Advance {
    return this.#moved(this.#change("seek", () => this.#run.seek(time)));
  }

  seekStep(step: number): Advance {
    return this.#moved(this.#change("seek", () => this.#run.seekStep(step)));
  }

  frame(view: FrameView): Frame | undefined {
    return this.#ask("frame", () => this.#run.frame(view));
  }

  server(id: number): ServerDetail | undefined {
    return this.#ask("server", () => this.#run.server(id));
  }

  message(id: number): MessageDetail | undefined {
    return this.#ask("message", () => this.#run.message(id));
  }

  entry(server: number, index: number): EntryDetail | undefined {
    return this.#ask("entry", () => this.#run.entry(server, index));
  }

  journal(query: JournalQuery): JournalPage {
    const none = { total: 0, first: 0, lines: [], dropped: 0, until: 0 };
    return this.#ask("journal", () => this.#run.journal(query)) ?? none;
  }

  /** Answers `leader`, `entry 7` or `message 41`. Throws in words when it is no such question. */
  why(question: string): Answer | undefined {
    return this.#ask("why", () => this.#run.why(question));
  }

  /** The assumptions of Raft that do not hold, in sentences: in this run now, or with the settings of a text. */
  unmetAssumptions(text?: string): string[] {
    return this.#ask("unmet_assumptions", () => this.#run.unmet_assumptions(text)) ?? [];
  }

  /** The clients, and the newest of their operations. */
  clients(most: number): ClientsView | undefined {
    return this.#ask("clients", () => this.#run.clients(most));
  }

  /** The properties, and how each stands at this moment. */
  properties(): PropertyView[] {
    return this.#ask("properties", () => this.#run.properties()) ?? [];
  }

  /** The events that led to the violation of a property. */
  evidence(property: string): Reason[] {
    return this.#ask("evidence", () => this.#run.evidence(property)) ?? [];
  }

  /** The bugs of the servers of this run: names of rules and of mistakes. */
  bugs(): string[] {
    return this.#ask("bugs", () => this.#run.bugs()) ?? [];
  }

  timeline(): Timeline | undefined {
    return this.#ask("timeline", () => this.#run.timeline());
  }

  /**
   * Tells what happened up to a moment: after a step, or else from a moment on. Rows of numbers, which
   * `web/spacetime/history.ts` reads, and the words of the marks among them, a line each.
   */
  spacetime(
    from: number,
    after: number | null,
    to: number,
  ): { rows: Float64Array; words: string } | undefined {
    return this.#ask("spacetime", () => {
      const rows = this.#run.spacetime(from, after, to);
      return { rows, words: this.#run.spacetimeWords() };
    });
  }

  complete(text: string): string[] {
    return this.#ask("complete", () => this.#run.complete(text)) ?? [];
  }

  /**
   * Starts again in a fresh instance, from the text of the run, at the last moment that went well.
   * The cause of the stop is left out: a refused command never got into the text, and the run
   * is not moved past the last good event.
   */
  async rebuild(): Promise<void> {
    const moment = this.#moment;
    const lines = this.#text.split("\n");
    const header = lines.filter((line) => !line.startsWith("at ")).join("\n");
    // If the text alone stops the engine too, less and less of it is tried.
    const attempts: [string, Moment | null][] = [
      [this.#text, moment],
      [this.#text, null],
      [header, null],
    ];
    for (const [text, until] of attempts) {
      this.#wrecks.push(this.#run);
      await this.whole();
      this.#api = await loadApi();
      try {
        this.#run = (await makeRun(this.#api, text, UNWATCHED)) ?? this.#run;
        this.#moment = until === null ? BEGINNING : catchUp(this.#run, until);
        this.#text = this.#run.saved();
        this.#stopped = false;
        return;
      } catch (error) {
        if (!isTrap(error)) throw error;
      }
    }
    throw new Error("The run could not be rebuilt. Reload the page to start a new one.");
  }

  #noted<T>(change: () => T): T {
    const done = this.#change("note", change);
    this.#text = this.saved();
    return done;
  }

  #moved(advance: Advance): Advance {
    this.#moment = advance;
    return advance;
  }

  #change<T>(what: string, call: () => T): T {
    if (this.#stopped) throw new EngineStopped();
    if (!this.#can(what)) throw new Error("The engine has not come as a whole yet");
    try {
      return call();
    } catch (error) {
      if (!isTrap(error)) throw error;
      this.#stop(what, error);
      throw new EngineStopped();
    }
  }

  #ask<T>(what: string, call: () => T): T | undefined {
    if (this.#stopped || !this.#can(what)) return undefined;
    try {
      return call();
    } catch (error) {
      if (!isTrap(error)) throw error;
      this.#stop(what, error);
      return undefined;
    }
  }

  #can(what: string): boolean {
    return restIsThere() || FIRST.includes(what);
  }

  #stop(what: string, error: unknown): void {
    this.#stopped = true;
    this.report = reportOf(this.#api, what, error, this.#moment, this.#text);
    // Not at once: the caller may be in the middle of drawing.
    queueMicrotask(() => this.onTrap());
  }
}

/**
 * Loads the engine and makes a run from its text; "" is the default run, for which a part of the engine will do. Null
 * when nobody wanted the run any more.
 */
export async function openEngine(text = "", watch: Watch = UNWATCHED): Promise<Engine | null> {
  const [api] = await Promise.all([loadApi(), text === "" ? undefined : fetchRest()]);
  const run = text === "" ? new api.Engine(text) : await makeRun(api, text, watch);
  return run && new Engine(api, run);
}
