//! Every decision of a server under a name: first what Raft decides, then what a bug decides instead.
//!
//! The rest of the crate reads as Figure 2 and asks here. This is the only file that knows of bugs: a [`Rule`] that is
//! switched off, or a [`Mistake`] that is made. Without the feature `bugs` each condition on one is a constant, and
//! Raft's answer is all that is compiled. The comment of each function says what Raft decides.

use crate::action::{Action, Vote, note};
use crate::entries::Entries;
use crate::message::{Appended, Message};
use crate::mistake::Mistake;
use crate::node::Node;
use crate::progress::Progress;
use crate::receive::Call;
use crate::role::{Heard, Role};
use crate::rule::{Note, Rule};
use crate::types::{Entry, EntryId, Index, Micros, ServerId, Term};
use bytes::Bytes;

macro_rules! steps {
    ($( $(#[$doc:meta])* $name:ident: $rule:ident; )*) => {
        /// Steps that Raft always takes, each with the rule that asks for it.
        impl Node {
            $( $(#[$doc])* #[inline] pub(crate) fn $name(&self) -> bool { self.obeys(Rule::$rule) } )*
        }
    };
}

steps! {
    /// Figure 2: the persistent state is updated on stable storage before a server responds.
    persists_first: PersistFirst;
    /// Figure 2: a server that restarts continues with all that it had persisted.
    recovers_state: RecoverState;
    /// A candidate votes for itself.
    votes_for_itself: VoteForSelf;
    /// A candidate asks all others for their votes.
    requests_votes: RequestVotes;
    /// A candidate that there is no reason to refuse receives the vote.
    grants_votes: GrantVote;
    /// A new leader sends heartbeats at once.
    announces_itself: AnnounceLeader;
    /// A candidate that hears from the leader of its own term becomes a follower.
    candidate_follows: CandidateFollowsLeader;
    /// A leader appends a command to its log.
    appends_commands: AcceptCommand;
    /// A leader repeats heartbeats while it is idle.
    sends_heartbeats: SendHeartbeats;
    /// A refusal moves `nextIndex` back.
    backs_up: BackUp;
    /// The end of §5.3: a leader may skip all entries of a conflicting term at once.
    skips_terms: SkipConflictingTerm;
    /// An entry that conflicts is deleted.
    deletes_conflicts: DeleteConflict;
    /// Figure 13, step 5: the snapshot is saved.
    saves_snapshot: SaveSnapshot;
    /// Figure 13, step 8: the service takes the snapshot's state.
    resets_service: ResetStateMachine;
}

/// All servers: terms, the timer, applying.
impl Node {
    fn obeys(&self, rule: Rule) -> bool {
        self.bugs.obeys(rule)
    }

    fn makes(&self, mistake: Mistake) -> bool {
        self.bugs.makes(mistake)
    }

    /// The majority of this server's cluster.
    #[inline]
    pub(crate) fn majority(&self) -> usize {
        self.bugs.majority(self.config.servers)
    }

    /// §5.1: a higher term in any message is adopted before the message is looked at.
    #[inline]
    pub(crate) fn adopts_term_of(&self, message: &Message) -> bool {
        let looks_first = matches!(*message, Message::RequestVote { last_log }
            if self.makes(Mistake::RefusalKeepsOldTerm) && last_log < self.log.last());
        (self.obeys(Rule::AdoptHigherTerm) || !message.is_reply()) && !looks_first
    }

    /// §5.2: in a new term a server has not voted yet.
    pub(crate) fn vote_in_new_term(&self) -> Option<ServerId> {
        self.voted_for.filter(|_| self.makes(Mistake::VoteKeptAcrossTerms))
    }

    /// §5.1: a candidate or leader that finds its term out of date becomes a follower.
    pub(crate) fn steps_down(&self) -> bool {
        !(self.leads() && self.makes(Mistake::OldLeaderKeepsLeading))
    }

    /// §5.1: a message of an old term is refused, and a reply of an old term is ignored.
    #[inline]
    pub(crate) fn rejects_old_term_of(&self, message: &Message) -> bool {
        self.obeys(match message {
            Message::RequestVote { .. } => Rule::RefuseOldCandidate,
            Message::AppendEntries { .. } => Rule::RefuseOldLeader,
            Message::InstallSnapshot { .. } => Rule::RefuseOldSnapshot,
            _ => Rule::IgnoreStaleReply,
        })
    }

    /// §5.2: the current leader's message and a vote that is granted restart the election timer, and nothing else.
    #[inline]
    pub(crate) fn restarts_timer(&self, heard: Heard) -> bool {
        match heard {
            Heard::Leader(_) => self.obeys(Rule::LeaderResetsTimer),
            Heard::ChosenCandidate(_) => self.obeys(Rule::VoteResetsTimer),
            Heard::OldLeader => !self.leads() && self.makes(Mistake::StaleMessageResetsTimer),
            Heard::RefusedCandidate => {
                !self.leads() && self.makes(Mistake::RefusedCandidateResetsTimer)
            }
        }
    }

    /// §5.2: election timeouts are drawn from a range, up to its upper end.
    #[inline]
    pub(crate) fn longest_timeout(&self) -> Micros {
        let random = self.obeys(Rule::RandomElectionTimeout);
        if random { self.config.election_max } else { self.config.election_min }
    }

    /// §5.3: a server applies what is committed, and no more.
    #[inline]
    pub(crate) fn apply_bound(&self) -> Index {
        let committed = self.obeys(Rule::ApplyCommitted);
        if committed { self.commit_index } else { self.log.last().index }
    }
}

/// Stable storage.
impl Node {
    /// Figure 2: the log is part of the persistent state.
    #[inline]
    pub(crate) fn persists_entries(&self) -> bool {
        !self.makes(Mistake::EntriesNotPersisted)
    }

    /// Figure 2: both the term and the vote are persistent.
    pub(crate) fn vote_to_write(&self) -> Vote {
        let Vote { mut current_term, mut voted_for } = self.vote();
        if self.makes(Mistake::TermNotPersisted) {
            current_term = Term(0);
        }
        if self.makes(Mistake::VoteNotPersisted) {
            voted_for = None;
        }
        Vote { current_term, voted_for }
    }

    /// §7: the snapshot is written with the log that continues it.
    pub(crate) fn snapshot_to_write(&self) -> Bytes {
        let forgets = self.makes(Mistake::SnapshotLostOnRestart);
        if forgets { Bytes::new() } else { self.snapshot.clone() }
    }
}

/// Elections (§5.2, §5.4.1).
impl Node {
    /// A follower or candidate whose timer runs out starts an election.
    pub(crate) fn stands_for_election(&self) -> bool {
        match self.role {
            Role::Follower { .. } => self.obeys(Rule::FollowerTimesOut),
            Role::Candidate { .. } => self.obeys(Rule::CandidateTimesOut),
            Role::Leader { .. } => false,
        }
    }

    /// An election begins a new term.
    pub(crate) fn term_of_election(&self) -> Term {
        let new = self.obeys(Rule::IncrementTerm);
        if new { self.current_term.next() } else { self.current_term }
    }

    /// A new candidate has no votes.
    pub(crate) fn first_votes(&mut self) -> Vec<ServerId> {
        match &mut self.role {
            Role::Candidate { votes } if self.bugs.makes(Mistake::VotesOfEarlierElections) => {
                std::mem::take(votes)
            }
            _ => Vec::new(),
        }
    }

    /// A candidate names its own last log entry.
    pub(crate) fn last_log_to_send(&self) -> EntryId {
        let EntryId { index, term } = self.log.last();
        let claims = self.makes(Mistake::CurrentTermAsLastLogTerm);
        EntryId { index, term: if claims { self.current_term } else { term } }
    }

    /// A vote that is given stands for the whole term.
    #[inline]
    pub(crate) fn is_bound_by(&self, voted_for: ServerId, candidate: ServerId) -> bool {
        voted_for != candidate && self.obeys(Rule::RefuseSecondVote)
    }

    /// §5.4.1: the log with the later last term is more up-to-date; of two with the same last term, the longer one.
    /// [`EntryId`]s are ordered so. An equal log is good enough.
    #[inline]
    pub(crate) fn is_up_to_date(&self, theirs: EntryId) -> bool {
        let ours = self.log.last();
        let (shorter, older) = (theirs.index < ours.index, theirs.term < ours.term);
        let behind = if self.makes(Mistake::ComparesLengthOnly) {
            shorter
        } else if self.makes(Mistake::RefusesBothBehindOnly) {
            shorter && older
        } else if self.makes(Mistake::RefusesEitherBehind) {
            shorter || older
        } else {
            theirs < ours
        };
        !behind || !self.obeys(Rule::RefuseOutdatedLog)
    }

    /// A candidate counts the replies that grant a vote.
    pub(crate) fn counts_reply(&self, vote_granted: bool) -> bool {
        (vote_granted || self.makes(Mistake::RefusalCountsAsVote)) && self.obeys(Rule::CountVote)
    }

    /// A candidate counts each server once, however often its vote arrives.
    pub(crate) fn counts_again(&self) -> bool {
        self.makes(Mistake::VoteCountsTwice)
    }

    /// A majority of the votes wins.
    pub(crate) fn votes_needed(&self) -> usize {
        let majority = self.majority();
        if self.obeys(Rule::WinElection) { majority } else { majority / 2 }
    }

    /// A new leader knows of no entry that a follower holds, and tries with the entry after its own last one.
    pub(crate) fn first_progress(&self) -> Progress {
        let next = self.log.last().index.next();
        let mut progress = Progress::new(next);
        if !self.obeys(Rule::ResetProgress) {
            progress.match_index = next.prev();
        }
        progress
    }

    /// The vote outlasts the election: only a new term clears it.
    pub(crate) fn vote_once_leader_is_known(&self) -> Option<ServerId> {
        let was_candidate = matches!(self.role, Role::Candidate { .. });
        let forgets = self.makes(Mistake::LeaderClearsVote)
            || was_candidate && self.makes(Mistake::StepDownForgetsVote);
        self.voted_for.filter(|_| !forgets)
    }
}

/// Replication at the leader (§5.3, §5.4.2).
impl Node {
    /// Only a leader accepts commands.
    #[inline]
    pub(crate) fn takes_commands(&self) -> bool {
        self.leads() || !self.obeys(Rule::RedirectCommand)
    }

    /// §7: a follower that needs an entry before this one is sent the snapshot.
    #[inline]
    pub(crate) fn first_to_send(&self) -> Index {
        if self.obeys(Rule::SendSnapshot) { self.log.first_index() } else { Index(0) }
    }

    /// A follower that lacks this many entries, from `first` on, is sent as many of them as fit one message. `newest` is
    /// the log's last entry if it is at hand. The index says where the message begins.
    #[inline]
    pub(crate) fn batch(&self, first: Index, lacks: u64, newest: &Entries) -> (Index, Entries) {
        if !self.obeys(Rule::SendEntries) {
            // The whole log each time, as if nothing had been sent before.
            let first = self.log.first_index();
            return (first, self.log.batch(first, u64::MAX));
        }
        if lacks == newest.len() as u64 {
            return (first, newest.clone());
        }
        (first, self.log.batch(first, self.config.batch_bytes))
    }

    /// A follower that succeeds holds what its reply confirms, but never more than this log has.
    #[inline]
    pub(crate) fn confirmed(&self, match_index: Index) -> Index {
        let last = self.log.last().index;
        if self.obeys(Rule::AdvanceMatch) { match_index.min(last) } else { last }
    }

    /// A refusal is stale when the follower has since confirmed the entry that it was about, or when `nextIndex` has
    /// moved back for a refusal of a later call.
    pub(crate) fn is_overtaken(&self, of: &Progress, call: Call, prev_log_index: Index) -> bool {
        let overtaken = prev_log_index <= of.match_index || call.number < of.settled;
        overtaken && !self.makes(Mistake::NextIndexForward)
    }

    /// A refusal never moves `nextIndex` forward: what is refused of a message that was sent far ahead says nothing of
    /// the entries before. And it never leads below the first entry.
    pub(crate) fn next_index_after(&self, refused: Index, of: &Progress, wanted: Index) -> Index {
        let forward = self.makes(Mistake::NextIndexForward);
        let most = if forward { refused } else { of.next_index.min(refused) };
        let next = wanted.min(most).max(Index(1));
        if !self.makes(Mistake::NextIndexUnderflow) {
            next
        } else if next <= Index(1) {
            // The index before, as an unsigned number of 32 bits has it.
            Index(u64::from(u32::MAX))
        } else {
            next.prev()
        }
    }

    /// A refusal confirms nothing.
    pub(crate) fn match_index_after(&self, of: &Progress, next: Index) -> Index {
        let moves = self.makes(Mistake::RefusalMovesMatchIndex);
        if moves { next.prev() } else { of.match_index }
    }

    /// An entry is committed once a majority holds it, the leader included.
    #[inline]
    pub(crate) fn copies_needed(&self) -> usize {
        if self.obeys(Rule::CommitByCounting) { self.majority() } else { 1 }
    }

    /// §5.4.2: only entries of the leader's own term are committed by counting. A majority may hold an entry of an
    /// earlier term and still lose it to a leader of a later one (Figure 8).
    #[inline]
    pub(crate) fn may_commit_by_counting(&self, term: Term) -> bool {
        term == self.current_term || !self.obeys(Rule::CommitOnlyOwnTerm)
    }
}

/// Replication at the follower (§5.3).
impl Node {
    /// The consistency check compares terms: entries with the same index and term are the same entry.
    #[inline]
    pub(crate) fn terms_agree(&self, ours: Term, theirs: Term) -> bool {
        ours == theirs || self.makes(Mistake::ChecksIndexOnly)
    }

    /// A snapshot covers committed entries alone, and every leader has those: it cannot conflict.
    pub(crate) fn conflict_in_snapshot(&self, prev_log_index: Index) -> Option<Appended> {
        self.makes(Mistake::SnapshotPrefixConflicts).then(|| Appended::Conflict {
            prev_log_index,
            conflict_term: None,
            first_index: self.log.first_index(),
        })
    }

    /// A follower that lacks the entry before refuses the message, with entries or without.
    pub(crate) fn refuses_mismatch(&self, entries: &Entries) -> bool {
        let checks = !(entries.is_empty() && self.makes(Mistake::HeartbeatNotChecked));
        checks && self.obeys(Rule::RefuseMismatch)
    }

    /// A follower that refuses leaves its log as it is.
    pub(crate) fn after_refusing(&mut self, prev_log: EntryId, out: &mut Vec<Action>) {
        let in_snapshot = prev_log.index < self.log.snapshot_end().index;
        if in_snapshot && self.makes(Mistake::SnapshotPrefixConflicts) {
            self.log.truncate(self.log.first_index());
            self.persist_all(out);
        }
    }

    /// An entry that the log holds already, by index and term, is not appended again, so that a late message does not
    /// cut off what a later one brought.
    #[inline]
    pub(crate) fn holds(&self, index: Index, entry: &Entry) -> bool {
        index <= self.log.snapshot_end().index
            || self.obeys(Rule::AppendNew) && self.log.term_at(index) == Some(entry.term)
    }

    /// All entries after a conflict go too: only the leader's remain.
    pub(crate) fn replacement(&self, from: Index, new: Entries) -> Entries {
        if !self.makes(Mistake::KeepsConflictingTail) {
            return new;
        }
        let tail = self.log.iter_from(from + new.len() as u64);
        new.iter().chain(tail).cloned().collect()
    }

    /// A follower confirms what the message has matched. Beyond it, its log may hold what the leader does not have.
    #[inline]
    pub(crate) fn index_to_confirm(&self, matched: Index) -> Index {
        let whole = self.makes(Mistake::ConfirmsWholeLog);
        if whole { matched.max(self.log.last().index) } else { matched }
    }

    /// A follower follows `leaderCommit` only up to the last entry of the message: of those after it, it does not know
    /// if they are the leader's.
    #[inline]
    pub(crate) fn commit_bound(&self, leader_commit: Index, last_new: Index) -> Index {
        let bounded = self.obeys(Rule::FollowCommit);
        if bounded { leader_commit.min(last_new) } else { leader_commit }
    }

    /// `commitIndex` never falls: a message may be late, and a new leader may know of less.
    #[inline]
    pub(crate) fn commit_index_after(&self, told: Index) -> Index {
        let falls = self.makes(Mistake::CommitIndexFalls);
        if falls { told } else { self.commit_index.max(told) }
    }
}

/// Snapshots (§7).
impl Node {
    /// A snapshot replaces entries that have been applied, and only if it covers more than the one before.
    pub(crate) fn may_take_snapshot(&self, index: Index) -> bool {
        let news = index > self.log.snapshot_end().index && index <= self.last_applied;
        news || !self.obeys(Rule::IgnoreSnapshotRequest)
    }

    /// A snapshot keeps the term of the last entry that it covers, for the consistency check.
    pub(crate) fn term_of_snapshot(&self, index: Index) -> Term {
        let known = self.log.term_at(index).filter(|_| self.obeys(Rule::TakeSnapshot));
        known.unwrap_or_default()
    }

    /// The term of a snapshot is old news: `currentTerm` stays.
    pub(crate) fn term_after_snapshot(&self, last_included: EntryId) -> Term {
        let falls = self.makes(Mistake::SnapshotSetsTerm);
        if falls { last_included.term } else { self.current_term }
    }

    /// A snapshot that covers only what is committed here brings nothing.
    pub(crate) fn is_covered(&self, last_included: EntryId) -> bool {
        last_included.index <= self.commit_index && self.obeys(Rule::IgnoreCoveredSnapshot)
    }

    /// Figure 13, step 6: a log that has the snapshot's last entry keeps those after it.
    pub(crate) fn retains_suffix(&self, through: EntryId) -> bool {
        self.log.term_at(through.index) == Some(through.term) && self.obeys(Rule::RetainSuffix)
    }

    /// Figure 13, step 7: any other log is discarded whole.
    pub(crate) fn discard_log(&mut self, through: EntryId, out: &mut Vec<Action>) {
        if self.obeys(Rule::DiscardLog) {
            note(out, || Note::DiscardLog { last_log: self.log.last() });
            self.log.restart_after(through);
        } else {
            let term = self.log.term_at(through.index).unwrap_or(through.term);
            self.log.discard_through(EntryId { term, ..through });
        }
    }
}
