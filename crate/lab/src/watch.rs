//! What the tester sees: what each service applies, checked as it happens, and the messages counted.

use bytes::Bytes;
use raft_core::{EntryId, Envelope, Index, ServerId};
use raft_sim::machine::Machine;
use raft_sim::{Observer, Record, Stamp};
use std::collections::BTreeMap;

/// The tester's record of one server: what its present instance has applied.
#[derive(Clone, Debug, Default)]
pub(crate) struct Applied {
    pub(crate) log: BTreeMap<Index, Bytes>,
    pub(crate) last: Index,
}

impl Applied {
    /// What a service that keeps every command holds.
    pub(crate) fn of(machine: &Machine) -> Self {
        let log =
            machine.table().map(|(_, value)| (value.written_by, value.bytes.clone())).collect();
        Self { log, last: machine.applied() }
    }
}

/// The tester's eyes.
#[derive(Debug)]
pub(crate) struct Watch {
    /// One record a server; a crashed server's stays until it is restarted.
    pub(crate) servers: Vec<Applied>,
    /// In the tests of part D every command must be exactly the next.
    strict: bool,
    /// The first thing that was wrong.
    pub(crate) error: Option<String>,
    /// Calls issued, also over links that are cut.
    pub(crate) calls: u64,
    /// Requests dispatched to each server.
    pub(crate) dispatched: Vec<u64>,
    /// Bytes of all requests sent and all replies delivered.
    pub(crate) bytes: u64,
    /// The highest index applied by anybody.
    pub(crate) highest: Index,
}

impl Watch {
    pub(crate) fn new(servers: usize, strict: bool) -> Self {
        Self {
            servers: vec![Applied::default(); servers],
            strict,
            error: None,
            calls: 0,
            dispatched: vec![0; servers],
            bytes: 0,
            highest: Index(0),
        }
    }

    /// Remembers the first thing that was wrong.
    pub(crate) fn wrong(&mut self, what: String) {
        self.error.get_or_insert(what);
    }

    /// How many records hold the index, and which command; an error when they disagree.
    pub(crate) fn committed(&self, index: Index) -> Result<(usize, Option<Bytes>), String> {
        let mut held = self.servers.iter().filter_map(|server| server.log.get(&index));
        let Some(first) = held.next() else { return Ok((0, None)) };
        let mut count = 1;
        for other in held {
            if other != first {
                return Err(format!("servers hold different commands at index {index}"));
            }
            count += 1;
        }
        Ok((count, Some(first.clone())))
    }
}

impl Observer for Watch {
    fn record(&mut self, _: Stamp, _: Record) {}

    fn wants_traffic(&self) -> bool {
        false
    }

    fn sent(&mut self, envelope: &Envelope) {
        if !envelope.message.is_reply() {
            self.calls += 1;
            self.bytes += envelope.message.size();
        }
    }

    fn arrived(&mut self, envelope: &Envelope) {
        if envelope.message.is_reply() {
            self.bytes += envelope.message.size();
        } else {
            self.dispatched[envelope.to.slot()] += 1;
        }
    }

    fn applied(&mut self, server: ServerId, id: EntryId, command: &Bytes) {
        let index = id.index;
        let differs = |other: &Applied| other.log.get(&index).is_some_and(|held| held != command);
        if let Some(other) = self.servers.iter().position(differs) {
            let other = ServerId::from_slot(other);
            self.wrong(format!("{server} and {other} applied different commands at index {index}"));
        }
        let record = &mut self.servers[server.slot()];
        let last = record.last;
        let in_order = if self.strict {
            index == last.next()
        } else {
            index.0 == 1 || record.log.contains_key(&index.prev())
        };
        record.log.insert(index, command.clone());
        record.last = index;
        self.highest = self.highest.max(index);
        if !in_order {
            self.wrong(format!(
                "{server} applied index {index} out of order: it had applied {last} last"
            ));
        }
    }

    fn restored(&mut self, server: ServerId, through: EntryId, machine: &Machine) {
        if machine.applied() != through.index {
            self.wrong(format!(
                "{server} was given a snapshot through {} as one through {}",
                machine.applied(),
                through.index
            ));
        }
        self.servers[server.slot()] = Applied::of(machine);
    }
}
