//! The outline of a run, for painting a strip of it: terms, leaders, elections, faults, commits, commands.

use crate::record::Record;
use crate::state::{RoleName, StateChange};
use raft_check::Property;
use raft_core::{Index, ServerId, Term, Time};

/// The outline of a run. Lists are in the order of time; of very many entries, not all the older are kept.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Timeline {
    /// The moment at which each term was first seen.
    pub terms: Vec<(Term, Time)>,
    /// The leaderships, each with its term.
    pub leaders: Vec<Leadership>,
    /// The times for which servers were down or paused.
    pub downtimes: Vec<Downtime>,
    /// The times in which some link was cut.
    pub cuts: Vec<(Time, Option<Time>)>,
    /// The candidates, each with its term.
    pub elections: Vec<(ServerId, Term, Time)>,
    /// The moments at which a leader first committed an index.
    pub commits: Vec<(Index, Time)>,
    /// The commands of the user.
    pub commands: Vec<(Time, String)>,
    /// The first violation of each property.
    pub violations: Vec<(Time, Property)>,
}

/// A leader's time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leadership {
    /// The leader.
    pub server: ServerId,
    /// Its term.
    pub term: Term,
    /// The moment of its election.
    pub from: Time,
    /// The moment at which it became a follower or crashed; none: it still believes that it leads.
    pub to: Option<Time>,
}

/// The time for which a server was away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Downtime {
    /// The server.
    pub server: ServerId,
    /// Paused rather than crashed.
    pub paused: bool,
    /// Since when.
    pub from: Time,
    /// Until when; none: still.
    pub to: Option<Time>,
}

/// The most entries of a kind that are kept.
const KEPT: usize = 4_000;

/// Adds an entry. When there are too many, every second of the older half goes: a strip is not wide enough to
/// show more, and its beginning is not forgotten.
fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == KEPT {
        thin(list);
    }
    list.push(item);
}

#[cold]
fn thin<T>(list: &mut Vec<T>) {
    let mut number = 0;
    list.retain(|_| {
        number += 1;
        number > KEPT / 2 || number % 2 == 1
    });
}

/// Removes what came at a moment or later.
fn cut<T>(list: &mut Vec<T>, from: Time, at: impl Fn(&T) -> Time) {
    list.truncate(list.partition_point(|item| at(item) < from));
}

impl Timeline {
    /// Takes a record into account.
    #[inline(always)]
    pub fn add(&mut self, at: Time, record: &Record) {
        // By far the most records. Notes explain what others have told.
        if !matches!(
            record,
            Record::Rule(..) | Record::Sent(_) | Record::Arrived(_) | Record::Synced(_)
        ) {
            self.add_rare(at, record);
        }
    }

    #[inline(never)]
    fn add_rare(&mut self, at: Time, record: &Record) {
        match record {
            Record::Changed(server, StateChange::Role(role, term)) => {
                self.add_role(at, *server, *role, *term);
            }
            Record::Changed(_, StateChange::Commit(index, true)) => self.add_commit(at, *index),
            Record::Crashed(server, _) => {
                self.end_leadership(at, *server);
                self.end_downtime(at, *server);
                push(
                    &mut self.downtimes,
                    Downtime { server: *server, paused: false, from: at, to: None },
                );
            }
            Record::Paused(server) => {
                push(
                    &mut self.downtimes,
                    Downtime { server: *server, paused: true, from: at, to: None },
                );
            }
            Record::Restarted(server) | Record::Resumed(server, _) => {
                self.end_downtime(at, *server);
            }
            Record::LinksCut(n) => self.links_cut(at, *n),
            Record::Violated(property, _) => push(&mut self.violations, (at, *property)),
            Record::Command(text) => push(&mut self.commands, (at, text.clone())),
            _ => {}
        }
    }

    /// Forgets everything from a moment on.
    pub fn cut(&mut self, from: Time) {
        cut(&mut self.terms, from, |&(_, at)| at);
        cut(&mut self.elections, from, |&(.., at)| at);
        cut(&mut self.commits, from, |&(_, at)| at);
        cut(&mut self.commands, from, |&(at, _)| at);
        cut(&mut self.violations, from, |&(at, _)| at);
        cut(&mut self.leaders, from, |leadership| leadership.from);
        cut(&mut self.downtimes, from, |downtime| downtime.from);
        cut(&mut self.cuts, from, |&(at, _)| at);
        let leaders = self.leaders.iter_mut().map(|leadership| &mut leadership.to);
        let downtimes = self.downtimes.iter_mut().map(|downtime| &mut downtime.to);
        for to in leaders.chain(downtimes).chain(self.cuts.iter_mut().map(|(_, to)| to)) {
            *to = to.filter(|&to| to < from);
        }
    }

