//! Stable storage: the state that a server must find again after a crash, and the effect of a write on it.

use crate::action::{Vote, Write};
use crate::log::Log;
use crate::types::{EntryId, Index};
use bytes::Bytes;
use std::fmt;

/// The state that a server must find again after a crash (Figure 2, and the snapshot of §7).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Persistent {
    /// `currentTerm` and `votedFor`.
    pub vote: Vote,
    /// The log; it knows where its snapshot ends.
    pub log: Log,
    /// The service's state at the snapshot's end; empty when there is no snapshot.
    pub snapshot: Bytes,
}

/// A write that does not continue what is there: one before it is missing, or the writes are another server's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Misfit {
    /// The first index that the write holds.
    pub from: Index,
    /// The end of the snapshot that the log continues.
    pub snapshot_end: EntryId,
    /// The last entry that is there.
    pub last: EntryId,
}

impl Persistent {
    /// Folds a write into this state. The state that a node has persisted is the fold of its writes, in order, over
    /// the default; a storage that keeps writes one after the other reads them back so.
    ///
    /// # Errors
    /// The entries would leave a gap after the last one, or begin inside the snapshot. Nothing is changed then.
    pub fn apply(&mut self, write: &Write) -> Result<(), Misfit> {
        match write {
            Write::Vote(vote) => self.vote = *vote,
            Write::Append { from, entries } => {
                let (snapshot_end, last) = (self.log.snapshot_end(), self.log.last());
                if *from < self.log.first_index() || *from > last.index.next() {
                    return Err(Misfit { from: *from, snapshot_end, last });
                }
                self.log.truncate(*from);
                for entry in entries {
                    self.log.push(entry.clone());
                }
            }
            Write::Save { vote, last_included, snapshot, log } => {
                self.vote = *vote;
                self.snapshot = snapshot.clone();
                self.log = Log::after(*last_included);
                for entry in log {
                    self.log.push(entry.clone());
                }
            }
        }
        Ok(())
    }

    /// Puts a snapshot beside the log that was read back. [`Write::Save`] changes two files: a storage that cannot
    /// replace both at once writes the snapshot first and cuts the log afterwards. A crash between the two leaves a
    /// snapshot that is newer than the beginning of the log, and this does then what a follower does with a snapshot
    /// that it receives (Figure 13, steps 6 and 7): if the log holds the snapshot's last entry, what follows it
    /// stays; otherwise the whole log goes.
    ///
    /// # Errors
    /// The log begins after the snapshot: the entries between them are gone. Nothing is changed then.
    pub fn put_snapshot(
        &mut self,
        last_included: EntryId,
        snapshot: Bytes,
    ) -> Result<(), Unconnected> {
        let log = self.log.snapshot_end();
        if last_included.index < log.index
            || (last_included.index == log.index && last_included != log)
        {
            return Err(Unconnected { log, snapshot: last_included });
        }
        if self.log.term_at(last_included.index) == Some(last_included.term) {
            self.log.discard_through(last_included);
        } else {
            self.log = Log::after(last_included);
        }
        self.snapshot = snapshot;
        // The term was to be written with the log. A server that has seen an entry of a term is in that term at least.
        if self.vote.current_term < last_included.term {
            self.vote = Vote { current_term: last_included.term, voted_for: None };
        }
        Ok(())
    }
}

/// A log and a snapshot that do not belong together: the entries between them are missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unconnected {
    /// The end of the snapshot that the log continues.
    pub log: EntryId,
    /// The end of the snapshot that is there.
    pub snapshot: EntryId,
}

impl fmt::Display for Unconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { log, snapshot } = self;
        write!(f, "the log continues the snapshot {log}, but the snapshot is {snapshot}")
    }
}

impl std::error::Error for Unconnected {}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, snapshot_end, last } = self;
        write!(f, "entries from {from} on do not continue a log from {snapshot_end} to {last}")
    }
}

