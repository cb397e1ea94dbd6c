//! A crash that is planned for a write: when the write is made, the server crashes there and then.

use super::advance::Observed;
use crate::disk::{Damage, Step};
use crate::network::Loss;
use crate::record::Record;
use crate::server::{Life, Waiting};
use raft_check::Assumption;
use raft_core::ServerId;
use raft_script::crash::{CrashPoint, Part};

/// A planned crash of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// The write at which it comes. Writes that are made are counted off.
    pub(crate) at: CrashPoint,
    /// Of the two writes, what the step at hand, or the sync, has made already.
    seen: Option<Part>,
}

/// The way in which a write meets the plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Meets {
    Not,
    /// The crash comes before the write; the other of the two is durable.
    Before(Part),
    /// The crash comes after it.
    After,
}

impl Plan {
    pub(crate) fn new(at: CrashPoint) -> Self {
        Self { at, seen: None }
    }

    /// Other writes begin, which are not made together with those before.
    pub(crate) fn begins(&mut self) {
        self.seen = None;
    }

    /// A write comes next.
    fn meets(&mut self, parts: &[Part]) -> Meets {
        match &mut self.at {
            CrashPoint::After(left) => {
                *left -= 1;
                if *left == 0 { Meets::After } else { Meets::Not }
            }
            CrashPoint::Between(one, other) => {
                let (has_one, has_other) = (parts.contains(one), parts.contains(other));
                match self.seen {
                    Some(seen) if seen == *one && has_other => return Meets::Before(seen),
                    Some(seen) if seen == *other && has_one => return Meets::Before(seen),
                    _ => {}
                }
                self.seen = match (has_one, has_other) {
                    // A write of both is one write. What follows it is taken to come after the first.
                    (true, _) => Some(*one),
                    (false, true) => Some(*other),
                    (false, false) => self.seen,
                };
                Meets::Not
            }
        }
    }
}

impl Observed<'_> {
    /// A sync is done, unless a planned crash comes in the midst of it: true then.
    #[cold]
    #[inline(never)]
    pub(super) fn crashes_in_sync(&mut self, slot: usize) -> bool {
        self.servers[slot].writes_begin();
        self.crashes_in_write(slot)
    }

    /// The same for a write that takes no time.
    #[cold]
    #[inline(never)]
    pub(super) fn crashes_in_write(&mut self, slot: usize) -> bool {
        let now = self.now;
        let server = &mut self.world.servers[slot];
        server.disk.begin_sync(now);
        let Some(plan) = &mut server.plan else { return false };
        let mut done: Option<Step> = None;
        for step in server.disk.steps() {
            let (kept, words) = match plan.meets(step.parts) {
                Meets::Not => {
                    done = Some(step);
                    continue;
                }
                Meets::Before(seen) => {
                    let next = *step.parts.last().expect("a write holds something");
                    (done, Record::CrashPlanned(ServerId::from_slot(slot), seen, Some(next)))
                }
                Meets::After => {
                    let last = *step.parts.last().expect("a write holds something");
                    (Some(step), Record::CrashPlanned(ServerId::from_slot(slot), last, None))
                }
            };
            let inbox = self.servers[slot].stop();
            self.record(words);
            let damage = self.servers[slot].disk.crash_after(kept);
            self.crashed(slot, damage, inbox);
            return true;
        }
        false
    }

    /// A server has stopped, and this is what its disk has come to.
    pub(crate) fn crashed(&mut self, slot: usize, damage: Damage, inbox: Option<Vec<Waiting>>) {
        let id = ServerId::from_slot(slot);
        let server = &mut self.world.servers[slot];
        server.life = Life::Crashed(server.disk.read().map(Box::new));
        self.record(Record::Crashed(id, damage.lost));
        if damage.torn > 0 {
            self.record(Record::Torn(id, damage.torn));
        }
        if damage.lied > 0 {
            self.record(Record::DiskLied(id, damage.lied));
        }
        if damage.early > 0 {
            self.record(Record::CacheLost(id, damage.early));
        }
        if let Some(checks) = &mut self.checks {
            checks.crashed(id);
        }
        self.user_starts_at_a_crash(slot);
        for waiting in inbox.into_iter().flatten() {
            if let Waiting::Message(flight) = waiting {
                self.lose(*flight, self.now, Loss::Down);
            }
        }
        self.with_clients(|clients, _| clients.lose_waiting(id));
    }

    /// A command that the user has started at the only server of a cluster is lost if its disk does not hold it after a
    /// crash.
    pub(crate) fn user_starts_at_a_crash(&mut self, slot: usize) {
        if self.servers.len() == 1 && self.servers[slot].process().is_none() {
            let last = self.servers[slot].disk.durable().last;
            self.user_starts_are_lost(last);
        }
    }

    /// From now on a disk acknowledges writes before they are flushed.
    pub(crate) fn set_early(&mut self, slot: usize) {
        self.servers[slot].disk.set_early(true);
        if let Some(checks) = &mut self.checks {
            checks.distrust(ServerId::from_slot(slot), Assumption::FlushedFirst);
        }
        // What waited for it waits no more.
        self.release(slot);
        self.settle(slot);
    }
}
