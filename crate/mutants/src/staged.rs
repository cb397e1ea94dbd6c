//! Runs that show how Raft works, staged by hand: the figures of the paper, elections, repairs, faults.
//!
//! The commands are those of the golden scripts. A staged run adds a title, the moment at which to open it, and notes.

use std::fmt;

/// A run that shows one thing well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Staged {
    /// Name in addresses.
    pub id: &'static str,
    /// Title.
    pub title: &'static str,
    /// One sentence that says what the run shows.
    pub says: &'static str,
    /// Golden script that has the commands.
    pub script: &'static str,
    /// Moment at which the page opens the run.
    pub at: &'static str,
    /// Speed at which the page plays it first: so many times slower than real time.
    pub slower: u32,
    /// Notes: a moment, and one sentence on it.
    pub notes: &'static [(&'static str, &'static str)],
}

impl Staged {
    /// Returns its settings and commands.
    fn lines(&self) -> impl Iterator<Item = &'static str> {
        self.script.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
    }
}

/// Returns the text that the playground opens.
impl fmt::Display for Staged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "raft-playground 1\nname {}", self.title)?;
        self.lines().try_for_each(|line| writeln!(f, "{line}"))?;
        self.notes.iter().try_for_each(|(at, words)| writeln!(f, "at {at} note {words}"))?;
        writeln!(f, "show {}", self.at)
    }
}

/// Returns the staged run of a name, if there is one.
pub fn staged(id: &str) -> Option<&'static Staged> {
    STAGED.iter().find(|staged| staged.id == id)
}

macro_rules! script {
    ($name:literal) => {
        include_str!(concat!("../../../tests/golden/", $name, ".txt"))
    };
}

