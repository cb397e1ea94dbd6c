//! The tester's view: entries that services apply, checked as they are applied, and counts of messages.

use bytes::Bytes;
use raft_core::{EntryId, Index, ServerId};
use raft_run::machine::Machine;
use raft_run::network::Flight;
use raft_run::{Observer, Record, Stamp};
use std::collections::BTreeMap;

/// Entries that the present instance of one server has applied.
#[derive(Clone, Debug, Default)]
pub(crate) struct Applied {
    pub(crate) log: BTreeMap<Index, Bytes>,
    pub(crate) last: Index,
}

impl Applied {
    /// State of a service that keeps every command.
    pub(crate) fn of(machine: &Machine) -> Self {
        let log =
            machine.table().map(|(_, value)| (value.written_by, value.bytes.clone())).collect();
        Self { log, last: machine.applied() }
    }
}

/// The tester's view of a cluster.
#[derive(Debug)]
pub(crate) struct Watch {
    /// One record for each server. A crashed server's record stays until the restart.
    pub(crate) servers: Vec<Applied>,
    /// True in the tests of part D, where every command must be exactly the next one.
    strict: bool,
    /// First error.
    pub(crate) error: Option<String>,
    /// Number of calls, also over links that are cut.
    pub(crate) calls: u64,
    /// Number of requests to each server.
    pub(crate) dispatched: Vec<u64>,
    /// Bytes of all requests sent and all replies delivered.
    pub(crate) bytes: u64,
    /// Highest index that any server has applied.
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

    /// Remembers the first error.
    pub(crate) fn wrong(&mut self, what: String) {
        self.error.get_or_insert(what);
    }

    /// Returns the number of records that hold the index, and the command. Fails if they disagree.
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

    fn sent(&mut self, _: Stamp, Flight { envelope, .. }: &Flight) {
        if !envelope.message.is_reply() {
            self.calls += 1;
            self.bytes += envelope.message.size();
        }
    }

    fn arrived(&mut self, _: Stamp, Flight { envelope, .. }: &Flight) {
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
                "{server} was given a snapshot up to {} as one through {}",
                machine.applied(),
                through.index
            ));
        }
        self.servers[server.slot()] = Applied::of(machine);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_core::Time;
    use raft_run::{Config, World};

    /// Two servers on the lab's reliable network. S1 becomes leader if asked.
    fn pair(leads: bool) -> (World, Watch) {
        let mut config = Config::default();
        for line in ["servers 2", "network lab-reliable", "disk 0s", "service commands"] {
            assert_eq!(config.set(line), Ok(true));
        }
        let (mut world, mut watch) = (World::new(config), Watch::new(2, false));
        run_until(&mut world, &mut watch, 10);
        if leads {
            say(&mut world, &mut watch, "timeout 1");
            run_until(&mut world, &mut watch, 20);
            (watch.calls, watch.bytes, watch.dispatched) = (0, 0, vec![0, 0]);
        }
        (world, watch)
    }

    fn say(world: &mut World, watch: &mut Watch, command: &str) {
        let command = command.parse().expect("a command");
        world.apply(&command, watch).expect("it can be carried out");
    }

    fn run_until(world: &mut World, watch: &mut Watch, ms: u64) {
        assert!(world.run_until(Time(ms * 1_000), 10_000, watch));
    }

    #[test]
    fn a_call_counts_when_it_is_made_also_over_a_cut_link() {
        let (mut world, mut watch) = pair(false);
        say(&mut world, &mut watch, "isolate 2");
        for _ in 0..17 {
            say(&mut world, &mut watch, "timeout 1");
        }
        run_until(&mut world, &mut watch, 20);
        assert_eq!((watch.calls, watch.dispatched), (17, vec![0, 0]));
        assert!(watch.bytes > 0, "its bytes count too");
    }

    #[test]
    fn a_request_counts_for_its_server_when_it_arrives() {
        let (mut world, mut watch) = pair(true);
        for n in 0..17 {
            say(&mut world, &mut watch, &format!("start 1 {n}"));
            assert_eq!((watch.calls, watch.dispatched[1]), (n + 1, n));
            run_until(&mut world, &mut watch, 20);
            assert_eq!((watch.calls, &watch.dispatched), (n + 1, &vec![0, n + 1]));
        }
    }

    #[test]
    fn the_bytes_are_those_of_requests_made_and_of_replies_delivered() {
        let (mut world, mut watch) = pair(true);
        let command = "x".repeat(284);
        let (mut requests, mut replies) = (0, 0);
        for _ in 0..17 {
            let before = watch.bytes;
            say(&mut world, &mut watch, &format!("start 1 {command}"));
            let made = watch.bytes;
            run_until(&mut world, &mut watch, 20);
            requests += made - before;
            replies += watch.bytes - made;
        }
        // An envelope weighs 32, an `AppendEntries` 28, an entry 12 and its command; a reply to it 25.
        assert_eq!((requests, replies), (17 * (32 + 28 + 12 + 284), 17 * (32 + 25)));
        // A reply that is lost on its way does not count.
        say(&mut world, &mut watch, "start 1 y");
        let before = watch.bytes;
        say(&mut world, &mut watch, "isolate 2");
        run_until(&mut world, &mut watch, 30);
        assert_eq!((watch.dispatched[1], watch.bytes), (18, before));
    }
}
