//! Properties of logs, leaders and commits.

use crate::checks::{Checks, Glance, Memory};
use crate::hash;
use crate::property::Property;
use crate::table::{Committed, Seen, Table, Who};
use crate::violation::At;
use raft_core::{EntryId, Index, Log, ServerId, Term};

/// Number of leaders, and of terms with commits, that are remembered.
const LEADERS: usize = 256;
const TERMS: usize = 64;
/// Maximum number of entries remembered as committed where another entry was committed.
const BESIDE: usize = 64;

/// A committed entry, with the term, the server and the event of the first commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the sentence above names the fields")]
pub struct Commit {
    pub id: EntryId,
    pub when: Term,
    pub server: ServerId,
    pub event: u64,
}

impl Checks {
    /// Checks the changes of a server's log.
    pub(crate) fn look_at_log(
        &mut self,
        at: At,
        server: ServerId,
        memory: &Memory<'_>,
        (was, now): (Glance, Glance),
    ) {
        let cut = now.cuts != was.cuts;
        if !cut && now.last == was.last && now.snapshot_end == was.snapshot_end {
            return;
        }
        let log = memory.log;
        let mut from = was.last.index.next();
        if cut || now.last.index < was.last.index {
            let once = now.cuts.count == was.cuts.count + 1;
            let lost = if once { now.cuts.from } else { log.first_index() };
            from = from.min(lost);
            self.entries_went(at, server, lost, was, now);
        }
        self.entries_came(at, server, log, from, was.last.index.next());
        if now.snapshot_end.index > was.snapshot_end.index {
            self.views[server.slot()].floor = was.snapshot_end.index;
            if !Table::together(now.snapshot_end.index, was.snapshot_end.index) {
                self.forget();
            }
        }
    }

    /// Checks a server that has deleted the entries of its log from an index on.
    fn entries_went(&mut self, at: At, server: ServerId, from: Index, was: Glance, now: Glance) {
        let term = now.vote.current_term;
        if was.leads && now.leads && was.vote.current_term == term {
            let facts = format_args!(
                "{server} leads term {term} and deletes its own entries from {from} on"
            );
            self.violates(at, Property::LeaderAppendOnly, &[server], &[], &[], facts);
        }
        let commit = was.commit.min(was.last.index);
        if from <= commit {
            // What stands there now is compared with what was committed.
            self.views[server.slot()].registered = from.prev();
        }
        if from <= commit && now.last.index < commit {
            let facts = format_args!(
                "{server} deletes its log from {from} on, of which it knew that it is committed through {commit}"
            );
            self.violates(at, Property::CommitRises, &[server], &[], &[], facts);
        }
    }

    /// Notes that a server's log holds other entries than before from an index on, or new ones.
    fn entries_came(&mut self, at: At, server: ServerId, log: &Log, from: Index, end: Index) {
        let from = from.max(log.first_index());
        let slot = server.slot();
        let before = from.prev();
        let mut chain = if from == end && before > log.snapshot_end().index {
            self.views[slot].chain
        } else {
            self.chain_at(log, before)
        };
        let who = Who::new(server, at.event);
        for (entry, index) in log.iter_from(from).zip(from.0..) {
            let id = EntryId { term: entry.term, index: Index(index) };
            chain = self.entry(at, id, hash::chain(chain, entry.term, &entry.command), who);
        }
        self.views[slot].chain = chain;
    }

    /// Returns the hash of a log up to an index that the log holds or at which its snapshot ends.
    fn chain_at(&self, log: &Log, index: Index) -> u64 {
        if index == Index(0) {
            return hash::EMPTY;
        }
        let id = log.term_at(index).map(|term| EntryId { term, index });
        id.and_then(|id| self.table.seen(id)).map_or(hash::UNKNOWN, |seen| seen.chain)
    }

