/** All that the user looks at: it changes nothing of the run, and asks nothing of the engine. */
import type { JournalKind } from "../engine/engine";
import { type Target, sameTarget } from "./targets";

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
  | "properties"
  | "break"
  | "clients";
export interface Dialog {
  name: DialogName;
  /** The subject of the dialog: a rule's id, a server or link. */
  about: Target | string | null;
}
export interface MenuRequest {
  target: Target;
  /** The place of the menu, in client coordinates. */
  x: number;
  y: number;
}
export interface LogWindow {
  /** First index shown; null follows the end. */
  first: number | null;
  count: number;
}
export type FocusName = "console" | "start" | "stage" | "journal" | "spacetime";

export class Looking {
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
  /** The keys typed into the console before it was there; null when it is. */
  typedAhead: string | null = "";
  presenting = $state(false);
  /** A part of the page asks for the focus; `serial` makes a second request differ. */
  focus: { name: FocusName; serial: number } | null = $state.raw(null);
  #serial = 0;

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
}
