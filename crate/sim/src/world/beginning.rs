//! The world at its beginning, and a server at each of its starts.

use super::World;
use crate::client::Clients;
use crate::config::Config;
use crate::digest::{Digest, Purpose, stream};
use crate::disk::Disk;
use crate::event::Queue;
use crate::expect::Expectations;
use crate::machine::Machine;
use crate::network::Network;
use crate::server::{Life, Process, Server};
use crate::user_starts::UserStarts;
use raft_check::Checks;
use raft_core::{Mistake, Node, Random, ServerId, Time};
use std::collections::VecDeque;

impl World {
    /// The world at its beginning: all servers start for the first time.
    pub fn new(config: Config) -> Self {
        let seed = config.seed;
        let network = Network::new(config.raft.servers, config.network, |from, to| {
            Random::new(stream(seed, Purpose::Link, [u64::from(from.0), u64::from(to.0)]))
        });
        let server = |n: u16| Server {
            id: ServerId(n),
            disk: Disk::new(
                config.disk,
                Random::new(stream(seed, Purpose::Disk, [u64::from(n), 0])),
            )
            .cutting_log_first(config.bugs_of(ServerId(n)).makes(Mistake::LogBeforeSnapshot)),
            clock: crate::clock::Clock::default(),
            life: Life::Crashed(Ok(Box::default())),
            starts: 0,
            plan: None,
        };
        let servers = (1..=config.raft.servers).map(server).collect();
        let mut world = Self {
            now: Time(0),
            happened: Time(0),
            events: 0,
            digest: Digest::default(),
            queue: Queue::new(stream(seed, Purpose::Order, [0, 0])),
            servers,
            network,
            cause: None,
            started: None,
            requests: VecDeque::new(),
            actions: Vec::new(),
            checks: Some(
                Checks::new(config.raft.servers, Machine::digest_of).with_bugs(config.all_bugs()),
            ),
            told: 0,
            checking: 0,
            clients: Clients::new(seed, config.raft.servers),
            user_starts: UserStarts::default(),
            expectations: Expectations::default(),
            raft: config.raft,
            config,
        };
        for slot in 0..world.servers.len() {
            let id = ServerId::from_slot(slot);
            let bugs = world.config.bugs_of(id);
            let seed = world.node_seed(slot);
            let node = Node::with_bugs(id, world.config.raft, bugs, seed, Time(0));
            world.bring_up(slot, Process::new(node, world.new_machine(slot)));
        }
        if world.config.early {
            for slot in 0..world.servers.len() {
                world.observed(&mut ()).set_early(slot);
            }
        }
        if world.config.clients.count > 0 {
            let spec = world.config.clients;
            world.observed(&mut ()).with_clients(|clients, _| clients.set(spec, Time(0)));
        }
        world
    }

    /// The same without any check of what must hold.
    #[must_use]
    pub fn unchecked(self) -> Self {
        Self { checks: None, ..self }
    }

    /// The seed of a server's node: another one for each of its starts.
    pub(crate) fn node_seed(&self, slot: usize) -> u64 {
        stream(self.config.seed, Purpose::Node, [slot as u64 + 1, self.servers[slot].starts])
    }

    pub(crate) fn bring_up(&mut self, slot: usize, process: Process) {
        let server = &mut self.servers[slot];
        server.starts += 1;
        server.life = Life::Up(Box::new(process));
        self.plan_timer(slot);
    }

    /// Makes sure that the world looks at a server's timer in time.
    #[inline(always)]
    pub(crate) fn plan_timer(&mut self, slot: usize) {
        let server = &mut self.servers[slot];
        let clock = server.clock;
        let Some(process) = server.process_mut().filter(|process| process.paused.is_none()) else {
            return;
        };
        let at = clock.world(process.node.deadline()).max(self.now);
        if at < process.wake {
            process.wake = at;
            self.queue.plan_timer(at, slot);
        }
    }
}
