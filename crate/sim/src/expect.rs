//! The user expects that within some time the cluster comes to rest behind one leader. An expectation heals nothing,
//! it looks on; and if the time runs out, it names the [`Blocker`].

use crate::blocker::Blocker;
use crate::cluster::{Cluster, has_applied};
use crate::event::Event;
use crate::record::Record;
use crate::world::{Observed, World};
use raft_check::{Property, Violation};
use raft_core::{EntryId, Index, Micros, ServerId, Term, Time};
use raft_script::clients::ClientId;
use raft_script::text::Duration;

/// The expectations of the user: the present one, and the outcome of the last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expectations {
    now: Option<Box<Expectation>>,
    /// The assumption for lack of which the last expected progress did not come.
    excused: Option<Blocker>,
    /// The number of the newest.
    count: u64,
}

/// Progress that is expected.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The moment of the command.
    pub since: Time,
    /// By when it has to be met.
    pub deadline: Time,
    /// The operations that were open then and are not answered yet.
    pub open: Vec<(ClientId, u64)>,
    /// The highest term of that time.
    pub(crate) term: Term,
    /// The leader that all have followed since some moment, and what was to be reached then.
    pub(crate) behind: Option<Behind>,
    /// The server that was last seen to lead, its term, and if that has ended, true if it ended by a crash.
    pub(crate) led: Option<(ServerId, Term, Option<bool>)>,
    /// The event after which it was said.
    event: u64,
    number: u64,
}

/// A leader whom all follow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Behind {
    pub(crate) leader: ServerId,
    pub(crate) term: Term,
    /// The last entry of its log.
    pub(crate) through: EntryId,
    /// The index to be committed: the last one, unless the leader has no entry of its own term to commit it by.
    pub(crate) commit: Index,
}

impl Behind {
    /// The goal behind a leader.
    pub(crate) fn of(cluster: Cluster<'_>, leader: ServerId, term: Term) -> Option<Self> {
        let node = &cluster.process(leader)?.node;
        let through = node.log().last();
        let commit = if through.term == term { through.index } else { node.commit_index() };
        Some(Self { leader, term, through, commit })
    }
}

impl Expectation {
    /// Looks at the cluster after an event; the record of the progress, when it has come.
    fn look(&mut self, cluster: Cluster<'_>) -> Option<Record> {
        let is_open = |&(client, sequence): &(ClientId, u64)| {
            cluster.clients.get(client).open().is_some_and(|open| open.sequence == sequence)
        };
        let open = self.open.len();
        self.open.retain(is_open);
        self.led = match (cluster.leader_and_term(), self.led) {
            (Some((leader, term)), _) => Some((leader, term, None)),
            (None, Some((leader, term, None))) => {
                Some((leader, term, Some(cluster.process(leader).is_none())))
            }
            (None, led) => led,
        };
        let followed = cluster.followed();
        // All servers have to hold what was answered meanwhile, too.
        let is_answered = self.open.len() < open;
        if is_answered || self.behind.map(|behind| (behind.leader, behind.term)) != followed {
            self.behind = followed.and_then(|(leader, term)| Behind::of(cluster, leader, term));
        }
        let Behind { leader, through, commit, .. } = self.behind?;
        let has_come = self.open.is_empty()
            && cluster.up().all(|process| has_applied(process, commit))
            && cluster.logs_agree(leader, through.index)
            && cluster.all_come_to_hold(leader);
        has_come.then_some(Record::Progress(leader, through, commit))
    }
}

impl Expectations {
    /// True while progress is expected.
    #[inline(always)]
    pub(crate) fn is_waiting(&self) -> bool {
        self.now.is_some()
    }

    pub(crate) fn now(&self) -> Option<&Expectation> {
        self.now.as_deref()
    }

    pub(crate) fn excused(&self) -> Option<Blocker> {
        self.excused
    }

    /// True if there has ever been one.
    pub(crate) fn has_been(&self) -> bool {
        self.count > 0
    }
}

impl Observed<'_> {
    /// Expects progress within this time; an earlier expectation no longer counts.
    pub(crate) fn expect(&mut self, within: Micros) {
        let World { expectations, clients, queue, now, .. } = &mut *self.world;
        expectations.count += 1;
        expectations.excused = None;
        let number = expectations.count;
        let (since, deadline) = (*now, *now + within);
        let open = clients.open().map(|open| (open.client, open.sequence)).collect();
        queue.plan_deadline(deadline, number);
        let (term, event) = (self.cluster().highest_term(), self.events());
        self.expectations.now = Some(Box::new(Expectation {
            since,
            deadline,
            open,
            term,
            behind: None,
            led: None,
            event,
            number,
        }));
        self.look_for_progress();
    }

    /// Looks for the expected progress, after each event while it is expected.
    #[inline(never)]
    pub(crate) fn look_for_progress(&mut self) {
        let Some(mut expected) = self.expectations.now.take() else { return };
        match expected.look(self.cluster()) {
            Some(progress) => self.record(progress),
            None => self.expectations.now = Some(expected),
        }
    }

    /// The time is over; false if that no longer matters.
    #[inline(never)]
    pub(crate) fn deadline(&mut self, number: u64, at: Time) -> bool {
        let now = &mut self.expectations.now;
        let Some(expected) = now.take_if(|expected| expected.number == number) else {
            return false;
        };
        self.begin(at, Event::Deadline { number });
        let why = Blocker::find(self.cluster(), &expected, &self.unmet_assumptions());
        if matches!(why, Blocker::UnmetAssumption(_)) {
            // Raft guarantees no progress then.
            self.expectations.excused = Some(why);
            self.record(Record::NoProgress(Box::new(why)));
        } else {
            self.blame(&expected, why);
        }
        true
    }

    /// Reports that liveness is violated: the first time that is a violation, and always a record.
    fn blame(&mut self, expected: &Expectation, why: Blocker) {
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
            self.tell_violations();
        } else {
            self.record(Record::NoProgress(Box::new(why)));
        }
    }
}
