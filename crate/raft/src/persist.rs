//! Writes to stable storage ("updated on stable storage before responding to RPCs"), and applying.

use crate::action::{Action, ApplyMsg, Write, emit, note};
use crate::entries::Entries;
use crate::node::Node;
use crate::rule::Note;
use crate::types::{EntryId, Index};

impl Node {
    /// Writes term and vote if they have changed since they were last written.
    #[inline]
    pub(crate) fn persist_vote(&mut self, out: &mut Vec<Action>) {
        // Before every message, and hardly ever is there something to write.
        if self.vote() != self.written {
            self.write_vote(out);
        }
    }

    #[cold]
    fn write_vote(&mut self, out: &mut Vec<Action>) {
        self.written = self.vote();
        if self.persists_first() {
            note(out, || Note::PersistFirst { term: self.current_term });
            emit(out, || Action::Persist(Write::Vote(self.vote_to_write())));
        }
    }

    /// Writes entries that the log now holds from `from` on.
    pub(crate) fn persist_entries(&mut self, from: Index, entries: Entries, out: &mut Vec<Action>) {
        if self.persists_first() && self.persists_entries() {
            emit(out, || Action::Persist(Write::Append { from, entries }));
        }
    }

    /// Writes everything: Raft's state and the snapshot, both or neither.
    pub(crate) fn persist_all(&mut self, out: &mut Vec<Action>) {
        self.written = self.vote();
        let snapshot = self.snapshot_to_write();
        let log = if self.persists_entries() {
            self.log.iter_from(self.log.first_index()).cloned().collect()
        } else {
            Vec::new()
        };
        emit(out, || {
            Action::Persist(Write::Save {
                vote: self.vote_to_write(),
                last_included: self.log.snapshot_end(),
                snapshot,
                log,
            })
        });
    }

    /// "If commitIndex > lastApplied: increment lastApplied, apply log[lastApplied]."
    pub(crate) fn apply_committed(&mut self, out: &mut Vec<Action>) {
        let upto = self.apply_bound();
        if upto <= self.last_applied {
            return;
        }
        let first = self.last_applied.next();
        let mut index = first;
        for entry in self.log.iter_from(first).take((upto.0 + 1).saturating_sub(first.0) as usize) {
            let id = EntryId { term: entry.term, index };
            note(out, || Note::ApplyCommitted { id });
            emit(out, || Action::Apply(ApplyMsg::Command { id, command: entry.command.clone() }));
            self.last_applied = index;
            index = index.next();
        }
    }
}
