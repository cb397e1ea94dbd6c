/**
 * A source of a run: all that the page asks and does, whatever stands behind it. The engine's world is one; a run that is only
 * looked at, such as a recording, is another. The page asks a source what it can do, and never which it is.
 */
import type {
  Advance,
  Answer,
  BranchView,
  ClientsView,
  Engine as Instance,
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
  ServerDetail,
  Timeline,
} from "../pkg/raft_engine";
import type { Watch } from "./pieces";
import type { TrapHandler } from "./trap";

/** Things that can be done with a run besides looking at it. */
export interface Abilities {
  /** It takes commands and notes, and a name. */
  readonly act: boolean;
  /** It goes on beyond the end of what has happened. */
  readonly goOn: boolean;
  /** It has a text: it can be kept, sent as a link, and stand in the address. */
  readonly text: boolean;
  /** It may have several futures, which can be compared, and a command in the past begins another one. */
  readonly branch: boolean;
}

/** Questions about several futures: a run that has only one is never asked. */
export type Branching = Pick<
  Instance,
  | "branchFrame"
  | "branchJournal"
  | "carried"
  | "carriedTo"
  | "carry"
  | "carryOn"
  | "compare"
  | "difference"
  | "searchDifference"
  | "searchedTo"
  | "searchOn"
>;

/** The run at the moment at which it stands. Undefined and empty answers: the source has stopped. */
interface Looking {
  frame(view: FrameView): Frame | undefined;
  server(id: number): ServerDetail | undefined;
  message(id: number): MessageDetail | undefined;
  entry(server: number, index: number): EntryDetail | undefined;
  journal(query: JournalQuery): JournalPage;
  timeline(): Timeline | undefined;
  /** Tells what happened in a stretch, as rows of numbers: see `web/spacetime/history.ts`. */
  spacetime(
    from: number,
    after: number | null,
    to: number,
  ): { rows: Float64Array; words: string } | undefined;
  /** Answers `leader`, `entry 7` or `message 41`. Throws in words when it is no such question. */
  why(question: string): Answer | undefined;
  properties(): PropertyView[];
  evidence(property: string): Reason[];
  clients(most: number): ClientsView | undefined;
  bugs(): string[];
  /** The assumptions of Raft that do not hold, in sentences: in this run now, or with the settings of a text. */
  unmetAssumptions(text?: string): string[];
  remarks(): Remark[];
  branches(): BranchView[];
  /** The result of opening the run. */
  opened(): Opened | undefined;
  complete(text: string): string[];
}

/** Moves the run. None of these goes beyond the end of what has happened unless the source can go on. */
interface Moving {
  advance(to: number, budget: number): Advance;
  step(): Advance;
  /** One event or command back; `reached` is false at the beginning. */
  stepBack(): Advance;
  seek(time: number): Advance;
  seekStep(step: number): Advance;
}

/** Changes the run. Throws in words when it is refused; a source that cannot act refuses everything. */
interface Acting {
  /** Performs a command now and returns its line of the run's text. */
  command(text: string): string;
  note(words: string): string;
  rewordNote(place: number, words: string): void;
  deleteNote(place: number): void;
  /** Names the run. Gives the name as it is shown. */
  setName(name: string): string;
  switchBranch(id: number): void;
  renameBranch(id: number, name: string): void;
  deleteBranch(id: number): void;
  /** Calls what only some parts of the page need. Throws in words when it is refused. */
  use<T>(what: string, call: (branching: Branching) => T): T;
}

/** The run as text; empty where it has none. */
interface Telling {
  /** All of it, up to the last command. */
  readonly text: string;
  /** The branch that is looked at, up to the present end. */
  trace(): string;
  /** All branches. */
  saved(): string;
  /** For sending, with where it stands and the server to look at. */
  traceFromHere(server: number | null): string;
}

/** The machinery behind the run: it may come in two parts, and it may stop by an error of its own. */
interface Running {
  readonly isWhole: boolean;
  /** Fetches what is not needed before somebody does something. */
  whole(): Promise<void>;
  readonly stopped: boolean;
  /** The error report of the last trap; null while all is well. */
  readonly report: string | null;
  onTrap: TrapHandler;
  /** Starts again after a trap, at the last moment that went well. */
  rebuild(): Promise<void>;
  version(): string;
}

export interface Source extends Looking, Moving, Acting, Telling, Running {
  readonly can: Abilities;
}

/** A source that opens run texts. The page begins with one, and comes back to it from any other. */
export interface RunSource extends Source {
  freshSeed(): Promise<string>;
  /** Opens another run in place of this one. Throws, and keeps the old one, when the text is refused. */
  newRun(text: string, watch: Watch): Promise<boolean>;
}
