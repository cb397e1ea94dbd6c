//! The cluster as a whole: who leads, who follows, and who can speak with whom.

use crate::client::Clients;
use crate::network::Network;
use crate::server::{Process, Server};
use raft_core::quorum::majority;
use raft_core::{Index, Role, ServerId, Term};

/// The parts of a world that tell how its servers stand to each other.
#[derive(Clone, Copy)]
pub(crate) struct Cluster<'a> {
    pub(crate) servers: &'a [Server],
    pub(crate) network: &'a Network,
    pub(crate) clients: &'a Clients,
}

impl<'a> Cluster<'a> {
    /// The server that leads in the highest term of those that are up.
    pub(crate) fn leader(self) -> Option<ServerId> {
        let leaders = self.servers.iter().filter_map(|server| {
            let node = &server.process()?.node;
            matches!(node.role(), Role::Leader { .. })
                .then_some((node.vote().current_term, server.id))
        });
        leaders.max_by_key(|&(term, _)| term).map(|(_, id)| id)
    }

    /// The leader as [`leader`](Self::leader) names it, with its term.
    pub(crate) fn leader_and_term(self) -> Option<(ServerId, Term)> {
        self.leader().and_then(|id| Some((id, self.process(id)?.node.get_state().0)))
    }

    pub(crate) fn process(self, server: ServerId) -> Option<&'a Process> {
        self.servers[server.slot()].process()
    }

    pub(crate) fn up(self) -> impl Iterator<Item = &'a Process> {
        self.servers.iter().filter_map(|server| server.process())
    }

    /// The number of servers that are up and not paused; true if they are a majority.
    pub(crate) fn running(self) -> (usize, bool) {
        let running = self.servers.iter().filter(|server| server.is_running()).count();
        (running, running >= majority(self.servers.len()))
    }

    /// The number of running servers that a leader can speak with, itself among them; true if they are a majority.
    /// None when it does not run.
    pub(crate) fn reaches(self, leader: ServerId) -> (usize, bool) {
        if !self.servers[leader.slot()].is_running() {
            return (0, false);
        }
        let speaks = |id: ServerId| {
            id == leader || !(self.network.is_cut(leader, id) || self.network.is_cut(id, leader))
        };
        let near = self.servers.iter().filter(|server| server.is_running() && speaks(server.id));
        let near = near.count();
        (near, near >= majority(self.servers.len()))
    }

    /// The leader whom all servers that are up follow, and its term: it runs, and reaches a majority.
    pub(crate) fn followed(self) -> Option<(ServerId, Term)> {
        if !self.running().1 {
            return None;
        }
        let leader = self.leader().filter(|leader| self.reaches(*leader).1)?;
        let term = self.process(leader)?.node.get_state().0;
        let follows = |process: &Process| follows(process, leader, term);
        self.up().all(follows).then_some((leader, term))
    }

    /// True if all logs that are up are the leader's through an index.
    pub(crate) fn logs_agree(self, leader: ServerId, through: Index) -> bool {
        let Some(leader) = self.process(leader) else { return false };
        let log = leader.node.log();
        self.up().all(|process| {
            let other = process.node.log();
            let first = log.first_index().max(other.first_index());
            let count = (through.0 + 1).saturating_sub(first.0) as usize;
            let entries = |log: &raft_core::Log| {
                log.iter_from(first).take(count).cloned().collect::<Vec<_>>()
            };
            std::ptr::eq(log, other) || entries(log) == entries(other)
        })
    }

    pub(crate) fn highest_term(self) -> Term {
        let terms = self.up().map(|process| process.node.get_state().0);
        terms.max().unwrap_or_default()
    }

    /// True if every server that is up holds all that is committed by now, or will with the next messages. New commands
    /// may come all the time, so the newest committed entries are always on their way to some.
    pub(crate) fn all_come_to_hold(self, leader: ServerId) -> bool {
        let committed =
            self.process(leader).map_or(Index(0), |process| process.node.commit_index());
        self.up().all(|process| {
            let id = process.node.id();
            let hears = || {
                let (there, back) =
                    (self.network.quality(leader, id).0, self.network.quality(id, leader).0);
                let is_cut = self.network.is_cut(leader, id) || self.network.is_cut(id, leader);
                !process.is_paused()
                    && !is_cut
                    && there.request.loss < 1000
                    && back.reply.loss < 1000
            };
            id == leader || process.node.log().last().index >= committed || hears()
        })
    }
}

/// True if a server follows a leader in its term, or is that leader.
pub(crate) fn follows(process: &Process, leader: ServerId, term: Term) -> bool {
    let node = &process.node;
    let knows = match node.role() {
        Role::Leader { .. } => node.id() == leader,
        Role::Follower { leader: known } => *known == Some(leader),
        Role::Candidate { .. } => false,
    };
    knows && node.get_state().0 == term
}

pub(crate) fn has_applied(process: &Process, through: Index) -> bool {
    applied(process) >= through
}

/// The last entry that the server knows to be committed and that its service has applied: an entry that the node
/// has handed out may still wait for the disk.
pub(crate) fn applied(process: &Process) -> Index {
    process.node.commit_index().min(process.machine.applied())
}
