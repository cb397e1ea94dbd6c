//! What can be read of a world from outside.

use super::World;
use crate::config::Config;
use crate::network::Network;
use crate::server::Server;
use raft_core::{Role, ServerId, Time};

impl World {
    /// The settings that it began with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.now
    }

    /// When something last happened, an event or a command: however the time since was let pass.
    pub fn happened(&self) -> Time {
        self.happened
    }

    /// How many events have happened.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// How much has been done: events, and besides what checking the answers of clients has cost, counted as events.
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

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The server that leads in the highest term of those that are up.
    pub fn leader(&self) -> Option<ServerId> {
        let leaders = self.servers.iter().filter_map(|server| {
            let node = &server.process()?.node;
            matches!(node.role(), Role::Leader { .. })
                .then_some((node.vote().current_term, server.id))
        });
        leaders.max_by_key(|&(term, _)| term).map(|(_, id)| id)
    }

    /// More events happen at the present moment.
    pub fn is_in_the_midst(&self) -> bool {
        self.happens_by(self.now)
    }

    /// How many messages it holds, in flight and waiting: what a copy of it weighs.
    pub fn weight(&self) -> usize {
        self.network.in_flight() + self.servers.iter().map(Server::waiting).sum::<usize>()
    }
}
