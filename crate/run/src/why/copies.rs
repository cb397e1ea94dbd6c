//! The copies of an entry on the servers; index and term name an entry.

use super::{Past, Reason, names};
use crate::journal::Line;
use crate::record::Record;
use crate::server::Life;
use crate::state::StateChange;
use raft_check::{Checks, Commit};
use raft_core::{EntryId, Index, Log, Note, ServerId};

/// The content of a log at an index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Held {
    Nothing,
    Entry(EntryId),
    /// The snapshot stands for it, and its term is not known here any more.
    InSnapshot,
}

impl Held {
    pub(super) fn of(log: &Log, index: Index) -> Self {
        match log.term_at(index).filter(|_| index > Index(0)) {
            Some(term) => Self::Entry(EntryId { term, index }),
            None if index <= log.snapshot_end().index => Self::InSnapshot,
            None => Self::Nothing,
        }
    }

    /// True if it is this entry. A snapshot is taken to stand for the committed one.
    pub(super) fn is(self, entry: EntryId) -> bool {
        self == Self::Entry(entry) || self == Self::InSnapshot
    }
}

impl<'a> Past<'a> {
    /// The content of the log of a running server at an index.
    pub(super) fn held(&self, id: ServerId, index: Index) -> Held {
        self.log(id).map_or(Held::Nothing, |log| Held::of(log, index))
    }

    /// The servers that are up and hold an entry.
    pub(super) fn holders(&self, entry: EntryId) -> Vec<ServerId> {
        self.ids().filter(|&id| self.held(id, entry.index) == Held::Entry(entry)).collect()
    }

    /// The entries that stand at an index in logs of servers that are up, and where.
    pub(super) fn copies(&self, index: Index) -> Vec<(EntryId, Vec<ServerId>)> {
        let held = self.ids().filter_map(|id| match self.held(id, index) {
            Held::Entry(entry) => Some((entry, id)),
            _ => None,
        });
        gathered(held)
    }

    /// The same on the disks of servers that are down.
    pub(super) fn on_disks(&self, index: Index) -> Vec<(EntryId, Vec<ServerId>)> {
        let found = self.world.servers().iter().filter_map(|server| match &server.life {
            Life::Crashed(Ok(disk)) => match Held::of(&disk.log, index) {
                Held::Entry(entry) => Some((entry, server.id)),
                _ => None,
            },
            _ => None,
        });
        gathered(found)
    }

    /// The entries that were committed at an index, as was seen from outside; in a correct run at most one.
    pub(super) fn commits(&self, index: Index) -> Vec<Commit> {
        self.world
            .checks()
            .into_iter()
            .flat_map(|checks: &Checks| checks.commits_at(index))
            .collect()
    }

    /// True if a running server knows that an entry is committed.
    pub(super) fn knows(&self, id: ServerId, entry: EntryId) -> bool {
        let knows = self.running(id).is_some_and(|state| state.commit_index >= entry.index);
        knows && self.held(id, entry.index).is(entry)
    }

    /// The record in which an entry was committed first, as far as it is remembered.
    pub(super) fn commit_line(&self, commit: &Commit) -> Option<Line<'a>> {
        let Commit { id, server, event, .. } = *commit;
        let tells = |record: &Record| match record {
            Record::Rule(who, note) if *who == server => match note {
                Note::CommitByCounting { index, .. } | Note::FollowCommit { index } => {
                    *index >= id.index
                }
                Note::ApplyCommitted { id: applied } => *applied == id,
                Note::SaveSnapshot { through, .. } => through.index >= id.index,
                _ => false,
            },
            _ => false,
        };
        let changes = |record: &Record| {
            matches!(record, Record::Changed(who, StateChange::Commit(index, _))
                if *who == server && *index >= id.index)
        };
        self.journal.lines_before(self.upto).next().filter(|line| line.stamp.event <= event)?;
        let since = || {
            let lines = self.journal.lines_before(self.upto);
            lines.skip_while(move |line| line.stamp.event < event)
        };
        // The server's note may have waited for its disk; it explains more than the change itself.
        let note = since().find(|line| tells(line.record));
        note.or_else(|| since().find(|line| changes(line.record)))
    }

    /// The reason that an entry was committed then.
    pub(super) fn commit_reason(&self, commit: &Commit) -> Option<Reason> {
        let line = self.commit_line(commit)?;
        let says = format!("{} {}", commit.server, line.record);
        Some(Reason::of(says, Some(line)).at_server(commit.server))
    }
}

fn gathered(held: impl Iterator<Item = (EntryId, ServerId)>) -> Vec<(EntryId, Vec<ServerId>)> {
    let mut all: Vec<(EntryId, Vec<ServerId>)> = Vec::new();
    for (entry, id) in held {
        match all.iter_mut().find(|(known, _)| *known == entry) {
            Some((_, servers)) => servers.push(id),
            None => all.push((entry, vec![id])),
        }
    }
    all
}

/// `1@1 on S1 and S2, 1@2 on S3`
pub(super) fn places(copies: &[(EntryId, Vec<ServerId>)]) -> String {
    let one =
        |(entry, servers): &(EntryId, Vec<ServerId>)| format!("{entry} on {}", names(servers));
    crate::text::joined(copies.iter().map(one), ", ")
}