/// All staged runs, in the order in which the page offers them.
pub const STAGED: &[Staged] = &[
    Staged {
        id: "figure-7",
        title: "Figure 7: the leader repairs six logs",
        says: "S1 has just won term 8; its followers (a) to (f) lack entries, have too many, or both.",
        script: script!("figure-7/all-six-followers-are-brought-into-line"),
        at: "11.9s",
        slower: 200,
        notes: &[
            (
                "11.9s",
                "Figure 7: S1 leads term 8. S2 (a) and S3 (b) lack entries, S4 (c) and S5 (d) have too many, S6 (e) and S7 (f) have others in their places.",
            ),
            (
                "12.001s",
                "The consistency check: S2, S3, S6 and S7 have no 10@6 and refuse. S4 and S5 have it and accept.",
            ),
            (
                "12.002s",
                "S1 moves nextIndex back for those that refused, a whole term at a time, and sends what they lack.",
            ),
            (
                "12.005s",
                "S6 and S7 have deleted what conflicts and hold the leader's log. 11@6 of S4 and 11@7 12@7 of S5 stay: nothing conflicts with them yet.",
            ),
            (
                "13.002s",
                "Entry 11@8 has replaced the entries of S4 and S5. It is of the leader's own term and on a majority, so S1 commits through 11.",
            ),
            ("14.5s", "All seven logs are the same."),
        ],
    },
    Staged {
        id: "figure-8",
        title: "Figure 8 (a) to (d): an entry on a majority is overwritten",
        says: "Why a leader must not commit an entry of an earlier term by counting replicas (§5.4.2).",
        script: script!(
            "figure-8/d-an-entry-of-an-earlier-term-is-overwritten-though-a-majority-held-it"
        ),
        at: "4.5s",
        slower: 100,
        notes: &[
            ("4.5s", "(a) S1 leads term 2. Its entry 2@2 is on S1 and S2 only."),
            (
                "6.8s",
                "(b) S1 has crashed. S5 won term 3 with the votes of S3 and S4, and has another entry at index 2: 2@3.",
            ),
            (
                "7.8s",
                "(c) S5 has crashed. S1 is back and leads term 4. Now 2@2 is on S1, S2 and S3, a majority, and yet S1 does not commit it: it is of an earlier term.",
            ),
            (
                "9.8s",
                "(d) S1 has crashed. S5 won term 5, because its last entry is of a later term than that of S2, S3 and S4, and 2@3 has replaced 2@2. Had S1 committed 2@2, a committed entry would be lost.",
            ),
            ("12.5s", "S5 commits 2@3 only together with 3@5, an entry of its own term."),
        ],
    },
    Staged {
        id: "figure-8-e",
        title: "Figure 8 (e): an entry of the leader's own term is safe",
        says: "The other ending: S1 replicates 3@4 to a majority before it crashes, and S5 cannot win.",
        script: script!("figure-8/e-an-entry-of-the-leaders-own-term-on-a-majority-is-safe"),
        at: "7.5s",
        slower: 100,
        notes: &[
            ("7.5s", "As in (c): S1 leads term 4, and 2@2 is on S1, S2 and S3, but not committed."),
            (
                "7.8s",
                "(e) Entry 3@4 is of S1's own term and on a majority. Committing it commits 2@2 as well.",
            ),
            (
                "9.8s",
                "S1 has crashed and S5 asks for votes in term 5. S2 and S3 refuse: their logs end with 3@4, which is more up-to-date than 2@3.",
            ),
            ("12.5s", "S2 leads term 6 with both entries, and S5 gave up its 2@3."),
        ],
    },
    Staged {
        id: "split-vote",
        title: "A split vote",
        says: "Two candidates get two votes each, nobody wins, and the next term decides (§5.2).",
        script: script!("5.2/after-a-split-vote-a-candidate-tries-again-in-a-new-term"),
        at: "1.999s",
        slower: 500,
        notes: &[
            (
                "1.999s",
                "Four servers. The election timers of S1 and S2 are about to run out at once.",
            ),
            (
                "2.02s",
                "The vote is split: S1 has its own and that of S3, S2 its own and that of S4. Three are needed, so nobody leads term 1.",
            ),
            ("3.002s", "S2 timed out first and has won term 2 with three votes."),
        ],
    },
    Staged {
        id: "partitioned-leader",
        title: "A leader on the wrong side of a partition",
        says: "The leader keeps its role in the minority but commits nothing; the majority elects another one.",
        script: script!("network/a-minority-cannot-commit-and-a-majority-can"),
        at: "1.9s",
        slower: 100,
        notes: &[
            ("1.9s", "S1 leads term 1. A partition is about to leave it with S2 alone."),
            (
                "3.2s",
                "S1 still believes it leads. Its entry 1@1 is on S1 and S2: two of five, which commits nothing.",
            ),
            ("4.2s", "On the other side S3 leads term 2, and its entry 1@2 is committed by three."),
            (
                "6.1s",
                "The partition is healed. S1 and S2 have followed the later term and replaced 1@1 with 1@2.",
            ),
        ],
    },
    Staged {
        id: "log-repair",
        title: "Conflicting entries are replaced",
        says: "A leader that was cut off has three entries nobody else has; the next leader's log replaces them (§5.3).",
        script: script!("5.3/conflicting-entries-are-deleted-and-replaced"),
        at: "2.9s",
        slower: 200,
        notes: &[
            (
                "3.1s",
                "S1 is cut off and has accepted three entries of term 1 that it cannot replicate.",
            ),
            ("4.6s", "S2 leads term 2 and has committed 1@2 together with S3."),
            (
                "6.001s",
                "S1 follows term 2 and refuses the heartbeat: it has another entry at the place before.",
            ),
            ("6.003s", "S1 has deleted its three entries and holds 1@2."),
        ],
    },
    Staged {
        id: "catch-up",
        title: "A crashed follower catches up",
        says: "S3 misses two entries while it is down and gets both with one request after its restart.",
        script: script!("5.3/a-crashed-follower-gets-what-it-missed"),
        at: "2.9s",
        slower: 200,
        notes: &[
            ("3.5s", "S3 has crashed. Its disk still holds 1@1."),
            ("4.6s", "S1 and S2 are a majority and have committed two more entries."),
            (
                "6.001s",
                "S3 is back and refuses the heartbeat: it has no 3@1. S1 will move nextIndex back.",
            ),
            ("6.003s", "S3 has appended 2 and 3 and applied all three."),
        ],
    },
    Staged {
        id: "snapshot",
        title: "A snapshot is installed",
        says: "S3 needs entries that the leader has compacted, so it gets the snapshot and then the rest (§7).",
        script: script!("7/a-lagging-follower-gets-the-snapshot-and-then-the-rest"),
        at: "3.4s",
        slower: 200,
        notes: &[
            ("3.4s", "S3 has been cut off since 2 s and lacks both entries."),
            ("3.6s", "S1 took a snapshot up to 2@1 and discarded these entries from its log."),
            ("6.002s", "S3 lacks entries that S1 no longer has: S1 sends InstallSnapshot."),
            ("6.003s", "S3 has saved the snapshot and reset its state machine to it."),
            ("6.005s", "Entries 3 and 4 came the usual way. All three have the same state."),
        ],
    },
    Staged {
        id: "one-way-cut",
        title: "A leader that cannot hear",
        says: "Heartbeats get through but replies do not, so nobody starts an election and nothing commits.",
        script: script!(
            "network/a-leader-that-cannot-hear-keeps-its-followers-and-commits-nothing"
        ),
        at: "0.9s",
        slower: 50,
        notes: &[
            (
                "0.9s",
                "S1 leads. The links from S2 and S3 to S1 are about to be cut, in this direction only.",
            ),
            (
                "1.6s",
                "Entry 1@1 is on all three servers, but S1 hears of none of them and commits nothing.",
            ),
            ("3.1s", "The links are healed. The next replies commit 1@1."),
        ],
    },
    Staged {
        id: "exactly-once",
        title: "A retried request takes effect once",
        says: "The leader applies a request and crashes before it answers; the client asks the next one (§8).",
        script: script!("8/a-retry-after-the-leader-has-crashed-is-known-to-the-next-one"),
        at: "2.9s",
        slower: 200,
        notes: &[
            ("2.9s", "c1 is about to ask for x+=1. It will not hear S1's reply."),
            ("3.1s", "S1 has applied x+=1, and the reply is lost on its way to c1."),
            ("4.6s", "S1 has crashed and S2 leads term 2. c1 is still waiting."),
            (
                "5.1s",
                "c1 asked S2 again. The request is in the log twice, at 1@1 and 2@2, and applied once: x is 1.",
            ),
        ],
    },
    Staged {
        id: "lost-fsync",
        title: "A disk that lies about fsync",
        says: "A committed entry is lost because a disk acknowledged a write that it never made.",
        script: script!("disk/a-disk-that-lies-about-a-sync-loses-a-committed-entry"),
        at: "2.9s",
        slower: 200,
        notes: &[
            ("2.9s", "The disk of S2 acknowledges writes without making them. S3 is cut off."),
            ("3.1s", "S1 has committed 1@1: S2 confirmed it."),
            ("4.2s", "S2 has crashed. Its log is empty, though it had confirmed 1@1."),
            (
                "6.002s",
                "S3 wins term 2 with the vote of S2, and neither has the committed entry. Raft assumes honest disks, so this is outside its fault model.",
            ),
        ],
    },
    Staged {
        id: "stale-read",
        title: "A stale read (with a bug)",
        says: "Servers that answer reads without the log return an old value after a new one was written (§8).",
        script: script!("8/a-read-that-does-not-go-through-the-log-is-stale"),
        at: "2.9s",
        slower: 200,
        notes: &[
            (
                "2.9s",
                "In this run a server that believes it leads answers reads at once, without its log: a bug. x is \"old\".",
            ),
            ("4.1s", "S1 is cut off and still believes it leads term 1. S2 leads term 2."),
            ("7.5s", "c2 has written x=new through S2, and has its reply."),
            ("8.002s", "c1 read x from S1 and got \"old\": linearizability is violated."),
        ],
    },
];
