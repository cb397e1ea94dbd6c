/**
 * The state of the page: the run's latest frame, and what the user looks at. Engine state and UI
 * state stay apart: this class reads frames and emits command text, nothing else.
 */
import type { Opened } from "../engine/engine";
import type { RunSource, Source } from "../engine/source";
import { type Note, wordsOf } from "../record/notes";
import type { KeptRun } from "../record/kept";
import { isForeign, rememberForeign } from "./foreign";
import { notices } from "./notices.svelte";
import { Playing } from "./playing.svelte";

export const UNTITLED = "untitled run";

/** The engine is looked at as it is. */
const itself = (engine: RunSource): Source => engine;

export class Playground extends Playing {
  runName = $state(UNTITLED);
  /** Nothing but the run that a new page begins with. */
  isFirst = $state(true);
  /** Tells kept runs apart; another run has another one. */
  runId: string = $state(crypto.randomUUID());
  /** Commands given since the page was opened, newest last. */
  given: string[] = $state.raw([]);
  /** It was begun here: whoever tries things out in it destroys nothing that was sent or recorded. */
  own = $state(true);
  /** Told when a branch begins, and with which command. */
  onBranch: (command: string) => void = () => undefined;
  /** The outcome of opening the run, when it came from a text. */
  opened: Opened | null = $state.raw(null);

  // Commands

  /** Performs a command. Gives the refusal's words, or null when it was done. */
  perform(text: string): string | null {
    if (this.waits(() => void this.command(text))) return null;
    const refusal = this.#give(text);
    if (refusal === null) this.redraw();
    return refusal;
  }

  /** Performs commands, one after the other; a refusal becomes a notice. True if all were done. */
  command(...texts: string[]): boolean {
    if (this.waits(() => void this.command(...texts))) return false;
    const refused = texts.find((text) => {
      const refusal = this.#give(text);
      // An engine that stopped says so itself.
      if (refusal !== null && !this.source.stopped) notices.error(refusal, text);
      return refusal !== null;
    });
    this.redraw();
    return refused === undefined;
  }

  // Runs

  /** Replaces the run. Gives the refusal's words, or null when it was done. */
  async newRun(text: string): Promise<string | null> {
    const refusal = await this.#open(text);
    if (refusal !== null) return refusal;
    this.#showNew(this.source.opened()?.name ?? UNTITLED);
    this.own = !/^\s*at\s/m.test(text);
    return null;
  }

  /**
   * Opens a run that has been recorded: it is executed again, and shown at the moment that its text
   * names or at its beginning. `through` gives the source to look at it through. Gives the refusal's words, or null
   * when it was done.
   */
  async openRecorded(text: string, name?: string, through = itself): Promise<string | null> {
    this.pause();
    const refusal = await this.#open(text, through);
    if (refusal !== null) return refusal;
    const opened = this.source.opened() ?? null;
    this.#showNew(name ?? opened?.name ?? UNTITLED);
    this.opened = opened;
    this.own = false;
    rememberForeign(this.runId);
    this.stopsAtEnd = true;
    this.pausesAtNotes = this.notes.length > 0;
    if (!opened?.show) this.seek(0);
    this.judge(0);
    if (opened?.show?.server) this.select({ kind: "server", id: opened.show.server });
    if (opened?.verdict === "diverged") {
      const by = opened.engine === null ? "" : ` (by engine ${opened.engine})`;
      notices.error(`Not the run that was recorded${by}: ${opened.says}`);
    }
    return null;
  }

  /**
   * Shows the run of another source, where that stands. The engine keeps the run of before, unseen, until it opens the
   * next one: then its run is shown again.
   */
  show(source: Source, name: string): void {
    this.busy.end();
    this.pause();
    this.take(source);
    this.#showNew(name);
    this.own = false;
  }

  /** The run as it is kept: see `restore`. */
  kept(): KeptRun {
    const { frame } = this;
    const text = this.source.saved();
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
    this.isFirst = false;
    this.runId = run.id;
    this.runName = run.name;
    this.own = !isForeign(run.id);
    const opened = this.source.opened();
    if (opened?.verdict === "diverged") {
      notices.error(`This is another engine, and the run is another one on it: ${opened.says}`);
    }
  }

