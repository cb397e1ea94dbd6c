/** The one table of keys: the handler and the help sheet both read it. It is fetched at the first sign of a person. */
import type { Playground } from "../state/playground.svelte";
import { notices } from "../state/notices.svelte";
import { lendFocus } from "../state/focus";
import { asked, questionOf } from "../why/asked.svelte";
import { room } from "../state/room.svelte";
import { isFolded, preferences, toggleFolded, toggleTheme } from "../state/preferences.svelte";

export { typeAhead } from "../console/ahead";

export interface KeyRow {
  /** As `KeyboardEvent.key` gives it; several when more than one does the same. */
  keys: string[];
  /** The keys as the help sheet writes them, when `keys` alone would not read well. */
  shown?: string;
  says: string;
  group: "time" | "servers" | "network" | "view";
  run(playground: Playground, key: string): void;
}

/** A command for the selected server, else for the leader, which is selected by that. */
function withServer(playground: Playground, act: (id: number) => string): void {
  const id = playground.selectedServer ?? playground.frame.leader;
  if (id === null) {
    notices.info("No server is selected and none leads: press a server's number first.");
    return;
  }
  if (playground.selectedServer === null) playground.select({ kind: "server", id });
  playground.command(act(id));
}

function statusOf(playground: Playground, id: number): string {
  return playground.serverView(id)?.status ?? "up";
}

function cutOrHeal(playground: Playground): void {
  const target = playground.selection;
  if (target?.kind === "link") {
    const { from, to } = target;
    const isCut = playground.frame.links.some(
      (link) =>
        link.cut &&
        ((link.from === from && link.to === to) || (link.from === to && link.to === from)),
    );
    playground.command(`${isCut ? "heal" : "cut"} ${from} ${to}`);
    return;
  }
  withServer(playground, (id) => {
    const touching = playground.frame.links.filter(
      (link) => link.cut && (link.from === id || link.to === id),
    );
    return touching.length > 0 ? healAll(playground, id) : `isolate ${id}`;
  });
}

/** Heals all links of a server but the last, and gives the command for that one. */
function healAll(playground: Playground, id: number): string {
  const others = playground.frame.servers
    .map((server) => server.id)
    .filter((other) => other !== id);
  const lines = others.map((other) => `heal ${id} ${other}`);
  const last = lines.pop();
  playground.command(...lines);
  return last ?? "heal";
}

/** The diagram takes the journal's place, and gives it back; on a narrow page both are tabs. */
function showSpacetime(playground: Playground): void {
  const narrow = room.tabbed;
  const shown = narrow ? preferences.tab : preferences.extra["records"];
  const isHidden = !narrow && !playground.presenting && isFolded("journal");
  const next = shown === "spacetime" && !isHidden ? "journal" : "spacetime";
  if (narrow) preferences.tab = next;
  else preferences.extra["records"] = next;
  if (isHidden) toggleFolded("journal");
  playground.askFocus(next);
}

