import type { EntryDetail, Frame, ServerView } from "../engine/engine";
import type { Target } from "../state/targets";

/** One thing that can be done: command lines to emit, or something to look at or open. */
export interface Item {
  label: string;
  lines?: string[];
  act?: "look" | "network" | "keep";
  /** True if the item begins a branch in which what was done later is kept. */
  keeps?: boolean;
  /** A setting, and whether it is on. */
  checked?: boolean;
  /** Begins a new group. */
  apart?: boolean;
  disabled?: boolean;
}

export interface Menu {
  title: string;
  items: Item[];
}

/** The menu of a thing: all that can be done to it now; null when it is gone. */
export function menuFor(target: Target, frame: Frame, entry: EntryDetail | undefined): Menu | null {
  switch (target.kind) {
    case "server":
      return serverMenu(target.id, frame);
    case "link":
      return linkMenu(target.from, target.to, frame);
    case "message":
      return messageMenu(target.id, frame);
    case "entry":
      return entryMenu(target.server, target.index, entry);
  }
}

function serverMenu(id: number, frame: Frame): Menu | null {
  const server = frame.servers.find((view) => view.id === id);
  if (!server) return null;
  const crashed = server.status === "crashed";
  const paused = server.status === "paused";
  const others = frame.servers.map((view) => view.id).filter((other) => other !== id);
  const cut = frame.links.some((link) => link.cut && (link.from === id || link.to === id));
  return {
    title: `S${id}`,
    items: [
      { label: "Inspect", act: "look" },
      crashed
        ? { label: "Restart from its disk", lines: [`restart ${id}`], apart: true }
        : { label: "Crash", lines: [`crash ${id}`], apart: true },
      {
        label: "Power failure during a write",
        lines: [`crash ${id} torn`],
        disabled: crashed,
      },
      ...plannedCrash(server),
      paused
        ? { label: "Resume", lines: [`resume ${id}`] }
        : { label: "Pause", lines: [`pause ${id}`], disabled: crashed },
      { label: "Time out now", lines: [`timeout ${id}`], disabled: server.status !== "up" },
      { label: "Take a snapshot", lines: [`snapshot ${id}`], disabled: crashed },
      {
        label: "Cut it off from all others",
        lines: [`isolate ${id}`],
        apart: true,
        disabled: others.length === 0,
      },
      {
        label: "Heal its links",
        lines: others.map((other) => `heal ${id} ${other}`),
        disabled: !cut,
      },
      { label: "Clock 10% fast", lines: [`clock ${id} 110%`], apart: true },
      { label: "Clock 10% slow", lines: [`clock ${id} 90%`] },
      { label: "Clock exact", lines: [`clock ${id} 100%`], disabled: server.clockRate === 100_000 },
      { label: "Slow disk: 1 to 50 ms", lines: [`disk ${id} 1ms..50ms`], apart: true },
      ...disk(server),
      {
        label: "Flip a byte on its disk",
        lines: [`corrupt ${id} ${Math.floor(server.diskBytes / 2)}`],
        disabled: !crashed,
      },
    ],
  };
}

/** A crash between two of its writes, or the way to call it off. */
function plannedCrash({ id, status, planned }: ServerView): Item[] {
  const crashed = status === "crashed";
  if (planned !== null) {
    return [{ label: `Do not crash ${planned}`, lines: [`crash ${id} cancel`] }];
  }
  return [
    {
      label: "Crash between log and snapshot",
      lines: [`crash ${id} between log and snapshot`],
      disabled: crashed,
    },
    {
      label: "Crash after its next write",
      lines: [`crash ${id} after write 1`],
      disabled: crashed,
    },
  ];
}

function disk({ id, diskMark }: ServerView): Item[] {
  const lies = diskMark === "disk lies";
  const early = diskMark === "disk acknowledges early";
  return [
    lies || early
      ? { label: "Its disk is honest again", lines: [`disk ${id} honest`] }
      : { label: "Disk lies about fsync", lines: [`disk ${id} lies`] },
    {
      label: "Its disk acknowledges before the flush",
      lines: [`disk ${id} early`],
      disabled: lies || early,
    },
  ];
}

function linkMenu(from: number, to: number, frame: Frame): Menu {
  const view = (a: number, b: number) =>
    frame.links.find((link) => link.from === a && link.to === b);
  const there = view(from, to);
  const back = view(to, from);
  const oneWay = (a: number, b: number, cut: boolean): Item => ({
    label: `${cut ? "Heal" : "Cut"} S${a} to S${b}`,
    lines: [`${cut ? "heal" : "cut"} ${a} > ${b}`],
  });
  // Of what usually goes there: a leader's entries and heartbeats, else a candidate's request.
  const [sender, receiver] = to === frame.leader ? [to, from] : [from, to];
  const kind = sender === frame.leader ? "AppendEntries" : "RequestVote";
  const next = `next ${kind} ${sender} > ${receiver}`;
  return {
    title: `Link S${from} – S${to}`,
    items: [
      { label: "Inspect", act: "look" },
      {
        label: "Cut both ways",
        lines: [`cut ${from} ${to}`],
        apart: true,
        disabled: Boolean(there?.cut && back?.cut),
      },
      {
        label: "Heal both ways",
        lines: [`heal ${from} ${to}`],
        disabled: !there?.cut && !back?.cut,
      },
      oneWay(from, to, there?.cut ?? false),
      oneWay(to, from, back?.cut ?? false),
      { label: "Lose 30%", lines: [`link ${from} ${to} loss=30%`], apart: true },
      { label: "Slow: 80 to 200 ms", lines: [`link ${from} ${to} latency=80ms..200ms`] },
      {
        label: "As the network",
        lines: [`link ${from} ${to} default`],
        disabled: !there && !back,
      },
      { label: "Loss and latency…", act: "network" },
      {
        label: `Lose next ${kind} to S${receiver}`,
        lines: [`drop ${next}`],
        apart: true,
      },
      { label: `Hold next ${kind} to S${receiver}`, lines: [`hold ${next}`] },
    ],
  };
}

function messageMenu(id: number, frame: Frame): Menu | null {
  const message = frame.messages.find((view) => view.id === id);
  if (!message) return null;
  const gone = message.state === "lost";
  const held = message.state === "held";
  return {
    title: `Message ${id}: S${message.from} to S${message.to}`,
    items: [
      { label: "Inspect", act: "look" },
      { label: "Drop", lines: [`drop ${id}`], apart: true, disabled: gone },
      ...(frame.live || gone
        ? []
        : [{ label: "Drop it, keep what followed", lines: [`drop ${id}`], keeps: true }]),
      { label: "Duplicate", lines: [`duplicate ${id}`], disabled: gone },
      held
        ? { label: "Release", lines: [`release ${id}`] }
        : { label: "Hold", lines: [`hold ${id}`], disabled: gone },
      { label: "Deliver now", lines: [`deliver ${id}`], disabled: gone },
    ],
  };
}

function entryMenu(server: number, index: number, entry: EntryDetail | undefined): Menu {
  const start = entry && `start leader ${entry.command}`;
  return {
    title: `Entry ${index} of S${server}`,
    items: [
      { label: "Inspect", act: "look" },
      {
        label: "Start it again at the leader",
        lines: start === undefined ? [] : [start],
        apart: true,
        disabled: start === undefined,
      },
      { label: `Take a snapshot at S${server}`, lines: [`snapshot ${server}`] },
    ],
  };
}