  /** Goes back to a kept run, where it stood. Gives the refusal's words, or null when it was done. */
  async restore(run: KeptRun, through = itself): Promise<string | null> {
    this.pause();
    const refusal = await this.#open(run.text, through);
    if (refusal !== null) return refusal;
    this.#showNew(run.name, run.id);
    this.resume(run);
    return null;
  }

  /** Names the run; its text carries the name. */
  rename(name: string): void {
    if (this.source.can.act) this.runName = this.source.setName(name) || UNTITLED;
  }

  // Notes

  /** Notes something on this moment. Gives the refusal's words, or null when it was done. */
  note(words: string): string | null {
    const refusal = this.#note(() => this.source.note(words));
    if (refusal === null) this.given = [...this.given, `note ${words}`];
    return refusal;
  }

  rewordNote(note: Note, words: string): string | null {
    return this.#note(() => this.source.rewordNote(note.place, words));
  }

  deleteNote(note: Note): string | null {
    return this.#note(() => this.source.deleteNote(note.place));
  }

  #note(change: () => void): string | null {
    try {
      change();
    } catch (error) {
      return (error as Error).message;
    }
    this.readRemarks();
    return null;
  }

  // Branches

  switchBranch(id: number): void {
    this.#changeBranches(() => this.source.switchBranch(id));
  }

  renameBranch(id: number, name: string): void {
    this.#changeBranches(() => this.source.renameBranch(id, name));
  }

  deleteBranch(id: number): void {
    this.#changeBranches(() => this.source.deleteBranch(id));
  }

  #changeBranches(change: () => void): void {
    this.pause();
    try {
      change();
    } catch (error) {
      this.failed(error);
    }
    this.readRun();
    this.redraw();
  }

  // Inside

  #give(text: string): string | null {
    const words = wordsOf(text);
    if (words !== null) return this.note(words);
    const wasLive = this.frame.live;
    const before = this.broken;
    const changes = /^(disk|network|link|clock) /.test(text);
    const met = changes ? this.source.unmetAssumptions() : [];
    try {
      this.source.command(text);
    } catch (error) {
      return (error as Error).message;
    }
    if (!wasLive) this.#branched(text);
    this.given = [...this.given, text];
    // What Raft cannot work with is said when it is asked for, not when nobody is elected.
    for (const says of changes ? this.source.unmetAssumptions() : []) {
      if (!met.includes(says)) notices.info(says, 12_000);
    }
    queueMicrotask(() => this.judge(before));
    return null;
  }

  #branched(text: string): void {
    this.readRun();
    // The next command of the same act belongs to the branch.
    this.frame = { ...this.frame, live: true };
    this.onBranch(text);
  }

  /** Opens a run text in the engine, and shows it when it is open: a text that is refused changes nothing. */
  async #open(text: string, through = itself): Promise<string | null> {
    const watch = this.busy.begin("Executing the run again", () => this.pause());
    try {
      if (!(await this.engine.newRun(text, watch))) return "it was cancelled";
      this.take(through(this.engine));
      return null;
    } catch (error) {
      return (error as Error).message;
    } finally {
      if (!watch.stopped()) this.busy.end();
    }
  }

  /** The source holds another run from now on: all that was known of the old one is forgotten. */
  #showNew(name: string, id: string = crypto.randomUUID()): void {
    this.isFirst = false;
    this.runName = name;
    this.runId = id;
    this.opened = null;
    this.own = true;
    this.verdict = [];
    this.stretch = this.pace = null;
    this.stopsAtEnd = this.pausesAtNotes = false;
    this.speedAfter = null;
    this.readRun();
    this.selection = null;
    this.hover = null;
    this.menu = null;
    this.lagging = false;
    this.journalFilter = { server: null, kinds: [] };
    this.showLog({ first: null, count: this.logWindow.count });
  }
}
