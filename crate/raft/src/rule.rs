//! Every rule that can fire, in one table: name, fields, section, title, the rule in one sentence, and
//! the words for the journal. From it come [`Note`] (a rule that fired, with its particulars) and [`Rule`]
//! (its name alone).

#![allow(clippy::doc_markdown, reason = "the sentences are shown to readers as they stand")]

use crate::types::{EntryId, Index, ServerId, Span, Term, Unreadable};
use crate::words::scan;
use std::fmt;
use std::str::FromStr;

macro_rules! rules {
    ($( $name:ident { $($field:ident : $kind:ty),* } $section:literal $title:literal $sentence:literal $words:literal; )*) => {
        /// A rule of the paper: one variant for each line of Figures 2 and 13 and of §5 to §7 that can fire.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Rule { $( #[doc = $sentence] $name, )* }

        impl Rule {
            /// Every rule, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name as it is written in a configuration.
            pub fn name(self) -> &'static str { match self { $(Self::$name => stringify!($name),)* } }

            /// The section of the paper that states it.
            pub fn section(self) -> &'static str { match self { $(Self::$name => $section,)* } }

            /// Its title: a few words.
            pub fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }

            /// The rule in one sentence.
            pub fn sentence(self) -> &'static str { match self { $(Self::$name => $sentence,)* } }
        }

        /// A rule that has just been applied, with its particulars; `Display` gives the journal's words.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[allow(missing_docs, reason = "the fields are the paper's words, and the table shows how each is read")]
        pub enum Note { $( #[doc = $sentence] $name { $($field: $kind),* }, )* }

        impl Note {
            /// The rule that fired.
            pub fn rule(&self) -> Rule { match self { $(Self::$name { .. } => Rule::$name,)* } }
        }

        impl FromStr for Note {
            type Err = Unreadable;

            /// Reads the journal's words back.
            fn from_str(text: &str) -> Result<Self, Unreadable> {
                $(
                    let note = scan($words, text)
                        .and_then(|_values| Some(Self::$name { $($field: value(&_values, stringify!($field))?),* }));
                    if let Some(note) = note {
                        return Ok(note);
                    }
                )*
                Err(Unreadable)
            }
        }

        impl fmt::Display for Note {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$name { $($field),* } => write!(f, $words),)* }
            }
        }
    };
}

