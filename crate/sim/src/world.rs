//! The world: one queue of events on virtual time, in which servers, disks and the network meet.

mod advance;
mod beginning;
mod perform;
mod power;
mod properties;
mod serve;
mod service;

use crate::assumptions::UnmetAssumption;
use crate::blocker::Blocker;
use crate::client::Clients;
use crate::cluster::Cluster;
use crate::config::Config;
use crate::digest::Digest;
use crate::event::Queue;
use crate::expect::{Expectation, Expectations};
use crate::network::{Cause, Network};
use crate::order::Order;
use crate::record::Observer;
use crate::server::Server;
use crate::user_starts::UserStarts;
pub(crate) use advance::Observed;
pub(crate) use power::Plan;
use raft_check::{At, Checks};
use raft_core::{Action, Input, ServerId, Started, Time};
use std::collections::VecDeque;

/// Everything there is at a moment of a run. It is a value: a copy goes its own way.
#[derive(Clone, Debug)]
pub struct World {
    config: Config,
    /// The settings of Raft as they are now: a restart takes these.
    pub(crate) raft: raft_core::Config,
    pub(crate) now: Time,
    /// The moment of the newest event or command.
    happened: Time,
    events: u64,
    digest: Digest,
    pub(crate) queue: Queue,
    pub(crate) servers: Vec<Server>,
    pub(crate) network: Network,
    cause: Option<Cause>,
    /// The answer to the newest `Start`.
    pub(crate) started: Option<Started>,
    /// The inputs that services give to their own nodes while actions are performed.
    requests: VecDeque<(usize, Input)>,
    /// Kept between steps only to save its allocation.
    actions: Vec<Action>,
    /// The checks. A run is the same with them and without.
    pub(crate) checks: Option<Checks>,
    /// The number of violations that have been recorded.
    pub(crate) told: usize,
    /// The cost of checking the answers of clients, counted as events.
    pub(crate) checking: u64,
    pub(crate) clients: Clients,
    pub(crate) user_starts: UserStarts,
    pub(crate) expectations: Expectations,
}

impl World {
    /// Lets the time pass up to a moment before which nothing happens.
    pub fn wait(&mut self, until: Time) {
        self.now = self.now.max(until);
    }

    /// Runs all events up to and including the moment `to`, but at most `budget` of them. True when it
    /// got there; then it is `to` now. It stops right after an event in which a property was first violated.
    pub fn run_until(&mut self, to: Time, budget: u64, observer: &mut dyn Observer) -> bool {
        self.run_within(to, budget, u64::MAX, observer)
    }

    /// The same, and it stops also after an event with which so much [work](Self::work) or more is done.
    pub fn run_within(
        &mut self,
        to: Time,
        budget: u64,
        work: u64,
        observer: &mut dyn Observer,
    ) -> bool {
        let last = self.events.saturating_add(budget);
        let told = self.told;
        let mut world = self.observed(observer);
        while world.queue.has_by(to) {
            if world.events >= last || world.work() >= work {
                return false;
            }
            world.pop();
            if world.told > told {
                return false;
            }
        }
        self.now = self.now.max(to);
        true
    }

    /// Runs exactly one event, if it happens by `to`. False when there is none.
    pub fn step(&mut self, to: Time, observer: &mut dyn Observer) -> bool {
        let mut world = self.observed(observer);
        while world.queue.has_by(to) {
            if world.pop() {
                return true;
            }
        }
        false
    }

    /// True if an event happens before a moment.
    pub fn happens_before(&self, moment: Time) -> bool {
        moment.0.checked_sub(1).is_some_and(|last| self.happens_by(Time(last)))
    }

    /// True if an event happens up to a moment. An entry of the queue that no longer counts, such as the timer of a
    /// server that has crashed, is none.
    fn happens_by(&self, moment: Time) -> bool {
        // A copy looks: it may have to pass over entries that no longer count.
        self.queue.has_by(moment) && self.clone().step(moment, &mut ())
    }

    /// The present moment and event.
    pub(crate) fn at(&self) -> At {
        At { time: self.now, event: self.events }
    }
}

impl World {
    /// The settings that it began with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The moment of the newest event or command, also if time has passed since.
    pub fn happened(&self) -> Time {
        self.happened
    }

    /// The number of events that have happened.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The work done: the events, and the cost of checking the answers of clients, counted as events.
    pub fn work(&self) -> u64 {
        self.events + self.checking
    }

    /// The fingerprint of everything that has happened.
    pub fn digest(&self) -> u64 {
        self.digest.value()
    }

    /// All servers, S1 first.
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The clients.
    pub fn clients(&self) -> &Clients {
        &self.clients
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The server that leads in the highest term of those that are up.
    pub fn leader(&self) -> Option<ServerId> {
        self.cluster().leader()
    }

    /// True if more events happen at the present moment.
    pub fn is_in_the_midst(&self) -> bool {
        self.happens_by(self.now)
    }

    /// The number of messages in flight and waiting: a copy of the world weighs so much.
    pub fn weight(&self) -> usize {
        self.network.in_flight() + self.servers.iter().map(Server::waiting).sum::<usize>()
    }

    /// The orders that wait for a message to be sent, the oldest first.
    pub fn orders(&self) -> &[Order] {
        &self.network.orders
    }

    /// The progress that is expected now.
    pub fn expectation(&self) -> Option<&Expectation> {
        self.expectations.now()
    }

    /// True if progress has ever been expected.
    pub fn has_expected(&self) -> bool {
        self.expectations.has_been()
    }

    /// The reason why progress that was expected did not come although nobody is to blame: Raft lacked something that
    /// it needs.
    pub fn excused(&self) -> Option<Blocker> {
        self.expectations.excused()
    }

    /// The cluster as a whole.
    pub(crate) fn cluster(&self) -> Cluster<'_> {
        Cluster { servers: &self.servers, network: &self.network, clients: &self.clients }
    }

    /// The assumptions of Raft that do not hold as the network, the disks and the clocks are now. Cut links, crashes
    /// and pauses are not counted: they are faults, not settings. At the beginning of a run this tells of its settings.
    pub fn unmet_assumptions(&self) -> Vec<UnmetAssumption> {
        crate::assumptions::unmet(self)
    }
}
