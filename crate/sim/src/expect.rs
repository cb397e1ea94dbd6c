//! What the user expects: that within some time the cluster comes to rest behind one leader. It heals nothing,
//! it looks on; and if the time runs out, it says what stands in the way.

use crate::assumptions::UnmetAssumption;
use crate::blocker::Blocker;
use crate::due::What;
use crate::record::{Observer, Record};
use crate::server::Process;
use crate::world::World;
use raft_check::{Property, Violation};
use raft_core::quorum::majority;
use raft_core::{EntryId, Index, Micros, Role, ServerId, Term, Time};
use raft_script::clients::ClientId;
use raft_script::text::Duration;

/// Progress that is expected.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// When it was said.
    pub since: Time,
    /// By when it has to be met.
    pub deadline: Time,
    /// The operations that were open then and are not answered yet.
    pub open: Vec<(ClientId, u64)>,
    /// The highest term of that time.
    term: Term,
    /// Whom all have followed since some moment, and what was to be reached then.
    behind: Option<Behind>,
    /// Who was last seen to lead, in which term, and whether it ended by a crash if it has ended.
    led: Option<(ServerId, Term, Option<bool>)>,
    /// The event after which it was said.
    event: u64,
    number: u64,
}

/// A leader whom all follow.
#[derive(Clone, Copy, Debug)]
struct Behind {
    leader: ServerId,
    term: Term,
    /// The last entry of its log.
    through: EntryId,
    /// What is to be committed: all, unless the leader has no entry of its own term to commit it by.
    commit: Index,
}

impl World {
    /// What is expected now.
    pub fn expectation(&self) -> Option<&Expectation> {
        self.expectation.as_deref()
    }

    /// Whether progress has ever been expected.
    pub fn has_expected(&self) -> bool {
        self.expected > 0
    }

    /// Why progress that was expected did not come without anybody being to blame: Raft lacked something that it needs.
    pub fn excused(&self) -> Option<Blocker> {
        self.excused
    }

    /// Progress is expected within this time; what was expected before no longer counts.
    pub(crate) fn expect(&mut self, within: Micros, observer: &mut dyn Observer) {
        self.expected += 1;
        self.excused = None;
        let number = self.expected;
        let deadline = self.now + within;
        let open = self.clients().open().map(|open| (open.client, open.sequence)).collect();
        self.expectation = Some(Box::new(Expectation {
            since: self.now,
            deadline,
            open,
            term: self.highest_term(),
            behind: None,
            led: None,
            event: self.events(),
            number,
        }));
        self.plan(deadline, 5 << 40 | number, What::Deadline { number });
        self.look_for_progress(observer);
    }

    /// After each event while progress is expected.
    #[inline(never)]
    pub(crate) fn look_for_progress(&mut self, observer: &mut dyn Observer) {
        let Some(mut expected) = self.expectation.take() else { return };
        let clients = &self.clients;
        let is_open = |&(client, sequence): &(ClientId, u64)| {
            clients.list()[client.slot()].open().is_some_and(|open| open.sequence == sequence)
        };
        let open = expected.open.len();
        expected.open.retain(is_open);
        let leads = self.leader().and_then(|id| Some((id, self.process(id)?.node.get_state().0)));
        expected.led = match (leads, expected.led) {
            (Some((leader, term)), _) => Some((leader, term, None)),
            (None, Some((leader, term, None))) => {
                Some((leader, term, Some(self.process(leader).is_none())))
            }
            (None, led) => led,
        };
        let followed = self.followed();
        // What was answered meanwhile has to be held by all as well.
        let is_answered = expected.open.len() < open;
        if is_answered || expected.behind.map(|behind| (behind.leader, behind.term)) != followed {
            expected.behind = followed.and_then(|(leader, term)| self.behind(leader, term));
        }
        if let Some(Behind { leader, through, commit, .. }) = expected.behind
            && expected.open.is_empty()
            && self.up().all(|process| has_applied(process, commit))
            && self.logs_agree(leader, through.index)
            && self.all_come_to_hold(leader)
        {
            return self.record(observer, Record::Progress(leader, through, commit));
        }
        self.expectation = Some(expected);
    }

