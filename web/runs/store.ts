/** The runs that this browser keeps, in IndexedDB. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { KeptRun } from "../record/kept";

export type { KeptRun };

interface Schema extends DBSchema {
  runs: { key: string; value: KeptRun };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("raft-playground", 1, {
    upgrade: (db) => void db.createObjectStore("runs", { keyPath: "id" }),
    // A newer version of the page wants to change the store: let it.
    blocking: (_, __, event) => {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated: () => (opened = undefined),
  });
  // What could not be opened now may be opened later.
  opened.catch(() => (opened = undefined));
  return opened;
}

const changes = new EventTarget();

/** Calls back whenever this page has changed what is kept; the returned function ends that. */
export function watch(changed: () => void): () => void {
  changes.addEventListener("change", changed);
  return () => changes.removeEventListener("change", changed);
}

export async function keep(run: KeptRun): Promise<void> {
  await (await database()).put("runs", run);
  changes.dispatchEvent(new Event("change"));
}

export async function find(id: string): Promise<KeptRun | undefined> {
  return (await database()).get("runs", id);
}

/** All of them, the newest first. */
export async function all(): Promise<KeptRun[]> {
  const runs = await (await database()).getAll("runs");
  return runs.sort((a, b) => b.savedAt - a.savedAt);
}

export async function forget(id: string): Promise<void> {
  await (await database()).delete("runs", id);
  changes.dispatchEvent(new Event("change"));
}

/** Why a run could not be kept, for people. */
export function reason(error: unknown): string {
  const { name, message } = error as Error;
  if (name === "QuotaExceededError") return "its storage is full";
  if (name === "SecurityError" || name === "InvalidStateError")
    return "it does not allow pages to store anything";
  return message || name;
}
