/** Short messages over the page: refused commands, and the engine's own errors. */
import { seconds } from "./words";

export interface Notice {
  id: number;
  kind: "error" | "info" | "trap";
  text: string;
  /** The command that was refused. */
  command: string | null;
  /** The text to copy, for a trap. */
  report: string | null;
  /** The actions that it offers; each closes it. */
  actions?: Action[];
}

export interface Action {
  says: string;
  act: () => void;
}

const MOST = 3;
const ERROR_MS = 9000;
const INFO_MS = 5000;

class Notices {
  list: Notice[] = $state.raw([]);
  #last = 0;
  /** All that stays is told in one notice: none moves up when another goes. */
  #staying: { text: string; again: boolean }[] = [];
  #place = 0;

  error(text: string, command: string | null = null): void {
    this.#add({ kind: "error", text, command, report: null }, ERROR_MS);
  }

  info(text: string, stays = INFO_MS): void {
    this.#add({ kind: "info", text, command: null, report: null }, stays);
  }

  /** Stays until it is closed. */
  offer(text: string, actions: Action[]): void {
    this.#add({ kind: "info", text, command: null, report: null, actions }, null);
  }

  trap(report: string, now: number): void {
    const text =
      `The engine stopped: an error in this program, not in what you did. ` +
      `The run was rebuilt up to ${seconds(now)} and is paused there. ` +
      `Going on may meet the same error again; a report helps to mend it.`;
    this.#add({ kind: "trap", text, command: null, report }, null);
  }

  /** Stays until the function that this gives is called. */
  stay(text: string, again: boolean): () => void {
    const it = { text, again };
    this.#staying.push(it);
    this.#tell(true);
    return () => {
      this.#staying = this.#staying.filter((other) => other !== it);
      this.#tell(false);
    };
  }

  /** A notice that somebody has closed comes back only when there is more to tell. */
  #tell(more: boolean): void {
    const says = new Set(this.#staying.map(({ text }) => text));
    if (says.size === 0) return this.close(this.#place);
    const again = this.#staying.some((each) => each.again);
    const act = (): void => void dispatchEvent(new Event("online"));
    const notice: Omit<Notice, "id"> = {
      kind: again ? "error" : "info",
      text: [...says].join("\n"),
      command: null,
      report: null,
      ...(again ? { actions: [{ says: "Try again", act }] } : {}),
    };
    const id = this.#place;
    if (this.list.some((old) => old.id === id))
      this.list = this.list.map((old) => (old.id === id ? { ...notice, id } : old));
    else if (more) this.#place = this.#add(notice, null);
  }

  close(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  #add(notice: Omit<Notice, "id">, stays: number | null): number {
    this.#last += 1;
    const id = this.#last;
    const others = this.list.filter((old) => old.text !== notice.text);
    this.list = [...others, { ...notice, id }].slice(-MOST);
    if (stays !== null) setTimeout(() => this.close(id), stays);
    return id;
  }
}

export const notices = new Notices();
