//! Mistakes that implementations of Raft really make, in one table: name, the section that the mistake
//! offends, a title, and what the wrong code does. Where a [`Rule`](crate::Rule) says what is right and can be switched
//! off whole, a [`Mistake`] changes one decision. Both are a [`Bug`](crate::Bug).

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

            /// The section of the paper that states what would be right.
            pub fn section(self) -> &'static str { match self { $(Self::$name => $section,)* } }

            /// Its title: a few words.
            pub fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }

            /// One sentence: the effect of the mistake in the code.
            pub fn sentence(self) -> &'static str { match self { $(Self::$name => $sentence,)* } }
        }
    };
}

mistakes! {
    // What is written
    VoteNotPersisted "Fig. 2" "The vote is not persisted"
        "A server writes its term to stable storage but not its vote, so that after a restart it votes again in the same term.";
    TermNotPersisted "Fig. 2" "The term is not persisted"
        "A server writes its vote to stable storage but not its term, so that after a restart it is in an older term again.";
    EntriesNotPersisted "Fig. 2" "Log entries are not persisted"
        "A server keeps new log entries in memory alone, so that a restart loses entries that it has confirmed.";
    SnapshotLostOnRestart "§7" "The snapshot is not persisted"
        "A server that discards log entries writes the shorter log without the snapshot that stands for them, so that after a restart its service begins with nothing.";
    LogBeforeSnapshot "§7" "The log is written before the snapshot"
        "A server that takes or installs a snapshot writes the shorter log first and the snapshot after it, so that a crash between the two loses committed entries.";
    AnswersBeforeDurable "Fig. 2" "Replies before the write is durable"
        "A server sends replies and applies entries at once in place of waiting for its disk, so that a crash can lose what it has told others.";

    // Terms and elections
    OldLeaderKeepsLeading "§5.1" "An old leader keeps leading"
        "A leader that sees a higher term adopts the term but does not become a follower.";
    VoteKeptAcrossTerms "§5.2" "The vote of an earlier term still counts"
        "A server that adopts a higher term does not forget whom it voted for, so that it refuses every other candidate for ever.";
    VotesOfEarlierElections "§5.2" "Votes of earlier elections count"
        "A candidate that starts a new election keeps the votes that it had in the one before.";
    ComparesLengthOnly "§5.4.1" "The longer log wins"
        "A server compares only the lengths of the logs before it votes, not the terms of their last entries.";
    StepDownForgetsVote "§5.2" "A candidate that steps down forgets its vote"
        "A candidate that hears from the leader of its own term becomes a follower and clears votedFor, though the term is the same.";
    LeaderClearsVote "§5.2" "Hearing a leader clears the vote"
        "A server clears votedFor when it first hears from the leader of its term, though only a new term may do that.";
    RefusalCountsAsVote "§5.2" "A refusal counts as a vote"
        "A candidate counts every reply of its own term as a vote, also one that refuses.";
    VoteCountsTwice "§5.2" "A vote that arrives twice counts twice"
        "A candidate counts replies instead of the servers that voted for it, so that a duplicated message is a second vote.";
    RefusesBothBehindOnly "§5.4.1" "Refuses only if term and index are both behind"
        "A server refuses its vote only when the candidate's log has an older last term and is shorter as well.";
    RefusesEitherBehind "§5.4.1" "Refuses if term or index is behind"
        "A server refuses its vote when the candidate's log has an older last term or is shorter, though a later last term decides alone.";
    CurrentTermAsLastLogTerm "§5.4.1" "Sends its current term as lastLogTerm"
        "A candidate sends its current term in place of the term of its last log entry, so that every log seems up-to-date.";
    RefusalKeepsOldTerm "§5.1" "A refused candidate's term is not adopted"
        "A server that refuses its vote because of the candidate's log returns before it adopts the candidate's higher term.";
    RefusedCandidateResetsTimer "§5.2" "A refused candidate resets the timer"
        "A server restarts its election timer whenever it receives RequestVote, also when it refuses its vote.";
    HalfIsEnough "§5.2" "Half of the servers are a majority"
        "A server treats half of the servers, rounded down, as a majority, in elections and when it commits.";
    StaleMessageResetsTimer "§5.2" "A deposed leader resets the timer"
        "A server restarts its election timer when AppendEntries of an old term arrives, though it rejects the message.";

    // Replication
    NextIndexUnderflow "§5.3" "nextIndex falls below 1"
        "A leader moves nextIndex one place too far back, and below 1 the unsigned number wraps to the largest, so that it never sends that follower an entry again.";
    NextIndexForward "§5.3" "An old refusal moves nextIndex forward"
        "A leader sets nextIndex to what a refusal says, however old the refusal is, so that nextIndex may move forward again.";
    RefusalMovesMatchIndex "§5.3" "A refusal moves matchIndex"
        "A leader sets not only nextIndex from a refusal but matchIndex as well, though a refusal confirms nothing.";
    ConfirmsWholeLog "§5.3" "Confirms its whole log"
        "A follower replies with the last index of its log instead of the last index that the message has matched.";
    HeartbeatNotChecked "§5.3" "Heartbeats are not checked"
        "A follower accepts AppendEntries without entries before it looks at prevLogIndex and prevLogTerm.";
    KeepsConflictingTail "§5.3" "Overwrites conflicts and keeps the tail"
        "A follower overwrites the entries that conflict one by one and keeps those that follow them.";
    CommitIndexFalls "§5.3" "commitIndex follows leaderCommit down"
        "A follower sets commitIndex from every message, also when a late message or a new leader knows of less.";
    ChecksIndexOnly "§5.3" "The consistency check ignores terms"
        "A follower takes entries whenever its log has an entry at the index before them, whatever the term of that entry.";

    // Snapshots
    SnapshotPrefixConflicts "§7" "A snapshot index counts as a conflict"
        "A follower that finds no entry at prevLogIndex, because its snapshot covers it, treats that as a conflict and deletes the entries after its snapshot.";
    SnapshotSetsTerm "§5.1" "A snapshot sets the term"
        "A follower that installs a snapshot sets currentTerm to the term of the last entry that the snapshot includes.";

    // The service and its clients
    AnswersBeforeCommit "§8" "Answers before the command is committed"
        "A server answers its client as soon as the command stands in its own log.";
    ReadsWithoutLog "§8" "Reads do not go through the log"
        "A server that believes it is the leader answers a read at once from its own table.";
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
