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

            /// Where the paper states it.
            pub fn section(self) -> &'static str { match self { $(Self::$name => $section,)* } }

            /// Its title: a few words.
            pub fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }

            /// What it says, in one sentence.
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
        "recovers term {term}, log to {last_log}";
    PersistFirst { term: Term } "Fig. 2" "Persist before answering"
        "A server updates its term, its vote and its log on stable storage before it responds to an RPC."
        "writes term {term} before it answers";
    AdoptHigherTerm { peer: ServerId, term: Term } "§5.1" "Adopt a higher term"
        "A server that sees a term higher than its own takes that term and becomes a follower."
        "sees term {term} from {peer}: takes it and follows";
    IgnoreStaleReply { peer: ServerId, term: Term } "§5.1" "Ignore a stale reply"
        "A reply to a request of an earlier term, or one that later news has overtaken, changes nothing."
        "ignores a reply of {peer} from term {term}";
    ApplyCommitted { id: EntryId } "§5.3" "Apply what is committed"
        "A server applies every committed entry to its state machine, in the order of the log."
        "applies {id}";

    // Elections
    RandomElectionTimeout { at_least: u64, at_most: u64 } "§5.2" "Random election timeout"
        "Each server draws its election timeout at random from a fixed range, so that split votes are rare and soon resolved."
        "draws an election timeout of {at_least} to {at_most} ms";
    LeaderResetsTimer { leader: ServerId } "§5.2" "A leader's message resets the timer"
        "A follower waits anew for a whole election timeout whenever the current leader's message arrives."
        "hears from leader {leader}";
    VoteResetsTimer { candidate: ServerId } "§5.2" "A granted vote resets the timer"
        "A follower that has just granted its vote waits anew for a whole election timeout."
        "gives {candidate} time to win";
    FollowerTimesOut { term: Term } "§5.2" "A follower times out"
        "A follower that hears neither from a leader nor grants a vote for an election timeout becomes a candidate."
        "hears no leader in term {term}: stands for election";
    CandidateTimesOut { term: Term } "§5.2" "A candidate times out"
        "A candidate whose election timeout elapses without a winner starts a new election."
        "has no majority in term {term}: tries again";
    IncrementTerm { term: Term } "§5.2" "A candidate begins a new term"
        "To begin an election, a server increments its current term."
        "starts an election in term {term}";
    VoteForSelf { term: Term } "§5.2" "A candidate votes for itself"
        "A candidate gives its own vote in the new term to itself."
        "votes for itself in term {term}";
    RequestVotes { term: Term, last_log: EntryId } "§5.2" "A candidate asks for votes"
        "A candidate sends RequestVote to all other servers, with the place and term of its last log entry."
        "asks all for votes in term {term}; its log ends at {last_log}";
    RefuseOldCandidate { candidate: ServerId, term: Term } "§5.1" "No vote for an old term"
        "A server refuses its vote to a candidate whose term is older than its own."
        "refuses {candidate}: its term {term} is old";
    RefuseSecondVote { candidate: ServerId, voted_for: ServerId, term: Term } "§5.2" "One vote a term"
        "A server votes for at most one candidate in a term, first come first served."
        "refuses {candidate}: has voted for {voted_for} in term {term}";
    RefuseOutdatedLog { candidate: ServerId, theirs: EntryId, ours: EntryId } "§5.4.1" "No vote for an outdated log"
        "A server refuses its vote to a candidate whose log is less up-to-date than its own: an older last term, or the same last term and a shorter log."
        "refuses {candidate}: its log ends at {theirs}, ours at {ours}";
    GrantVote { candidate: ServerId, term: Term } "§5.2" "Grant the vote"
        "A server that has not voted for another in this term votes for a candidate whose log is at least as up-to-date as its own."
        "votes for {candidate} in term {term}";
    CountVote { voter: ServerId, votes: u64, needed: u64 } "§5.2" "Count a vote"
        "A candidate counts the servers that have voted for it in its term."
        "has the vote of {voter}: {votes} of {needed}";
    WinElection { term: Term, votes: u64 } "§5.2" "Win with a majority"
        "A candidate with votes from a majority of the servers becomes the leader of its term."
        "leads term {term}: elected by {votes}";
    CandidateFollowsLeader { leader: ServerId, term: Term } "§5.2" "A candidate finds a leader"
        "A candidate that receives AppendEntries from a leader of its own term becomes a follower."
        "recognises {leader} as leader of term {term}";
    ResetProgress { next: Index } "§5.3" "A new leader assumes nothing"
        "A new leader sets nextIndex for every follower to just after its own last entry, and matchIndex to 0."
        "sets nextIndex to {next} for all";

    // Replication, at the leader
    AnnounceLeader { term: Term } "§5.2" "Heartbeats at once after an election"
        "A new leader sends empty AppendEntries to all servers at once, to prevent new elections."
        "announces itself to all in term {term}";
    SendHeartbeats { term: Term } "§5.2" "Heartbeats while idle"
        "A leader repeats AppendEntries during idle periods to prevent election timeouts."
        "sends heartbeats in term {term}";
    AcceptCommand { id: EntryId } "§5.3" "A leader appends the command"
        "A leader appends a command that it receives to its own log, as an entry of its term."
        "accepts a command as {id}";
    RedirectCommand { term: Term } "§5.3" "Only a leader accepts commands"
        "A server that does not lead refuses a command, and names the leader if it knows one."
        "refuses a command: does not lead in term {term}";
    SendEntries { peer: ServerId, span: Span } "§5.3" "A leader sends missing entries"
        "When a follower lacks entries, the leader sends AppendEntries with the entries from nextIndex on."
        "sends {span} to {peer}";
    AdvanceMatch { peer: ServerId, matched: Index } "§5.3" "Success moves nextIndex and matchIndex"
        "When AppendEntries succeeds, the leader sets the follower's matchIndex to the last entry it sent, and nextIndex just after."
        "knows that {peer} holds all through {matched}";
    BackUp { peer: ServerId, next: Index } "§5.3" "Failure moves nextIndex back"
        "When AppendEntries fails because the logs disagree, the leader moves nextIndex back and tries again."
        "moves nextIndex of {peer} back to {next}";
    SkipConflictingTerm { peer: ServerId, term: Term } "§5.3" "Skip a whole conflicting term"
        "The follower names the term of its conflicting entry and where it begins, so that the leader skips that term in one step."
        "skips term {term} in the log of {peer}";
    CommitByCounting { index: Index, holders: u64 } "§5.3" "Commit what a majority holds"
        "A leader commits an entry of its own term, and all before it, once a majority of the servers hold it."
        "commits through {index}: held by {holders}";
    CommitOnlyOwnTerm { id: EntryId, term: Term } "§5.4.2" "No counting for earlier terms"
        "A leader never commits an entry of an earlier term by counting copies; it is committed by way of an entry of the leader's own term."
        "does not commit {id} yet: it is not of term {term}";

    // Replication, at the follower
    RefuseOldLeader { leader: ServerId, term: Term } "§5.1" "No obedience to an old term"
        "A server refuses AppendEntries whose term is older than its own."
        "refuses to follow {leader}: its term {term} is old";
    RefuseMismatch { leader: ServerId, prev: EntryId } "§5.3" "The consistency check"
        "A follower refuses entries when its own log has no entry with the same index and term just before them."
        "refuses entries of {leader}: has no {prev}";
    DeleteConflict { from: Index, last: Index } "§5.3" "Delete what conflicts"
        "A follower deletes an entry that conflicts with a new one, and all that follow it."
        "deletes {from} to {last} to make room for the leader's entries";
    AppendNew { prev: EntryId, span: Span } "§5.3" "Append what is new"
        "A follower appends the entries that its log does not have yet."
        "has {prev} at the place before: appends {span}";
    FollowCommit { index: Index } "§5.3" "Follow the leader's commit index"
        "A follower sets its commitIndex to the leader's, but never beyond the last new entry."
        "learns that all through {index} is committed";

    // Snapshots
    TakeSnapshot { through: EntryId, bytes: u64 } "§7" "A server takes a snapshot"
        "Once its service has a snapshot of its state, a server discards the log entries that the snapshot covers."
        "takes a snapshot through {through}, {bytes} B, and discards the log before";
    IgnoreSnapshotRequest { index: Index } "§7" "Only applied state can be a snapshot"
        "A snapshot that covers nothing new, or what has not been applied, is not taken."
        "does not take a snapshot through {index}";
    SendSnapshot { peer: ServerId, through: EntryId } "§7" "A leader sends its snapshot"
        "When the leader has discarded the next entry that a follower needs, it sends its snapshot instead."
        "sends {peer} its snapshot through {through}";
    RefuseOldSnapshot { leader: ServerId, term: Term } "Fig. 13" "No snapshot from an old term"
        "A server refuses InstallSnapshot whose term is older than its own."
        "refuses the snapshot of {leader}: its term {term} is old";
    IgnoreCoveredSnapshot { through: EntryId, commit: Index } "§7" "A snapshot never leads backwards"
        "A snapshot that covers no more than what is already committed here changes nothing."
        "has committed {commit} already: ignores the snapshot through {through}";
    SaveSnapshot { through: EntryId, bytes: u64 } "Fig. 13" "Save the snapshot"
        "A follower saves the received snapshot, and discards any with a smaller index."
        "saves the snapshot through {through}, {bytes} B";
    RetainSuffix { through: EntryId, last: Index } "Fig. 13" "Keep what follows the snapshot"
        "When the log has the snapshot's last entry, the entries after it are kept."
        "has {through} itself: keeps the log after it, to {last}";
    DiscardLog { last_log: EntryId } "Fig. 13" "Discard the whole log"
        "When the log does not have the snapshot's last entry, the whole log is discarded."
        "discards its log, which ended at {last_log}";
    ResetStateMachine { through: EntryId } "Fig. 13" "Reset the state machine"
        "The service loads the snapshot in place of its own state."
        "resets its service to the snapshot through {through}";
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
