//! The service of a server: made, restored, and snapshotted in time.

use super::World;
use super::advance::Observed;
use crate::machine::{Machine, Service, ServiceBugs};
use crate::record::Record;
use raft_core::{EntryId, Input, Mistake, ServerId};

impl World {
    /// A service that has applied nothing.
    pub(crate) fn new_machine(&self, slot: usize) -> Machine {
        Machine::new(self.config.service).with(self.service_bugs(slot))
    }

    /// The service that a snapshot holds.
    pub(crate) fn restored(&self, slot: usize, snapshot: &bytes::Bytes) -> Option<Machine> {
        let machine = Machine::restore(self.config.service, snapshot)?;
        Some(machine.with(self.service_bugs(slot)))
    }

    fn service_bugs(&self, slot: usize) -> ServiceBugs {
        let bugs = self.config.bugs_of(ServerId::from_slot(slot));
        ServiceBugs {
            applies_retries: bugs.makes(Mistake::RetriesAppliedTwice),
            forgets_sessions: bugs.makes(Mistake::SessionsNotInSnapshot),
        }
    }

    /// The service snapshots by itself every so many commands.
    pub(super) fn snapshot_if_due(&mut self, slot: usize) {
        let every = self.config.autosnapshot;
        let Some(process) = self.servers[slot].process_mut() else {
            return;
        };
        let applied = process.machine.applied();
        let due = every > 0
            && match process.machine.service() {
                Service::Map => applied.0.saturating_sub(process.snapshot_at.0) >= every,
                // As the lab's service does: after 9, 19, 29 and so on.
                Service::Commands => (applied.0 + 1).is_multiple_of(every),
            };
        if due {
            process.snapshot_at = applied;
            let data = process.machine.snapshot();
            self.requests.push_back((slot, Input::Snapshot { index: applied, data }));
        }
    }
}

impl Observed<'_> {
    pub(super) fn load_snapshot(&mut self, slot: usize, through: EntryId, data: &bytes::Bytes) {
        let id = ServerId::from_slot(slot);
        let Some(machine) = self.restored(slot, data) else {
            return self.record(Record::SnapshotUnreadable(id, through));
        };
        let (world, observer) = self.parts();
        let at = world.at();
        if let Some(checks) = &mut world.checks {
            checks.restored(at, id, through, machine.digest());
        }
        if let Some(process) = world.servers[slot].process_mut() {
            observer.restored(id, through, &machine);
            process.machine = machine;
            process.snapshot_at = through.index;
        }
    }
}