    /// Whether every server that is up holds what is committed by now, or will with the next messages. New commands may
    /// come all the time, so what is committed last is always on its way to some.
    fn all_come_to_hold(&self, leader: ServerId) -> bool {
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

    /// The time is over; false if it does not matter any more.
    #[inline(never)]
    pub(crate) fn deadline(&mut self, number: u64, at: Time, observer: &mut dyn Observer) -> bool {
        let Some(expected) = self.expectation.take_if(|expected| expected.number == number) else {
            return false;
        };
        self.begin(at, 6, 0, number);
        let why = self.in_the_way(&expected);
        if matches!(why, Blocker::UnmetAssumption(_)) {
            // Raft promises no progress then.
            self.excused = Some(why);
            self.record(observer, Record::NoProgress(Box::new(why)));
        } else {
            self.blame(&expected, why, observer);
        }
        true
    }

    /// Liveness has been broken: the first time that is a violation, and always a record.
    fn blame(&mut self, expected: &Expectation, why: Blocker, observer: &mut dyn Observer) {
        let at = self.at();
        if let Some(checks) = &mut self.checks {
            let within = Duration(expected.deadline - expected.since);
            checks.report(Violation {
                property: Property::Liveness,
                at,
                servers: why.servers(),
                entries: expected.behind.iter().map(|behind| behind.through).collect(),
                events: vec![expected.event],
                facts: format!("no progress within {within}: {why}"),
                assumption: None,
                bugs: Vec::new(),
            });
        }
        if self.violations().len() > self.told {
            self.tell_violations(observer);
        } else {
            self.record(observer, Record::NoProgress(Box::new(why)));
        }
    }

    fn process(&self, server: ServerId) -> Option<&Process> {
        self.servers[server.slot()].process()
    }

    fn up(&self) -> impl Iterator<Item = &Process> {
        self.servers.iter().filter_map(|server| server.process())
    }

    /// How many servers are up and not paused, and whether they are a majority.
    fn running(&self) -> (usize, bool) {
        let running = self.servers.iter().filter(|server| server.is_running()).count();
        (running, running >= majority(self.servers.len()))
    }

    /// How many servers run that a leader can speak with, itself among them, and whether they are a majority. None when
    /// it stands still.
    fn reaches(&self, leader: ServerId) -> (usize, bool) {
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
    fn followed(&self) -> Option<(ServerId, Term)> {
        if !self.running().1 {
            return None;
        }
        let leader = self.leader().filter(|leader| self.reaches(*leader).1)?;
        let term = self.process(leader)?.node.get_state().0;
        let follows = |process: &Process| follows(process, leader, term);
        self.up().all(follows).then_some((leader, term))
    }

    /// What is to be reached behind a leader.
    fn behind(&self, leader: ServerId, term: Term) -> Option<Behind> {
        let node = &self.process(leader)?.node;
        let through = node.log().last();
        let commit = if through.term == term { through.index } else { node.commit_index() };
        Some(Behind { leader, term, through, commit })
    }

    /// Whether all logs that are up are the leader's through an index.
    fn logs_agree(&self, leader: ServerId, through: Index) -> bool {
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

    fn highest_term(&self) -> Term {
        let terms = self.up().map(|process| process.node.get_state().0);
        terms.max().unwrap_or_default()
    }

    /// What stands in the way of progress: faults first, then settings that Raft cannot work with, then the rest.
    fn in_the_way(&self, expected: &Expectation) -> Blocker {
        let found = self.fault(expected);
        let unmet = self.unmet_assumptions();
        let excuses = |unmet: &&UnmetAssumption| match found {
            Blocker::NoMajority { .. } => false,
            _ if **unmet == UnmetAssumption::AllLost => true,
            Blocker::NoWinner { .. } | Blocker::LeaderGone { .. } | Blocker::FollowsNot { .. } => {
                true
            }
            Blocker::Behind { .. }
            | Blocker::NotCommitted { .. }
            | Blocker::Unanswered { .. }
            | Blocker::Unsettled { .. } => !matches!(unmet, UnmetAssumption::EqualTimeouts { .. }),
            _ => false,
        };
        unmet.iter().find(excuses).map_or(found, |unmet| Blocker::UnmetAssumption(*unmet))
    }

    fn fault(&self, expected: &Expectation) -> Blocker {
        let servers = self.servers.len();
        let (running, is_majority) = self.running();
        if !is_majority {
            return Blocker::NoMajority { running: running as u16, servers: servers as u16 };
        }
        let Some(leader) = self.leader() else { return self.no_leader(expected) };
        let term = self.process(leader).map_or(Term(0), |process| process.node.get_state().0);
        if !self.servers[leader.slot()].is_running() {
            return Blocker::LeaderPaused { leader, term };
        }
        if let (reaches, false) = self.reaches(leader) {
            let (reaches, needed) = (reaches as u16, majority(servers) as u16);
            return Blocker::LeaderApart { leader, term, reaches, needed };
        }
        let followers = self.servers.iter().filter(|server| server.id != leader);
        let wrong = followers.filter_map(|server| self.what_keeps(server, leader, expected));
        // What is cut or paused explains more than what follows from it.
        let first = wrong.min_by_key(Blocker::weight);
        first
            .or_else(|| self.not_committed(leader, expected))
            .or_else(|| self.unanswered(expected))
            .unwrap_or(Blocker::Unsettled { leader })
    }

    fn no_leader(&self, expected: &Expectation) -> Blocker {
        let (first, last) = (Term(expected.term.0 + 1), self.highest_term());
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

    /// The leader holds its log and cannot commit it, or not apply it.
    fn not_committed(&self, leader: ServerId, expected: &Expectation) -> Option<Blocker> {
        let process = self.process(leader)?;
        let Behind { through: wanted, commit, .. } = expected.behind?;
        let through = applied(process);
        (through < commit).then_some(Blocker::NotCommitted { leader, through, wanted })
    }

    fn what_keeps(
        &self,
        server: &crate::server::Server,
        leader: ServerId,
        expected: &Expectation,
    ) -> Option<Blocker> {
        let process = server.process()?;
        let id = server.id;
        let (term, _) = self.process(leader)?.node.get_state();
        let behind = expected.behind.or_else(|| self.behind(leader, term))?;
        let follows = follows(process, leader, term);
        if process.is_paused() {
            return Some(Blocker::Paused { server: id });
        }
        let holds = process.node.log().last().index >= behind.through.index;
        if follows && holds && has_applied(process, behind.commit) {
            return None;
        }
        for (from, to) in [(leader, id), (id, leader)] {
            if self.network.is_cut(from, to) {
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

    fn unanswered(&self, expected: &Expectation) -> Option<Blocker> {
        let &(client, sequence) = expected.open.first()?;
        let server = self.clients().list()[client.slot()].server();
        let more = expected.open.len() as u64 - 1;
        Some(Blocker::Unanswered { client, sequence, server, more })
    }
}

fn follows(process: &Process, leader: ServerId, term: Term) -> bool {
    let node = &process.node;
    let knows = match node.role() {
        Role::Leader { .. } => node.id() == leader,
        Role::Follower { leader: known } => *known == Some(leader),
        Role::Candidate { .. } => false,
    };
    knows && node.get_state().0 == term
}

fn has_applied(process: &Process, through: Index) -> bool {
    applied(process) >= through
}

/// Up to here the server knows that all is committed, and its service has applied it: what the node has handed
/// out may still wait for the disk.
fn applied(process: &Process) -> Index {
    process.node.commit_index().min(process.machine.applied())
}
