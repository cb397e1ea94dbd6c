/** The check of each property, and the moments at which it is made: docs/properties.md in short. */
export const how: Record<string, string> = {
  "election-safety": "Whenever a server begins to lead: who else was seen to lead its term.",
  "leader-append-only": "After every event: a leader’s log has lost nothing at its end.",
  "log-matching":
    "Each entry that appears in a log has a hash of the log up to it; index and term have only one.",
  "leader-completeness":
    "When a server begins to lead: the last entry that was committed in each term is in its log.",
  "state-machine-safety":
    "Each index has one entry that was committed first, and one that was applied first.",
  "one-vote": "At every message: whom a server has told that it votes for it, also before a crash.",
  "terms-rise": "In memory, in what is told to others, and after a restart.",
  "commit-rises": "After every event, against what was last seen of the server.",
  "durable-first": "At every message, against what a crash would leave on the sender’s disk.",
  "applied-in-order":
    "At every command that a service applies, and at every snapshot that replaces its state.",
  "snapshot-contents":
    "When a snapshot is taken, installed, and read after a restart: by its fingerprint.",
  linearizable:
    "At every answer to a client, key by key. Where too much is open at once, it is not decided.",
  liveness: "Where progress is expected within a time: give expect 5s.",
};