    fn add_role(&mut self, at: Time, server: ServerId, role: RoleName, term: Term) {
        self.end_leadership(at, server);
        if role == RoleName::Follower {
            return;
        }
        if self.terms.last().is_none_or(|(newest, _)| *newest < term) {
            push(&mut self.terms, (term, at));
        }
        // The only server of a cluster is a candidate and a leader in one step.
        let mut own = self.elections.iter().rev().filter(|(who, ..)| *who == server);
        if role == RoleName::Candidate || own.next().is_none_or(|(_, of, _)| *of != term) {
            push(&mut self.elections, (server, term, at));
        }
        if role == RoleName::Leader {
            push(&mut self.leaders, Leadership { server, term, from: at, to: None });
        }
    }

    fn add_commit(&mut self, at: Time, index: Index) {
        if self.commits.last().is_none_or(|(newest, _)| *newest < index) {
            push(&mut self.commits, (index, at));
        }
    }

    fn end_leadership(&mut self, at: Time, server: ServerId) {
        if let Some(leadership) =
            self.leaders.iter_mut().rev().find(|leadership| leadership.server == server)
        {
            leadership.to.get_or_insert(at);
        }
    }

    fn end_downtime(&mut self, at: Time, server: ServerId) {
        if let Some(downtime) =
            self.downtimes.iter_mut().rev().find(|downtime| downtime.server == server)
        {
            downtime.to.get_or_insert(at);
        }
    }

    fn links_cut(&mut self, at: Time, links: u64) {
        let open = self.cuts.last().is_some_and(|(_, to)| to.is_none());
        match self.cuts.last_mut() {
            Some((_, to)) if open && links == 0 => *to = Some(at),
            _ if !open && links > 0 => push(&mut self.cuts, (at, None)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_needs_no_notes() {
        let s1 = ServerId(1);
        let mut line = Timeline::default();
        for (at, change) in [
            (1, StateChange::Role(RoleName::Leader, Term(1))),
            (2, StateChange::Commit(Index(1), true)),
            (3, StateChange::Commit(Index(1), false)),
            (4, StateChange::Role(RoleName::Follower, Term(2))),
        ] {
            line.add(Time(at), &Record::Changed(s1, change));
        }
        assert_eq!(line.elections, [(s1, Term(1), Time(1))], "alone, it needs no other vote");
        assert_eq!(line.commits, [(Index(1), Time(2))]);
        let (term, from, to) = (Term(1), Time(1), Some(Time(4)));
        assert_eq!(line.leaders, [Leadership { server: s1, term, from, to }]);
    }

    #[test]
    fn of_very_many_entries_the_older_are_fewer_and_none_is_out_of_order() {
        let mut list = Vec::new();
        (0..50_000).for_each(|n| push(&mut list, n));
        assert!(list.len() <= KEPT && list.is_sorted());
        assert_eq!((list[0], list[list.len() - 1]), (0, 49_999));
        assert!(list.iter().rev().zip((0..50_000).rev()).take(KEPT / 2).all(|(a, b)| *a == b));
    }

    #[test]
    fn intervals_open_and_close() {
        let mut line = Timeline::default();
        let s1 = ServerId(1);
        let role = |role| Record::Changed(s1, StateChange::Role(role, Term(1)));
        let records = [
            (1, role(RoleName::Candidate)),
            (2, role(RoleName::Leader)),
            (3, Record::LinksCut(2)),
            (4, Record::LinksCut(4)),
            (5, Record::LinksCut(0)),
            (6, Record::Paused(s1)),
            (7, Record::Crashed(s1, 0)),
            (9, Record::Restarted(s1)),
        ];
        for (at, record) in &records {
            line.add(Time(*at), record);
        }
        assert_eq!(line.terms, [(Term(1), Time(1))]);
        assert_eq!(line.elections, [(s1, Term(1), Time(1))]);
        assert_eq!(
            line.leaders,
            [Leadership { server: s1, term: Term(1), from: Time(2), to: Some(Time(7)) }]
        );
        assert_eq!(line.cuts, [(Time(3), Some(Time(5)))]);
        let downtime = |paused, from, to| Downtime {
            server: s1,
            paused,
            from: Time(from),
            to: Some(Time(to)),
        };
        assert_eq!(line.downtimes, [downtime(true, 6, 7), downtime(false, 7, 9)]);

        let mut again = Timeline::default();
        for (at, record) in records.iter().filter(|(at, _)| *at < 7) {
            again.add(Time(*at), record);
        }
        line.cut(Time(7));
        assert_eq!(line.leaders, again.leaders);
        assert_eq!(line.downtimes, again.downtimes);
        assert_eq!(line.cuts, again.cuts);
    }
}
