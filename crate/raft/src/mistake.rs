//! Mistakes that implementations of Raft really make, in one table: name, the section that the mistake
//! offends, a title, and what the wrong code does. Where a [`Rule`](crate::Rule) says what is right and can be switched
//! off whole, a [`Mistake`] changes one decision. Both are a [`Switch`](crate::Switch).

#![allow(clippy::doc_markdown, reason = "the sentences are shown to readers as they stand")]

use std::fmt;

macro_rules! mistakes {
    ($( $name:ident $section:literal $title:literal $sentence:literal; )*) => {
        /// A realistic mistake: one decision made wrongly.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Mistake { $( #[doc = $sentence] $name, )* }

        impl Mistake {
            /// Every mistake, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name as it is written in a configuration.
            pub fn name(self) -> &'static str { match self { $(Self::$name => stringify!($name),)* } }

            /// Where the paper states what would be right.
            pub fn section(self) -> &'static str { match self { $(Self::$name => $section,)* } }

            /// Its title: a few words.
            pub fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }

            /// What the wrong code does, in one sentence.
            pub fn sentence(self) -> &'static str { match self { $(Self::$name => $sentence,)* } }
        }
    };
}

mistakes! {
    // What is written
    VoteNotPersisted "Fig. 2" "The vote is not written"
        "A server writes its term to stable storage but not its vote, so that after a restart it votes again in the same term.";
    TermNotPersisted "Fig. 2" "The term is not written"
        "A server writes its vote to stable storage but not its term, so that after a restart it lives through old terms again.";
    EntriesNotPersisted "Fig. 2" "Entries are not written"
        "A server keeps new log entries in memory alone, so that a restart takes away what it has confirmed.";
    SnapshotLostOnRestart "§7" "The snapshot is not written"
        "A server that discards log entries writes the shorter log without the snapshot that stands for them, so that after a restart its service begins with nothing.";
    AnswersBeforeDurable "Fig. 2" "Answers before the write is durable"
        "A server sends and applies at once what should wait for its disk, so that a crash can take away what others have been told.";

    // Terms and elections
    OldLeaderKeepsLeading "§5.1" "An old leader keeps leading"
        "A leader that sees a higher term takes the term but does not become a follower.";
    VoteKeptAcrossTerms "§5.2" "The vote of an earlier term still counts"
        "A server that takes a higher term does not forget whom it voted for, so that it refuses every other candidate for ever.";
    VotesOfEarlierElections "§5.2" "Votes of earlier elections count"
        "A candidate that starts a new election keeps the votes that it had in the one before.";
    ComparesLengthOnly "§5.4.1" "The longer log wins"
        "A server compares only the lengths of the logs before it votes, not the terms of their last entries.";
    HalfIsEnough "§5.2" "Half of the servers are a majority"
        "A server takes half of the servers, rounded down, for a majority, in elections and when it commits.";
    StaleMessageResetsTimer "§5.2" "A deposed leader resets the timer"
        "A server waits anew for a whole election timeout when AppendEntries of an old term arrives, though it refuses it.";

    // Replication
    NextIndexUnderflow "§5.3" "nextIndex falls below 1"
        "A leader moves nextIndex one place too far back, and below 1 the unsigned number wraps to the largest, so that it never sends that follower an entry again.";
    ChecksIndexOnly "§5.3" "The consistency check ignores terms"
        "A follower takes entries whenever its log has an entry at the place before them, whatever the term of that entry.";

    // The service and its clients
    AnswersBeforeCommit "§8" "Answers before the command is committed"
        "A server answers its client as soon as the command stands in its own log.";
    ReadsWithoutLog "§8" "Reads do not go through the log"
        "Whoever believes to lead answers a read at once from its own table.";
    RetriesAppliedTwice "§8" "A retry is applied twice"
        "The service does not remember which commands of a client it has applied, so that a command sent again takes effect again.";
    SessionsNotInSnapshot "§8" "The sessions are not in the snapshot"
        "The service's snapshot holds its table but not what it remembers of its clients, so that a retry after a restart or an installed snapshot takes effect again.";
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