rules! {
    // All servers
    RecoverState { term: Term, last_log: EntryId } "Fig. 2" "Start from stable storage"
        "A server that restarts continues with the term, the vote, the log and the snapshot that it had persisted."
        "recovers term {term} and its log up to {last_log} from its disk";
    PersistFirst { term: Term } "Fig. 2" "Persist before replying"
        "A server updates its term, its vote and its log on stable storage before it responds to an RPC."
        "persists its state in term {term} before it replies";
    AdoptHigherTerm { peer: ServerId, term: Term } "§5.1" "Adopt a higher term"
        "A server that sees a term higher than its own adopts it and becomes a follower."
        "sees term {term} from {peer}: adopts it and becomes a follower";
    IgnoreStaleReply { peer: ServerId, term: Term } "§5.1" "Ignore a stale reply"
        "A reply to a request of an earlier term, or one that a later reply has overtaken, changes nothing."
        "ignores a stale reply from {peer}, of term {term}";
    ApplyCommitted { id: EntryId } "§5.3" "Apply committed entries"
        "A server applies every committed entry to its state machine, in the order of the log."
        "applies {id}";

    // Elections
    RandomElectionTimeout { at_least: u64, at_most: u64 } "§5.2" "Random election timeout"
        "Each server draws its election timeout at random from a fixed range, so that split votes are rare and soon resolved."
        "draws an election timeout of {at_least} to {at_most} ms";
    LeaderResetsTimer { leader: ServerId } "§5.2" "A leader's message resets the timer"
        "A follower restarts its election timer whenever a message of the current leader arrives."
        "restarts its election timer: heard from leader {leader}";
    VoteResetsTimer { candidate: ServerId } "§5.2" "A granted vote resets the timer"
        "A follower that grants its vote restarts its election timer."
        "restarts its election timer: voted for {candidate}";
    FollowerTimesOut { term: Term } "§5.2" "A follower times out"
        "A follower that hears neither from a leader nor grants a vote for an election timeout becomes a candidate."
        "times out in term {term}: becomes a candidate";
    CandidateTimesOut { term: Term } "§5.2" "A candidate times out"
        "A candidate whose election timeout elapses without a winner starts a new election."
        "times out in term {term}: starts another election";
    IncrementTerm { term: Term } "§5.2" "A candidate begins a new term"
        "To begin an election, a server increments its current term."
        "starts an election in term {term}";
    VoteForSelf { term: Term } "§5.2" "A candidate votes for itself"
        "A candidate gives its own vote in the new term to itself."
        "votes for itself in term {term}";
    RequestVotes { term: Term, last_log: EntryId } "§5.2" "A candidate requests votes"
        "A candidate sends RequestVote to all other servers, with the index and term of its last log entry."
        "requests votes from all servers in term {term}; its log ends at {last_log}";
    RefuseOldCandidate { candidate: ServerId, term: Term } "§5.1" "No vote for an old term"
        "A server refuses its vote to a candidate whose term is older than its own."
        "refuses its vote to {candidate}: the candidate's term {term} is old";
    RefuseSecondVote { candidate: ServerId, voted_for: ServerId, term: Term } "§5.2" "One vote in a term"
        "A server votes for at most one candidate in a term, first come first served."
        "refuses its vote to {candidate}: voted for {voted_for} in term {term}";
    RefuseOutdatedLog { candidate: ServerId, theirs: EntryId, ours: EntryId } "§5.4.1" "No vote for an outdated log"
        "A server refuses its vote to a candidate whose log is less up-to-date than its own: an older last term, or the same last term and a shorter log."
        "refuses its vote to {candidate}: the candidate's log ends at {theirs}, its own at {ours}";
    GrantVote { candidate: ServerId, term: Term } "§5.2" "Grant the vote"
        "A server that has not voted for another in this term votes for a candidate whose log is at least as up-to-date as its own."
        "votes for {candidate} in term {term}";
    CountVote { voter: ServerId, votes: u64, needed: u64 } "§5.2" "Count a vote"
        "A candidate counts the servers that have voted for it in its term."
        "counts the vote of {voter}: {votes} of the {needed} needed";
    WinElection { term: Term, votes: u64 } "§5.2" "Win with a majority"
        "A candidate with votes from a majority of the servers becomes the leader of its term."
        "becomes leader of term {term} with {votes} votes";
    CandidateFollowsLeader { leader: ServerId, term: Term } "§5.2" "A candidate finds a leader"
        "A candidate that receives AppendEntries from a leader of its own term becomes a follower."
        "recognises {leader} as leader of term {term}: becomes a follower";
    ResetProgress { next: Index } "§5.3" "A new leader assumes nothing"
        "A new leader sets nextIndex for every follower to just after its own last entry, and matchIndex to 0."
        "sets nextIndex to {next} for all followers";

    // Replication, at the leader
    AnnounceLeader { term: Term } "§5.2" "Heartbeats at once after an election"
        "A new leader sends empty AppendEntries to all servers at once, to prevent new elections."
        "announces to all servers that it leads term {term}";
    SendHeartbeats { term: Term } "§5.2" "Heartbeats while idle"
        "A leader repeats AppendEntries during idle periods to prevent election timeouts."
        "sends heartbeats in term {term}";
    AcceptCommand { id: EntryId } "§5.3" "A leader appends the command"
        "A leader appends a command that it receives to its own log, as an entry of its term."
        "appends a command to its log as {id}";
    RedirectCommand { term: Term } "§5.3" "Only a leader accepts commands"
        "A server that is not the leader refuses a command, and names the leader if it knows one."
        "refuses a command: is not the leader of term {term}";
    SendEntries { peer: ServerId, span: Span } "§5.3" "A leader sends missing entries"
        "When a follower lacks entries, the leader sends AppendEntries with the entries from nextIndex on."
        "sends {span} to {peer}";
    AdvanceMatch { peer: ServerId, matched: Index } "§5.3" "Success moves nextIndex and matchIndex"
        "When AppendEntries succeeds, the leader sets the follower's matchIndex to the last entry it sent, and nextIndex just after."
        "learns that {peer} has every entry up to {matched}";
    BackUp { peer: ServerId, next: Index } "§5.3" "Failure moves nextIndex back"
        "When AppendEntries fails because the logs disagree, the leader moves nextIndex back and tries again."
        "moves nextIndex of {peer} back to {next}";
    SkipConflictingTerm { peer: ServerId, term: Term } "§5.3" "Skip a whole conflicting term"
        "The follower names the term of its conflicting entry and where it begins, so that the leader skips that term in one step."
        "skips term {term} in the log of {peer}";
    CommitByCounting { index: Index, holders: u64 } "§5.3" "Commit what a majority stores"
        "A leader commits an entry of its own term, and all before it, once a majority of the servers store it."
        "commits up to index {index}: stored on {holders} servers";
    CommitOnlyOwnTerm { id: EntryId, term: Term } "§5.4.2" "Never count for earlier terms"
        "A leader never commits an entry of an earlier term by counting copies; it is committed by way of an entry of the leader's own term."
        "does not commit {id} by counting: it is not of term {term}";

    // Replication, at the follower
    RefuseOldLeader { leader: ServerId, term: Term } "§5.1" "Reject a leader of an old term"
        "A server rejects AppendEntries whose term is older than its own."
        "rejects AppendEntries from {leader}: its term {term} is old";
    RefuseMismatch { leader: ServerId, prev: EntryId } "§5.3" "The consistency check"
        "A follower rejects entries when its own log has no entry with the index and term of the one just before them."
        "rejects entries from {leader}: has no entry {prev}";
    DeleteConflict { from: Index, last: Index } "§5.3" "Delete conflicting entries"
        "A follower deletes an entry that conflicts with a new one, and all that follow it."
        "deletes its entries {from} to {last}: they conflict with the leader's";
    AppendNew { prev: EntryId, span: Span } "§5.3" "Append new entries"
        "A follower appends the entries that its log does not have yet."
        "has the previous entry {prev}: appends {span}";
    FollowCommit { index: Index } "§5.3" "Follow the leader's commit index"
        "A follower sets its commitIndex to the leader's, but never beyond the last new entry."
        "advances its commitIndex to {index}";

    // Snapshots
    TakeSnapshot { through: EntryId, bytes: u64 } "§7" "A server takes a snapshot"
        "Once its service has a snapshot of its state, a server discards the log entries that the snapshot covers."
        "takes a snapshot up to {through}, {bytes} B, and discards the log before it";
    IgnoreSnapshotRequest { index: Index } "§7" "Only applied state can be a snapshot"
        "A snapshot that covers nothing new, or what has not been applied, is not taken."
        "does not take a snapshot up to {index}";
    SendSnapshot { peer: ServerId, through: EntryId } "§7" "A leader sends its snapshot"
        "When the leader has discarded the next entry that a follower needs, it sends its snapshot instead."
        "sends {peer} its snapshot up to {through}";
    RefuseOldSnapshot { leader: ServerId, term: Term } "Fig. 13" "No snapshot from an old term"
        "A server rejects InstallSnapshot whose term is older than its own."
        "rejects the snapshot from {leader}: its term {term} is old";
    IgnoreCoveredSnapshot { through: EntryId, commit: Index } "§7" "A snapshot never leads backwards"
        "A snapshot that covers no more than what is already committed here changes nothing."
        "has already committed up to {commit}: ignores the snapshot up to {through}";
    SaveSnapshot { through: EntryId, bytes: u64 } "Fig. 13" "Save the snapshot"
        "A follower saves the received snapshot, and discards any with a smaller index."
        "saves the snapshot up to {through}, {bytes} B";
    RetainSuffix { through: EntryId, last: Index } "Fig. 13" "Keep what follows the snapshot"
        "When the log has the snapshot's last entry, the entries after it are kept."
        "has entry {through} itself: keeps the log after it, up to {last}";
    DiscardLog { last_log: EntryId } "Fig. 13" "Discard the whole log"
        "When the log does not have the snapshot's last entry, the whole log is discarded."
        "discards its whole log, which ended at {last_log}";
    ResetStateMachine { through: EntryId } "Fig. 13" "Reset the state machine"
        "The state machine takes over the snapshot in place of its own state."
        "resets its state machine to the snapshot up to {through}";
}

/// The value of a name among those that were found.
fn value<T: FromStr>(values: &[(&str, &str)], name: &str) -> Option<T> {
    values.iter().find(|(found, _)| *found == name)?.1.parse().ok()
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_words_of_its_own() {
        for (at, rule) in Rule::ALL.iter().enumerate() {
            assert!(rule.section().starts_with('§') || rule.section().starts_with("Fig."));
            assert!(rule.sentence().ends_with('.') && rule.title().len() < 45);
            for other in &Rule::ALL[..at] {
                assert_ne!(rule.title(), other.title());
                assert_ne!(rule.sentence(), other.sentence());
            }
        }
    }
}
