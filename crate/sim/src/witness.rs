//! What the checks are told of clients: when something is asked, and when it is answered. What the user starts at a
//! server is an operation too; it counts as answered when it is first applied.

use crate::machine::{self, Applied};
use crate::record::Observer;
use crate::session::Outcome;
use crate::world::World;
use bytes::Bytes;
use raft_check::{Answer, Asked, Operation};
use raft_core::{EntryId, Index};
use raft_script::config::Service;

/// The most commands of the user that are followed until they are applied.
const MOST_TYPED: usize = 1_000;

impl World {
    /// An operation has begun.
    pub(crate) fn witness(&mut self, client: u32, sequence: u64, command: &[u8]) {
        use machine::Operation as O;
        let invoked = self.at();
        let Some(checks) = &mut self.checks else { return };
        let copy = Bytes::copy_from_slice;
        let (key, asked) = match machine::operation(command) {
            O::Get(key) => (key, Asked::Get),
            O::Put(key, value) => (key, Asked::Put(copy(value))),
            O::Append(key, value) => (key, Asked::Append(copy(value))),
            O::CompareAndSet(key, old, new) => (key, Asked::CompareAndSet(copy(old), copy(new))),
        };
        checks.invoked(Operation { client, sequence, key: copy(key), asked, invoked });
    }

    /// A client has been answered.
    pub(crate) fn testify(
        &mut self,
        client: u32,
        sequence: u64,
        outcome: &Outcome,
        observer: &mut dyn Observer,
    ) {
        let at = self.at();
        let Some(checks) = &mut self.checks else { return };
        let answer = match outcome {
            Outcome::Done => Answer::Done,
            Outcome::Value(value) => Answer::Value(value.clone()),
            Outcome::Differs(value) => Answer::Differs(value.clone()),
            Outcome::Overtaken => return,
        };
        checks.answered(at, client, sequence, &answer);
        self.checking = checks.clients().cost();
        if self.violations().len() > self.told {
            self.tell_violations(observer);
        }
    }

    /// The user has started a command at a server, which is this entry.
    pub(crate) fn typed(&mut self, slot: usize, id: EntryId, command: &[u8]) {
        if self.checks.is_none() || self.config().service == Service::Commands {
            return;
        }
        // The only server of a cluster may lead a term again, after a crash before all of it was durable: what was
        // started as the same entry then is lost, or nothing is known of it.
        let same = self.clients.typed.extract_if(.., |(typed, _)| *typed == id);
        for (_, sequence) in same.collect::<Vec<_>>() {
            if let Some(checks) = &mut self.checks {
                checks.abandoned(0, sequence);
            }
        }
        self.clients.starts += 1;
        let sequence = self.clients.starts;
        self.witness(0, sequence, command);
        // The only server of a cluster has applied it by now, and what came of it is not known.
        let process = self.servers[slot].process();
        let is_applied = process.is_some_and(|process| process.machine.applied() >= id.index);
        if self.clients.typed.len() < MOST_TYPED && !is_applied {
            self.clients.typed.push((id, sequence));
        } else if let Some(checks) = &mut self.checks {
            checks.abandoned(0, sequence);
        }
    }

    /// The only server of a cluster has crashed. What its disk does not hold has never been, and it may lead the
    /// same term again, with other entries of the same names.
    pub(crate) fn typed_is_lost(&mut self, last: Index) {
        let at = self.at();
        let is_gone = |(typed, _): &mut (EntryId, u64)| typed.index > last;
        let gone: Vec<_> = self.clients.typed.extract_if(.., is_gone).collect();
        for (_, sequence) in gone {
            if let Some(checks) = &mut self.checks {
                checks.has_failed(at, 0, sequence);
            }
        }
    }

    /// An entry has been applied: perhaps it is one that the user has started, or stands in its place.
    pub(crate) fn typed_is_applied(
        &mut self,
        id: EntryId,
        applied: &Applied,
        observer: &mut dyn Observer,
    ) {
        let passed = |(typed, _): &mut (EntryId, u64)| typed.index <= id.index;
        let passed: Vec<_> = self.clients.typed.extract_if(.., passed).collect();
        for (typed, sequence) in passed {
            let at = self.at();
            if typed == id {
                self.testify(0, sequence, &applied.outcome, observer);
            } else if let Some(checks) = &mut self.checks {
                if typed.index == id.index {
                    checks.has_failed(at, 0, sequence);
                } else {
                    checks.abandoned(0, sequence);
                }
            }
        }
    }
}