    /// Notes that a log holds an entry, with the hash of the log up to it. Returns the known hash, or this one.
    fn entry(&mut self, at: At, id: EntryId, chain: u64, who: Who) -> u64 {
        let known = self.table.seen(id);
        match known {
            Some(seen) if seen.chain == chain || chain == hash::UNKNOWN => return seen.chain,
            Some(seen) if seen.chain != hash::UNKNOWN => {
                let (first, server) = (seen.who.server(), who.server());
                let (servers, events) = ([first, server], [seen.who.event()]);
                let facts = if first == server {
                    format!("{server} has had {id} in its log twice, but not the same up to it")
                } else {
                    format!(
                        "{first} and {server} both have had {id} in their logs, but not the same up to it"
                    )
                };
                let facts = format_args!("{facts}");
                self.violates(at, Property::LogMatching, &servers, &[id], &events, facts);
                return chain;
            }
            _ => {}
        }
        self.table.note(id.index, Seen { term: id.term, chain, who });
        chain
    }

    /// Reads the whole log of a server that starts.
    pub(crate) fn read_log(&mut self, at: At, server: ServerId, log: &Log) {
        self.entries_came(at, server, log, log.first_index(), log.first_index());
    }

    /// Compares whole logs with everything known, entry by entry. Returns the number of entries that were unknown: 0
    /// if every change of every log was reported.
    pub fn compare_all(&mut self, at: At, logs: &[(ServerId, &Log)]) -> u64 {
        let mut unknown = 0;
        for (server, log) in logs {
            let ids = log.iter_from(Index(0)).zip(log.first_index().0..);
            let is_unknown = |id: &EntryId| self.table.seen(*id).is_none();
            unknown += ids
                .map(|(entry, index)| EntryId { term: entry.term, index: Index(index) })
                .filter(is_unknown)
                .count() as u64;
            let chain = self.views[server.slot()].chain;
            self.read_log(at, *server, log);
            unknown += u64::from(self.views[server.slot()].chain != chain);
        }
        unknown
    }

    /// Checks a server that leads.
    pub(crate) fn look_at_leader(&mut self, at: At, server: ServerId, log: &Log, is_new: bool) {
        let view = &mut self.views[server.slot()];
        let term = view.seen.vote.current_term;
        let is_late = view.late != self.late;
        view.late = self.late;
        if is_new {
            let known = self.leaders.iter().rev().find(|(other, ..)| *other == term).copied();
            match known {
                None => {
                    if self.leaders.len() == LEADERS {
                        self.leaders.remove(0);
                    }
                    self.leaders.push((term, server, at.event));
                }
                Some((_, first, event)) if first != server => {
                    let facts = format_args!("{first} and {server} both lead term {term}");
                    let servers = [first, server];
                    self.violates(at, Property::ElectionSafety, &servers, &[], &[event], facts);
                }
                Some(_) => {}
            }
        }
        if is_new || is_late {
            self.look_for_committed(at, server, term, log);
        }
    }

    /// Compares a leader's log with the entries committed in earlier terms. Entries of later terms do not count: a
    /// candidate that was paused may win its term after later terms have passed.
    fn look_for_committed(&mut self, at: At, leader: ServerId, term: Term, log: &Log) {
        let newest = self.commits.iter().rev().find(|(when, _)| *when < term);
        let Some(&(_, last)) = newest.filter(|(_, last)| !has(log, *last)) else { return };
        let first = log.snapshot_end().index.max(Index(1)).0;
        let is_missing = |index: &u64| {
            self.table.get(Index(*index)).is_some_and(|row| {
                let Committed { term: of, when, who } = row.committed;
                let id = EntryId { term: of, index: Index(*index) };
                who.is_somebody() && when < term && !has(log, id)
            })
        };
        let missing = (first..=last.index.0).find(is_missing).map_or(last.index, Index);
        let Some(row) = self.table.get(missing) else { return };
        let Committed { term: of, when, who } = row.committed;
        let (id, by) = (EntryId { term: of, index: missing }, who.server());
        let it = named_beside(by, leader);
        let facts = format_args!(
            "{leader} leads term {term} without {id}, which {it} committed in term {when}"
        );
        let servers = [by, leader];
        let property = Property::LeaderCompleteness;
        self.violates(at, property, &servers, &[id], &[who.event()], facts);
    }

