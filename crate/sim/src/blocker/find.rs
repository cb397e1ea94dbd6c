//! Finds what blocks progress.

use super::Blocker;
use crate::assumptions::UnmetAssumption;
use crate::cluster::{Cluster, applied, follows, has_applied};
use crate::expect::{Behind, Expectation};
use crate::server::Server;
use raft_core::quorum::majority;
use raft_core::{ServerId, Term};

impl Blocker {
    /// Finds what blocks progress: faults first, then settings that Raft cannot work with, then the rest.
    pub(crate) fn find(
        cluster: Cluster<'_>,
        expected: &Expectation,
        unmet: &[UnmetAssumption],
    ) -> Self {
        let found = fault(cluster, expected);
        let excuses = |unmet: &&UnmetAssumption| match found {
            Self::NoMajority { .. } => false,
            _ if **unmet == UnmetAssumption::AllLost => true,
            Self::NoWinner { .. } | Self::LeaderGone { .. } | Self::FollowsNot { .. } => true,
            Self::Behind { .. }
            | Self::NotCommitted { .. }
            | Self::Unanswered { .. }
            | Self::Unsettled { .. } => !matches!(unmet, UnmetAssumption::EqualTimeouts { .. }),
            _ => false,
        };
        unmet.iter().find(excuses).map_or(found, |unmet| Self::UnmetAssumption(*unmet))
    }
}

/// The first fault in the order of what explains most.
fn fault(cluster: Cluster<'_>, expected: &Expectation) -> Blocker {
    let servers = cluster.servers.len();
    let (running, is_majority) = cluster.running();
    if !is_majority {
        return Blocker::NoMajority { running: running as u16, servers: servers as u16 };
    }
    let Some(leader) = cluster.leader() else { return no_leader(cluster, expected) };
    let term = cluster.process(leader).map_or(Term(0), |process| process.node.get_state().0);
    if !cluster.servers[leader.slot()].is_running() {
        return Blocker::LeaderPaused { leader, term };
    }
    if let (reaches, false) = cluster.reaches(leader) {
        let (reaches, needed) = (reaches as u16, majority(servers) as u16);
        return Blocker::LeaderApart { leader, term, reaches, needed };
    }
    let followers = cluster.servers.iter().filter(|server| server.id != leader);
    let wrong = followers.filter_map(|server| what_keeps(cluster, server, leader, expected));
    // What is cut or paused explains more than what follows from it.
    let first = wrong.min_by_key(Blocker::weight);
    first
        .or_else(|| not_committed(cluster, leader, expected))
        .or_else(|| unanswered(cluster, expected))
        .unwrap_or(Blocker::Unsettled { leader })
}

fn no_leader(cluster: Cluster<'_>, expected: &Expectation) -> Blocker {
    let (first, last) = (Term(expected.term.0 + 1), cluster.highest_term());
    match expected.led {
        Some((leader, term, crashed)) => Blocker::LeaderGone {
            leader,
            term,
            crashed: crashed.unwrap_or(false),
            last: last.max(term),
        },
        None if first > last => Blocker::NobodyStands { term: last },
        None => Blocker::NoWinner { first, last },
    }
}

/// The leader has its log and cannot commit it, or not apply it.
fn not_committed(
    cluster: Cluster<'_>,
    leader: ServerId,
    expected: &Expectation,
) -> Option<Blocker> {
    let process = cluster.process(leader)?;
    let Behind { through: wanted, commit, .. } = expected.behind?;
    let through = applied(process);
    (through < commit).then_some(Blocker::NotCommitted { leader, through, wanted })
}

/// Finds what keeps a server from following the leader, if something does.
fn what_keeps(
    cluster: Cluster<'_>,
    server: &Server,
    leader: ServerId,
    expected: &Expectation,
) -> Option<Blocker> {
    let process = server.process()?;
    let id = server.id;
    let (term, _) = cluster.process(leader)?.node.get_state();
    let behind = expected.behind.or_else(|| Behind::of(cluster, leader, term))?;
    let follows = follows(process, leader, term);
    if process.is_paused() {
        return Some(Blocker::Paused { server: id });
    }
    let holds = process.node.log().last().index >= behind.through.index;
    if follows && holds && has_applied(process, behind.commit) {
        return None;
    }
    for (from, to) in [(leader, id), (id, leader)] {
        if cluster.network.is_cut(from, to) {
            return Some(Blocker::Cut { server: id, from, to });
        }
    }
    let own = process.node.get_state().0;
    Some(if follows {
        let through = if holds { applied(process) } else { process.node.log().last().index };
        Blocker::Behind { server: id, holds, through, wanted: behind.through }
    } else {
        Blocker::FollowsNot { server: id, term: own, leader, leads: term }
    })
}

/// A client waits for an answer.
fn unanswered(cluster: Cluster<'_>, expected: &Expectation) -> Option<Blocker> {
    let &(client, sequence) = expected.open.first()?;
    let server = cluster.clients.list()[client.slot()].server();
    let more = expected.open.len() as u64 - 1;
    Some(Blocker::Unanswered { client, sequence, server, more })
}
