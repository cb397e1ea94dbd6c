//! Properties of services and snapshots.

use crate::checks::{Checks, Memory};
use crate::hash;
use crate::logs::{named_beside, then_by};
use crate::property::Property;
use crate::table::{Applied, Who};
use crate::violation::At;
use bytes::Bytes;
use raft_core::{EntryId, Index, ServerId};

impl Checks {
    /// Reports that a server's service has applied a command, and the state after it.
    pub fn applied(&mut self, at: At, server: ServerId, id: EntryId, command: &Bytes, state: u64) {
        let view = &mut self.views[server.slot()];
        let before = std::mem::replace(&mut view.service, id.index);
        let commit = view.seen.commit;
        if id.index != before.next() {
            let facts = format_args!("{server} applies {id} after entry {before}");
            self.violates(at, Property::AppliedInOrder, &[server], &[id], &[], facts);
        }
        if id.index > commit {
            let facts = format_args!("{server} applies {id}, but its commitIndex is {commit}");
            self.violates(at, Property::AppliedInOrder, &[server], &[id], &[], facts);
        }
        if self.views.len() == 1 {
            self.commits(at, server, id);
        }
        let command = hash::command(command);
        let known = &mut self.table.at(id.index).applied;
        if !known.who.is_somebody() {
            *known = Applied { term: id.term, command, state, who: Who::new(server, at.event) };
            return;
        }
        let Applied { term, command: first_command, state: first_state, who } = *known;
        let (first, other) = (who.server(), EntryId { term, index: id.index });
        let (servers, events) = ([first, server], [who.event()]);
        let property = Property::StateMachineSafety;
        if other != id {
            let then = then_by(server, first);
            let facts = format_args!("{first} applied {other}, and {then} applies {id}");
            self.violates(at, property, &servers, &[other, id], &events, facts);
        } else if first_command != command {
            let both =
                if first == server { format!("{first}") } else { format!("{first} and {server}") };
            let verb = if first == server { "applies" } else { "apply" };
            let facts = format_args!("{both} {verb} different commands as {id}");
            self.violates(at, property, &servers, &[id], &events, facts);
        } else if first_state != state {
            let it = named_beside(first, server);
            let facts = format_args!("{server} is in another state after {id} than {it} was");
            self.violates(at, property, &servers, &[id], &events, facts);
        }
    }

    /// Reports that a server's service has loaded a snapshot, and the state after it.
    pub fn restored(&mut self, at: At, server: ServerId, through: EntryId, state: u64) {
        let view = &mut self.views[server.slot()];
        let before = std::mem::replace(&mut view.service, through.index);
        if through.index < before {
            let facts = format_args!(
                "{server}'s service goes back from entry {before} to the snapshot up to {through}"
            );
            self.violates(at, Property::AppliedInOrder, &[server], &[through], &[], facts);
        }
        self.look_at_state(at, server, through.index, state);
    }

    /// Compares the state of a service after an index with the first state seen there.
    pub(crate) fn look_at_state(&mut self, at: At, server: ServerId, through: Index, state: u64) {
        let Some(row) = self.table.get(through).filter(|row| row.applied.who.is_somebody()) else {
            return;
        };
        let Applied { term, state: first, who, .. } = row.applied;
        if first == state {
            return;
        }
        let (id, by) = (EntryId { term, index: through }, who.server());
        let facts = format_args!(
            "{server} has a snapshot up to {id} that is not the state in which {by} was then"
        );
        let servers = [by, server];
        self.violates(at, Property::SnapshotContents, &servers, &[id], &[who.event()], facts);
    }

    /// Checks the snapshot that a server holds.
    pub(crate) fn look_at_snapshot(&mut self, at: At, server: ServerId, memory: &Memory<'_>) {
        let end = memory.log.snapshot_end();
        if end == EntryId::ZERO {
            return;
        }
        if let Some(row) = self.table.get(end.index) {
            let (term, who) = (row.committed.term, row.committed.who);
            if who.is_somebody() && term != end.term {
                let (by, id) = (who.server(), EntryId { term, index: end.index });
                let it = named_beside(by, server);
                let facts = format_args!(
                    "{server}'s snapshot ends with {end}, but {it} has committed {id}"
                );
                let (servers, entries) = ([by, server], [id, end]);
                let property = Property::SnapshotContents;
                self.violates(at, property, &servers, &entries, &[who.event()], facts);
            }
        }
        let Some(state) = (self.digest)(memory.snapshot) else {
            let facts = format_args!("{server}'s snapshot up to {end} cannot be read");
            self.violates(at, Property::SnapshotContents, &[server], &[end], &[], facts);
            return;
        };
        self.look_at_state(at, server, end.index, state);
    }
}
