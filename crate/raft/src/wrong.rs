//! The decisions of a server that makes a [`Mistake`], apart from those of Raft.
//!
//! Each function stands in for one line of the algorithm. Where it returns an option, `None` means that the server
//! makes no such mistake and Raft decides.

use crate::action::Action;
use crate::bugs::Bugs;
use crate::entries::Entries;
use crate::message::{Appended, Message};
use crate::mistake::Mistake;
use crate::node::{Node, Role};
use crate::progress::Progress;
use crate::types::{EntryId, Index, Time};

// Elections.
impl Node {
    /// The end of its log as a candidate tells it.
    pub(crate) fn wrong_last_log(&self) -> Option<EntryId> {
        let EntryId { index, .. } = self.log.last();
        let claims = self.makes(Mistake::CurrentTermAsLastLogTerm);
        claims.then_some(EntryId { index, term: self.current_term })
    }

    /// Is the candidate's log behind?
    pub(crate) fn wrong_comparison(&self, theirs: EntryId, ours: EntryId) -> Option<bool> {
        let (shorter, older) = (theirs.index < ours.index, theirs.term < ours.term);
        if self.makes(Mistake::ComparesLengthOnly) {
            Some(shorter)
        } else if self.makes(Mistake::RefusesBothBehindOnly) {
            Some(shorter && older)
        } else if self.makes(Mistake::RefusesEitherBehind) {
            Some(shorter || older)
        } else {
            None
        }
    }

    /// After it has refused its vote.
    pub(crate) fn wrong_after_refusal(&mut self, now: Time) {
        let leads = matches!(self.role, Role::Leader { .. });
        if !leads && self.makes(Mistake::RefusedCandidateResetsTimer) {
            self.draw_election_timeout(now);
        }
    }

    /// When it hears from the leader of its term for the first time.
    pub(crate) fn wrong_on_first_contact(&mut self) {
        let stands = matches!(self.role, Role::Candidate { .. });
        if self.makes(Mistake::LeaderClearsVote)
            || stands && self.makes(Mistake::StepDownForgetsVote)
        {
            self.voted_for = None;
        }
    }

    /// Does it look at the candidate's log, and refuse, before it adopts the candidate's higher term?
    pub(crate) fn wrongly_keeps_term(&self, message: &Message) -> bool {
        let &Message::RequestVote { last_log } = message else {
            return false;
        };
        self.makes(Mistake::RefusalKeepsOldTerm) && last_log < self.log.last()
    }
}

// Replication.
impl Node {
    /// Does it take a heartbeat without looking at the entry before it?
    pub(crate) fn wrongly_accepts(&self, entries: &Entries) -> bool {
        entries.is_empty() && self.makes(Mistake::HeartbeatNotChecked)
    }

    /// The consistency check where the place before lies inside its snapshot.
    pub(crate) fn wrong_inside_snapshot(&self, prev_log: EntryId) -> Option<Appended> {
        let refuses = self.makes(Mistake::SnapshotPrefixConflicts);
        refuses.then(|| Appended::Conflict {
            prev_log_index: prev_log.index,
            conflict_term: None,
            first_index: self.log.first_index(),
        })
    }

    /// Deletes what comes after a place inside its snapshot, as if the log conflicted there.
    pub(crate) fn wrong_deletion(&mut self, prev_log: EntryId, out: &mut Vec<Action>) {
        if self.makes(Mistake::SnapshotPrefixConflicts)
            && prev_log.index < self.log.snapshot_end().index
        {
            self.log.truncate(self.log.first_index());
            self.persist_all(out);
        }
    }

    /// The new entries, and behind them what the log holds beyond.
    pub(crate) fn wrong_tail(&self, from: Index, new: Entries) -> Entries {
        if !self.makes(Mistake::KeepsConflictingTail) {
            return new;
        }
        let tail = self.log.iter_from(from + new.len() as u64);
        new.iter().chain(tail).cloned().collect()
    }

    /// The index that it confirms where its log goes on behind what the message matched.
    pub(crate) fn wrong_confirmation(&self, matched: Index) -> Option<Index> {
        let last = self.log.last().index;
        (matched < last && self.makes(Mistake::ConfirmsWholeLog)).then_some(last)
    }

    /// When the leader knows of less than this server does.
    pub(crate) fn wrong_commit_index(&mut self, index: Index) {
        if self.makes(Mistake::CommitIndexFalls) {
            self.commit_index = index;
        }
    }

    /// What stays of a log that is not discarded for a snapshot: its own entry still stands where the snapshot ends.
    pub(crate) fn wrong_kept_log(&mut self, through: EntryId) {
        let term = self.log.term_at(through.index).unwrap_or(through.term);
        self.log.discard_through(EntryId { term, ..through });
    }

    /// When a snapshot arrives.
    pub(crate) fn wrong_term_of_snapshot(&mut self, last_included: EntryId) {
        if self.makes(Mistake::SnapshotSetsTerm) {
            self.current_term = last_included.term;
        }
    }
}

/// Where a leader goes on after a refusal.
pub(crate) fn wrong_next_index(bugs: Bugs, next: Index) -> Index {
    if !bugs.makes(Mistake::NextIndexUnderflow) {
        next
    } else if next <= Index(1) {
        // The place before as an unsigned number of 32 bits has it.
        Index(u64::from(u32::MAX))
    } else {
        next.prev()
    }
}

/// What a leader takes a refusal to confirm.
pub(crate) fn wrong_match_index(bugs: Bugs, follower: &mut Progress, next: Index) {
    if bugs.makes(Mistake::RefusalMovesMatchIndex) {
        follower.match_index = next.prev();
    }
}