    /// Notes that a server knows that its log is committed up to an index.
    pub(crate) fn committed(&mut self, at: At, server: ServerId, log: &Log, upto: Index) {
        let registered = self.views[server.slot()].registered;
        if upto <= registered {
            return;
        }
        self.views[server.slot()].registered = upto;
        let first = registered.next().max(log.first_index());
        for index in (first.0..=upto.0).map(Index) {
            if let Some(term) = log.term_at(index) {
                self.commits(at, server, EntryId { term, index });
            }
        }
    }

    /// Notes that a server knows that an entry is committed.
    pub(crate) fn commits(&mut self, at: At, server: ServerId, id: EntryId) {
        let when = self.views[server.slot()].seen.vote.current_term;
        let known = &mut self.table.at(id.index).committed;
        if known.who.is_somebody() {
            let Committed { term, who, .. } = *known;
            if term != id.term {
                let (first, other) = (who.server(), EntryId { term, index: id.index });
                self.is_committed_beside(id, when, Who::new(server, at.event));
                let then = then_by(server, first);
                let facts = format_args!("{first} committed {other}, and {then} commits {id}");
                let (servers, entries) = ([first, server], [other, id]);
                let property = Property::StateMachineSafety;
                self.violates(at, property, &servers, &entries, &[who.event()], facts);
            }
            return;
        }
        *known = Committed { term: id.term, when, who: Who::new(server, at.event) };
        let place = self.commits.partition_point(|(term, _)| *term < when);
        match self.commits.get_mut(place) {
            Some((term, last)) if *term == when => *last = id,
            _ => {
                self.commits.insert(place, (when, id));
                if self.commits.len() > TERMS {
                    self.commits.remove(0);
                }
            }
        }
        let is_later =
            self.views.iter().any(|view| view.seen.leads && view.seen.vote.current_term > when);
        self.late += u64::from(is_later);
    }

    /// Notes that an entry was committed at an index where another entry was committed before.
    #[cold]
    fn is_committed_beside(&mut self, id: EntryId, when: Term, who: Who) {
        let is_known = self.beside.iter().any(|(known, _)| *known == id);
        if !is_known && self.beside.len() < BESIDE {
            self.beside.push((id, Committed { term: id.term, when, who }));
        }
    }

    /// Returns the entries that servers have known to be committed at an index, the first commit first. In a correct
    /// run there is at most one, and none after every server has put the index into its snapshot.
    pub fn commits_at(&self, index: Index) -> impl Iterator<Item = Commit> {
        let first = self.table.get(index).map(|row| row.committed);
        let beside = self.beside.iter().filter(move |(id, _)| id.index == index);
        let all = first.into_iter().chain(beside.map(|(_, commit)| *commit));
        all.filter(|commit| commit.who.is_somebody()).map(move |Committed { term, when, who }| {
            Commit { id: EntryId { term, index }, when, server: who.server(), event: who.event() }
        })
    }

    /// Forgets entries that every server has put into its snapshot, or has not reached.
    fn forget(&mut self) {
        let views = &self.views;
        self.table.forget(|first, last| {
            views.iter().all(|view| last < view.floor || view.seen.last.index < first)
        });
    }
}

/// True if a log, or its snapshot, holds an entry.
fn has(log: &Log, id: EntryId) -> bool {
    id.index < log.snapshot_end().index || log.term_at(id.index) == Some(id.term)
}

/// Names the server that does the second of two things: "then" if it did the first as well.
pub(crate) fn then_by(server: ServerId, first: ServerId) -> String {
    if server == first { "then".into() } else { server.to_string() }
}

/// Names a server in a sentence that has named another one: "it" if both are the same.
pub(crate) fn named_beside(server: ServerId, other: ServerId) -> String {
    if server == other { "it".into() } else { server.to_string() }
}