export const keyTable: KeyRow[] = [
  { keys: [" "], shown: "Space", says: "play or pause", group: "time", run: (p) => p.toggle() },
  {
    keys: [".", "ArrowRight"],
    shown: ". or →",
    says: "run one event",
    group: "time",
    run: (p) => p.step(),
  },
  {
    keys: [",", "ArrowLeft"],
    shown: ", or ←",
    says: "go one event back",
    group: "time",
    run: (p) => p.stepBack(),
  },
  { keys: ["Home"], says: "go to the beginning", group: "time", run: (p) => p.seek(0) },
  { keys: ["End"], says: "go to the end of the run", group: "time", run: (p) => p.toEnd() },
  {
    keys: ["<"],
    says: "jump to the previous election, commit, fault or command",
    group: "time",
    run: (p) => p.jump(-1),
  },
  { keys: [">"], says: "jump to the next one", group: "time", run: (p) => p.jump(1) },
  { keys: ["["], says: "slower", group: "time", run: (p) => p.slowDown() },
  { keys: ["]"], says: "faster", group: "time", run: (p) => p.faster() },
  {
    keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    shown: "1 … 9",
    says: "select a server",
    group: "servers",
    run: (p, key) => {
      const id = Number(key);
      if (!p.serverView(id)) return;
      p.select({ kind: "server", id });
      // Its menu is a key away.
      const mark = document.querySelector<SVGElement>(`svg [data-target="server:${id}"]`);
      if (mark) lendFocus(mark);
    },
  },
  {
    keys: ["c"],
    says: "crash or restart the selected server (else the leader)",
    group: "servers",
    run: (p) =>
      withServer(p, (id) => (statusOf(p, id) === "crashed" ? `restart ${id}` : `crash ${id}`)),
  },
  {
    keys: ["p"],
    says: "pause or resume the selected server",
    group: "servers",
    run: (p) =>
      withServer(p, (id) => (statusOf(p, id) === "paused" ? `resume ${id}` : `pause ${id}`)),
  },
  {
    keys: ["t"],
    says: "let the selected server's timer run out now",
    group: "servers",
    run: (p) => withServer(p, (id) => `timeout ${id}`),
  },
  {
    keys: ["s"],
    says: "take a snapshot at the selected server",
    group: "servers",
    run: (p) => withServer(p, (id) => `snapshot ${id}`),
  },
  {
    keys: ["n"],
    says: "start a command at the leader",
    group: "servers",
    run: (p) => p.askFocus("start"),
  },
  {
    keys: ["x"],
    says: "cut or heal the selected link, or all links of the server",
    group: "network",
    run: cutOrHeal,
  },
  { keys: ["h"], says: "heal all links", group: "network", run: (p) => p.command("heal") },
  {
    keys: ["/"],
    says: "open the console",
    group: "view",
    run: (p) => {
      p.consoleOpen = true;
      p.askFocus("console");
    },
  },
  {
    keys: ["q"],
    says: "explain the selected entry or message (otherwise the leader)",
    group: "view",
    run: (p) => asked.ask(questionOf(p)),
  },
  {
    keys: ["o"],
    says: "show what must hold, and how it stands",
    group: "view",
    run: (p) => p.openDialog("properties"),
  },
  {
    keys: ["g"],
    says: "show the space-time diagram, and the journal again",
    group: "view",
    run: showSpacetime,
  },
  {
    keys: ["b"],
    says: "show the branches of the run",
    group: "view",
    run: (p) => p.openDialog("branches"),
  },
  {
    keys: ["y"],
    says: "share this run, or open one",
    group: "view",
    run: (p) => p.openDialog("share"),
  },
  {
    keys: ["w"],
    says: "write a note on this moment",
    group: "view",
    run: (p) => p.openDialog("notes"),
  },
  { keys: ["m"], says: "show my runs", group: "view", run: (p) => p.openDialog("runs") },
  { keys: ["l"], says: "open the lab", group: "view", run: (p) => p.openDialog("lab") },
  {
    keys: ["a"],
    says: "clients: how many ask by themselves, and what they asked",
    group: "view",
    run: (p) => p.openDialog("clients"),
  },
  {
    keys: ["k"],
    says: "break a rule: what is violated by it, and a search for a counterexample",
    group: "view",
    run: (p) => p.openDialog("break"),
  },
  { keys: ["?"], says: "show all keys", group: "view", run: (p) => p.openDialog("keys") },
  {
    keys: ["f"],
    says: "follow the end of the logs",
    group: "view",
    run: (p) => p.showLog({ first: null, count: p.logWindow.count }),
  },
  {
    keys: ["v"],
    says: "presenter view, and back",
    group: "view",
    run: (p) => {
      p.presenting = !p.presenting;
    },
  },
  { keys: ["d"], says: "dark or light", group: "view", run: () => toggleTheme() },
  {
    keys: ["Escape"],
    shown: "Esc",
    says: "deselect",
    group: "view",
    run: (p) => {
      if (p.menu) p.menu = null;
      else if (p.selection) p.select(null);
      else preferences.hintsClosed = true;
    },
  },
];