impl std::error::Error for Misfit {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Entry, ServerId, Term};

    fn entry(term: u64) -> Entry {
        Entry { term: Term(term), command: Bytes::from(format!("in {term}")) }
    }

    fn append(from: u64, terms: &[u64]) -> Write {
        let entries = terms.iter().map(|&term| entry(term)).collect();
        Write::Append { from: Index(from), entries }
    }

    fn terms(state: &Persistent) -> Vec<u64> {
        state.log.iter_from(Index(0)).map(|entry| entry.term.0).collect()
    }

    #[test]
    fn writes_add_up_to_the_state() {
        let mut state = Persistent::default();
        let vote = Vote { current_term: Term(3), voted_for: Some(ServerId(2)) };
        state.apply(&Write::Vote(vote)).expect("a vote always fits");
        state.apply(&append(1, &[1, 1, 1])).expect("the first entries");
        state.apply(&append(3, &[3, 3])).expect("entries that replace others");
        assert_eq!((state.vote, terms(&state)), (vote, vec![1, 1, 3, 3]));
        let last_included = EntryId::new(2, 1);
        let save = Write::Save {
            vote,
            last_included,
            snapshot: Bytes::from("two"),
            log: vec![entry(3), entry(3)],
        };
        state.apply(&save).expect("a snapshot always fits");
        assert_eq!((state.log.snapshot_end(), terms(&state)), (last_included, vec![3, 3]));
        assert_eq!(state.snapshot, "two");
        state.apply(&append(5, &[4])).expect("entries that continue the log");
        assert_eq!(state.log.last(), EntryId::new(5, 4));
    }

    #[test]
    fn what_does_not_continue_the_log_is_refused_and_changes_nothing() {
        let mut state = Persistent { log: Log::after(EntryId::new(4, 2)), ..Persistent::default() };
        state.apply(&append(5, &[2, 2])).expect("entries that continue the log");
        let before = state.clone();
        for from in [1, 4, 8, u64::MAX] {
            let misfit = state.apply(&append(from, &[3])).expect_err("no place for it");
            let says = format!("entries from {from} on do not continue a log from 4@2 to 6@2");
            assert_eq!(misfit.to_string(), says);
            assert_eq!(state, before);
        }
    }

    #[test]
    fn a_snapshot_that_is_newer_than_the_log_begins_is_put_before_what_it_lacks() {
        let mut state = Persistent::default();
        let vote = Vote { current_term: Term(3), voted_for: Some(ServerId(2)) };
        state.apply(&Write::Vote(vote)).expect("a vote always fits");
        state.apply(&append(1, &[1, 1, 2, 3])).expect("the first entries");
        for (through, left, now) in [
            (EntryId::new(2, 1), vec![2, 3], vote),
            (EntryId::new(4, 3), vec![], vote),
            (EntryId::new(2, 2), vec![], vote),
            (EntryId::new(9, 3), vec![], vote),
            (EntryId::new(9, 5), vec![], Vote { current_term: Term(5), voted_for: None }),
        ] {
            let mut state = state.clone();
            state.put_snapshot(through, Bytes::from("new")).expect("it is newer");
            assert_eq!((state.log.snapshot_end(), terms(&state)), (through, left), "{through}");
            assert_eq!((state.snapshot, state.vote), (Bytes::from("new"), now), "{through}");
        }
    }

    #[test]
    fn a_log_that_begins_after_the_snapshot_has_lost_entries() {
        let mut state = Persistent { log: Log::after(EntryId::new(4, 2)), ..Persistent::default() };
        state.apply(&append(5, &[2])).expect("entries that continue the log");
        let before = state.clone();
        for snapshot in [EntryId::ZERO, EntryId::new(3, 2), EntryId::new(4, 1)] {
            let why = state.put_snapshot(snapshot, Bytes::new()).expect_err("a gap").to_string();
            let says =
                format!("the log continues the snapshot 4@2, but the snapshot is {snapshot}");
            assert_eq!((why, &state), (says, &before));
        }
        state.put_snapshot(EntryId::new(4, 2), Bytes::from("own")).expect("its own snapshot");
        assert_eq!((terms(&state), &state.snapshot[..]), (vec![2], &b"own"[..]));
    }
}
