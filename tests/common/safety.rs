//! Observers of safety (Figure 3 of the paper), outside of what they observe.

use crate::play::Watcher;
use bytes::Bytes;
use raft_core::{EntryId, Index, Log, Node, Note, ServerId, Term};
use raft_sim::record::Brief;
use raft_sim::{Record, Stamp, World};
use std::collections::BTreeMap;

/// What must hold at all times.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Property {
    /// Election Safety: at most one leader in a term.
    OneLeader,
    /// A server gives one vote in a term, and remembers it. Only what it has told others counts.
    OneVote,
    /// The terms that a server tells others never fall.
    TermsRise,
    /// Leader Completeness: a committed entry is in the log of every later leader, and stays where it is.
    CommittedStays,
    /// State Machine Safety: two services that have applied as much are in the same state.
    SameState,
    /// Log Matching: two logs that share an entry are the same up to it.
    LogsMatch,
    /// A server's commitIndex never falls while it runs.
    CommitRises,
}

/// Watches a world, and writes down the first evidence against each property.
#[derive(Debug, Default)]
pub struct Safety {
    /// What has fallen, with the evidence.
    pub fallen: BTreeMap<Property, String>,
    leaders: BTreeMap<Term, ServerId>,
    votes: BTreeMap<(ServerId, Term), ServerId>,
    told: BTreeMap<ServerId, Term>,
    /// The term of each committed entry, and the term in which it was first known to be committed.
    committed: BTreeMap<Index, (Term, Term)>,
    commit_index: BTreeMap<ServerId, Index>,
    states: BTreeMap<Index, Bytes>,
}

impl Watcher for Safety {
    fn look(&mut self, world: &World, news: &[(Stamp, Record)]) {
        for (_, record) in news {
            match record {
                Record::Rule(server, note) => self.rule(world, *server, note),
                Record::Sent(brief) => self.sent(brief),
                Record::Crashed(server, _) => {
                    self.commit_index.remove(server);
                }
                _ => {}
            }
        }
        let mut touched: Vec<ServerId> = news.iter().filter_map(|(_, r)| r.server()).collect();
        touched.sort_unstable();
        touched.dedup();
        for server in touched {
            self.server(world, server);
        }
    }
}

impl Safety {
    fn falls(&mut self, property: Property, evidence: String) {
        self.fallen.entry(property).or_insert(evidence);
    }

    fn rule(&mut self, world: &World, server: ServerId, note: &Note) {
        match *note {
            Note::WinElection { term, .. } => {
                let first = *self.leaders.entry(term).or_insert(server);
                if first != server {
                    let evidence = format!("{first} and {server} lead term {term}");
                    self.falls(Property::OneLeader, evidence);
                }
                if let Some(node) = node(world, server) {
                    self.completeness(node, term);
                }
            }
            Note::DeleteConflict { from, .. }
                if self.commit_index.get(&server).is_some_and(|&commit| from <= commit) =>
            {
                let evidence = format!("{server} deletes from {from} on, which was committed");
                self.falls(Property::CommittedStays, evidence);
            }
            _ => {}
        }
    }

    fn sent(&mut self, brief: &Brief) {
        let Brief { from, to, term, rpc, reply, .. } = *brief;
        let told = self.told.entry(from).or_default();
        if term < *told {
            let evidence = format!("{from} says term {term} after term {told}");
            self.falls(Property::TermsRise, evidence);
        } else {
            *told = term;
        }
        let candidate = match reply {
            _ if rpc != "RequestVote" => return,
            None => from,
            Some(true) => to,
            Some(false) => return,
        };
        let first = *self.votes.entry((from, term)).or_insert(candidate);
        if first != candidate {
            let evidence = format!("{from} votes for {first} and {candidate} in term {term}");
            self.falls(Property::OneVote, evidence);
        }
    }

    /// A new leader's log against what was committed in earlier terms. A candidate that was paused may
    /// win its term when later ones have gone by, and learn of them in the same moment; it need not have
    /// what they committed.
    fn completeness(&mut self, leader: &Node, won: Term) {
        let log = leader.log();
        let lacks = self.committed.iter().rev().take(500).find(|&(&index, &(term, when))| {
            when < won && index > log.snapshot_end().index && log.term_at(index) != Some(term)
        });
        if let Some((index, (term, _))) = lacks {
            let evidence = format!("{} leads without {index}@{term}", leader.id());
            self.falls(Property::CommittedStays, evidence);
        }
    }

    fn server(&mut self, world: &World, server: ServerId) {
        let Some(process) = world.servers()[server.slot()].process() else { return };
        let node = &process.node;
        let before = self.commit_index.insert(server, node.commit_index()).unwrap_or_default();
        if node.commit_index() < before {
            let evidence = format!("{server}: from {before} to {}", node.commit_index());
            self.falls(Property::CommitRises, evidence);
        }
        // The only server of a cluster knows of a commit before its disk does; it has told nobody.
        if world.servers().len() > 1 {
            self.commits(node, before);
        }
        let applied = process.machine.applied();
        if applied > Index(0) {
            let state = process.machine.snapshot();
            if *self.states.entry(applied).or_insert_with(|| state.clone()) != state {
                let evidence = format!("{server} is in another state after entry {applied}");
                self.falls(Property::SameState, evidence);
            }
        }
    }

    /// What a server has come to know as committed, after `before`.
    fn commits(&mut self, node: &Node, before: Index) {
        let log = node.log();
        let first = before.next().max(log.first_index());
        for index in (first.0..=node.commit_index().0).map(Index) {
            let Some(term) = log.term_at(index) else { continue };
            let now = node.vote().current_term;
            let (known, _) = *self.committed.entry(index).or_insert((term, now));
            if known != term {
                let (one, other) = (EntryId { term: known, index }, EntryId { term, index });
                let evidence = format!("{one} was committed, and {} commits {other}", node.id());
                self.falls(Property::CommittedStays, evidence);
            }
        }
    }

    /// Compares all logs with each other.
    pub fn compare_logs(&mut self, world: &World) {
        let nodes: Vec<&Node> =
            world.servers().iter().filter_map(|server| Some(&server.process()?.node)).collect();
        for (at, one) in nodes.iter().enumerate() {
            for other in &nodes[..at] {
                if let Some(index) = disagreement(one.log(), other.log()) {
                    let evidence = format!("{} and {} at {index}", other.id(), one.id());
                    self.falls(Property::LogsMatch, evidence);
                }
            }
        }
    }
}

fn node(world: &World, server: ServerId) -> Option<&Node> {
    Some(&world.servers()[server.slot()].process()?.node)
}

/// An entry that two logs have different, though they share a later one.
fn disagreement(one: &Log, other: &Log) -> Option<Index> {
    let first = one.first_index().max(other.first_index());
    let last = one.last().index.min(other.last().index);
    let shared =
        (first.0..=last.0).rev().map(Index).find(|&i| one.term_at(i) == other.term_at(i))?;
    (first.0..=shared.0).map(Index).find(|&index| one.get(index) != other.get(index))
}
