//! State last seen of each server, and the properties of terms, votes and messages.

mod clients;
mod found;

use crate::hash;
use crate::linear::{Linear, Partial};
use crate::property::Property;
use crate::table::{Committed, Table};
use crate::violation::{Assumption, At, Violation};
use bytes::Bytes;
use raft_core::{
    Appended, Bug, EntryId, Envelope, Index, Input, Log, LogCuts, Message, Node, Role, ServerId,
    Term, Vote,
};
use std::fmt;
use std::sync::Arc;

/// Volatile and persistent state of a server in memory, as an observer may see it.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a> {
    /// `currentTerm` and `votedFor`.
    pub vote: Vote,
    /// True if it believes that it is the leader.
    pub leads: bool,
    /// `commitIndex`.
    pub commit: Index,
    /// `lastApplied`.
    pub applied: Index,
    /// Its log.
    pub log: &'a Log,
    /// The service's state at the log's snapshot end.
    pub snapshot: &'a Bytes,
}

impl Step {
    /// Returns the facts of this input that the checks need.
    #[inline]
    pub fn of(input: &Input) -> Self {
        match input {
            Input::Receive(envelope) => Self {
                term: envelope.term,
                snapshot: matches!(envelope.message, Message::InstallSnapshot { .. }),
            },
            Input::Snapshot { .. } => Self { term: Term(0), snapshot: true },
            Input::Tick | Input::Timeout | Input::Failed { .. } | Input::Start(_) => {
                Self::default()
            }
        }
    }
}

impl<'a> Memory<'a> {
    /// Returns the state of a node in memory.
    #[inline]
    pub fn of(node: &'a Node) -> Self {
        Self {
            vote: node.vote(),
            leads: matches!(node.role(), Role::Leader { .. }),
            commit: node.commit_index(),
            applied: node.last_applied(),
            log: node.log(),
            snapshot: node.snapshot(),
        }
    }
}

/// Facts that the checks need of the input that a server has handled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Step {
    /// The term of the message; 0 without one.
    pub term: Term,
    /// True if the server's snapshot may have changed.
    pub snapshot: bool,
}

/// State that a server's disk would still hold after a crash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Durable {
    /// Term and vote.
    pub vote: Vote,
    /// Index up to which the log on the disk equals the log in memory.
    pub agrees: Index,
    /// Last index of the log on the disk.
    pub last: Index,
}

/// Fields of [`Memory`] that are compared after every event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Glance {
    pub(crate) vote: Vote,
    pub(crate) leads: bool,
    pub(crate) commit: Index,
    pub(crate) applied: Index,
    pub(crate) last: EntryId,
    pub(crate) snapshot_end: EntryId,
    pub(crate) cuts: LogCuts,
}

/// Stands for a vote that was never given.
const NOBODY: ServerId = ServerId(0);

/// Newest state seen of one server.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) seen: Glance,
    /// The hash of its log.
    pub(crate) chain: u64,
    /// Commits of this server up to here are in `table`.
    pub(crate) registered: Index,
    /// Value of [`Checks::late`] when this leader's log was last checked. If it has grown since, the log is checked
    /// again.
    pub(crate) late: u64,
    /// End of the previous snapshot. The disk may go back to it.
    pub(crate) floor: Index,
    /// Last index that its service has applied.
    pub(crate) service: Index,
    /// Highest term in any message that it has sent.
    told: Term,
    /// Newest vote that it has sent: the term, the candidate, and the event.
    voted: (Term, ServerId, u64),
}

/// Checks of all properties, with the history that they need.
#[derive(Clone, Debug)]
pub struct Checks {
    pub(crate) views: Vec<View>,
    pub(crate) table: Table,
    /// Leaders of the newest terms, with the event in which each was first seen to lead.
    pub(crate) leaders: Vec<(Term, ServerId, u64)>,
    /// The last entry that was committed in each of the newest terms in which one was.
    pub(crate) commits: Vec<(Term, EntryId)>,
    /// Entries that were committed at an index where another entry had been committed before.
    pub(crate) beside: Vec<(EntryId, Committed)>,
    /// Number of commits seen in a term below the term of a present leader. Such a leader's log must be checked
    /// again.
    pub(crate) late: u64,
    /// The digest of the state that a snapshot holds; none if it cannot be read.
    pub(crate) digest: fn(&Bytes) -> Option<u64>,
    /// Operations of clients and their answers.
    clients: Linear,
    /// First violation of linearizability.
    misfit: Option<Arc<Partial>>,
    violations: Vec<Arc<Violation>>,
    counts: [u64; Property::ALL.len()],
    assumptions: Vec<(ServerId, Assumption)>,
    bugs: Vec<Bug>,
}

impl Checks {
    /// Creates the checks of a run before its first event. `digest` returns the fingerprint of the state in a
    /// snapshot, to be compared with the states of the services, or none if the bytes are no snapshot.
    pub fn new(servers: u16, digest: fn(&Bytes) -> Option<u64>) -> Self {
        let view = View {
            seen: Glance::default(),
            chain: hash::EMPTY,
            registered: Index(0),
            late: 0,
            floor: Index(0),
            service: Index(0),
            told: Term(0),
            voted: (Term(0), NOBODY, 0),
        };
        Self {
            views: vec![view; usize::from(servers)],
            table: Table::default(),
            leaders: Vec::new(),
            commits: Vec::new(),
            beside: Vec::new(),
            late: 0,
            digest,
            clients: Linear::default(),
            misfit: None,
            violations: Vec::new(),
            counts: [0; Property::ALL.len()],
            assumptions: Vec::new(),
            bugs: Vec::new(),
        }
    }

    /// Number of log indexes that are remembered.
    pub fn places(&self) -> usize {
        self.table.len()
    }

    /// Reports that a server has handled something: a message, its timer, a command, a snapshot of its service.
    #[inline(always)]
    pub fn stepped(&mut self, at: At, server: ServerId, memory: &Memory<'_>, step: Step) {
        let view = &self.views[server.slot()];
        if !view.seen.is(memory)
            || step.term > memory.vote.current_term
            || step.snapshot
            || (memory.leads && view.late != self.late)
        {
            self.changed(at, server, *memory, step);
        }
    }

    #[inline(never)]
    fn changed(&mut self, at: At, server: ServerId, memory: Memory<'_>, step: Step) {
        let memory = &memory;
        let now = Glance::of(memory);
        let was = std::mem::replace(&mut self.views[server.slot()].seen, now);
        if now.vote != was.vote || step.term > now.vote.current_term {
            self.vote_changed(at, server, was.vote, now.vote, step.term);
        }
        if now.commit < was.commit || now.applied < was.applied {
            let (what, from, to) = if now.commit < was.commit {
                ("commitIndex", was.commit, now.commit)
            } else {
                ("lastApplied", was.applied, now.applied)
            };
            let facts = format_args!("{server}'s {what} falls from {from} to {to}");
            self.violates(at, Property::CommitRises, &[server], &[], &[], facts);
        }
        self.look_at_log(at, server, memory, (was, now));
        if step.snapshot || now.snapshot_end != was.snapshot_end {
            self.look_at_snapshot(at, server, memory);
        }
        let is_new = !was.leads || was.vote.current_term != now.vote.current_term;
        if now.leads {
            self.look_at_leader(at, server, memory.log, is_new);
        }
        // The only server of a cluster knows of a commit before its disk does; nobody else can tell.
        if self.views.len() > 1 {
            let upto = now.commit.min(now.last.index);
            self.committed(at, server, memory.log, upto);
        }
    }

    fn vote_changed(&mut self, at: At, server: ServerId, was: Vote, now: Vote, heard: Term) {
        let (before, term) = (was.current_term, now.current_term);
        if term < before {
            let facts = format_args!("{server}'s term falls from {before} to {term}");
            self.violates(at, Property::TermsRise, &[server], &[], &[], facts);
        }
        if heard > term {
            let facts =
                format_args!("{server} handles a message of term {heard} and stays in term {term}");
            self.violates(at, Property::TermsRise, &[server], &[], &[], facts);
        }
        let Some(first) = was.voted_for.filter(|_| term == before) else { return };
        match now.voted_for {
            Some(second) if second != first => {
                let facts =
                    format_args!("{server} votes for {first} and then for {second} in term {term}");
                let servers = [first, second, server];
                self.violates(at, Property::OneVote, &servers, &[], &[], facts);
            }
            Some(_) => {}
            None => {
                let facts =
                    format_args!("{server} forgets in term {term} that it has voted for {first}");
                self.violates(at, Property::OneVote, &[first, server], &[], &[], facts);
            }
        }
    }

    /// Reports that a message leaves a server whose disk holds this. From now on others may see it.
    #[inline]
    pub fn sent(&mut self, at: At, envelope: &Envelope, disk: &Durable) {
        let view = &mut self.views[envelope.from.slot()];
        let term = envelope.term;
        let is_plain = match envelope.message {
            Message::AppendEntries { .. }
            | Message::AppendEntriesReply(Appended::Conflict { .. } | Appended::OldTerm) => true,
            Message::AppendEntriesReply(Appended::Success { match_index }) => {
                match_index <= disk.agrees
            }
            _ => false,
        };
        if is_plain && term >= view.told && term <= disk.vote.current_term {
            view.told = term;
        } else {
            self.told(at, envelope, disk);
        }
    }

    #[inline(never)]
    fn told(&mut self, at: At, envelope: &Envelope, disk: &Durable) {
        let &Envelope { from, to, term, ref message, .. } = envelope;
        let view = &mut self.views[from.slot()];
        let told = view.told;
        view.told = told.max(term);
        if term < told {
            let facts = format_args!("{from} says term {term} after it has said term {told}");
            self.violates(at, Property::TermsRise, &[from], &[], &[], facts);
        }
        let durable = disk.vote.current_term;
        if term > durable {
            let facts = format_args!("{from} says term {term} while its disk has term {durable}");
            self.is_not_durable(at, from, facts);
        }
        match *message {
            Message::RequestVote { .. } => self.votes(at, from, from, term, disk),
            Message::RequestVoteReply { vote_granted: true } => {
                self.votes(at, from, to, term, disk);
            }
            Message::AppendEntriesReply(Appended::Success { match_index }) => {
                self.holds(at, from, term, match_index, disk);
            }
            Message::InstallSnapshotReply { match_index: Some(index) } => {
                self.holds(at, from, term, index, disk);
            }
            _ => {}
        }
    }

    /// Reports that a server has sent what its disk does not hold. A server whose disk acknowledged the write without
    /// making it durable is not to blame.
    #[cold]
    fn is_not_durable(&mut self, at: At, server: ServerId, facts: fmt::Arguments<'_>) {
        let is_trusted = |assumption| !self.assumptions.contains(&(server, assumption));
        if is_trusted(Assumption::HonestDisk) && is_trusted(Assumption::FlushedFirst) {
            self.violates(at, Property::DurableFirst, &[server], &[], &[], facts);
        }
    }

    /// Checks a vote that a server sends to a candidate.
    fn votes(&mut self, at: At, voter: ServerId, candidate: ServerId, term: Term, disk: &Durable) {
        let (before, first, event) = self.views[voter.slot()].voted;
        // Only in term 0, in which nobody should stand, can the first vote be of the term that is known.
        if term > before || (term == before && first == NOBODY) {
            self.views[voter.slot()].voted = (term, candidate, at.event);
        } else if term == before && candidate != first {
            let facts =
                format_args!("{voter} votes for {first} and for {candidate} in term {term}");
            let servers = [first, candidate, voter];
            self.violates(at, Property::OneVote, &servers, &[], &[event], facts);
        }
        if disk.vote.current_term == term && disk.vote.voted_for != Some(candidate) {
            let facts = format_args!(
                "{voter} says that it votes for {candidate} in term {term}, but its disk does not have it"
            );
            self.is_not_durable(at, voter, facts);
        }
    }

    /// Checks an answer by which a server says that its log equals the log of the leader of this term up to an index.
    fn holds(&mut self, at: At, server: ServerId, term: Term, upto: Index, disk: &Durable) {
        if disk.vote.current_term > term {
            // The answer has waited for a write that also brought a later term, and perhaps a later log.
            return;
        }
        // In a later term the log may have been changed since: it was durable as it was then.
        let overtaken = self.views[server.slot()].seen.vote.current_term > term;
        let durable = if overtaken { disk.last } else { disk.agrees };
        if upto > durable {
            let facts = format_args!(
                "{server} says that it holds the log through {upto}, but its disk holds it through {durable}"
            );
            self.is_not_durable(at, server, facts);
        }
    }

    /// Reports that a server has crashed, so that it no longer leads.
    pub fn crashed(&mut self, server: ServerId) {
        self.views[server.slot()].seen.leads = false;
    }

    /// Reports that a server starts, for the first time or after a crash, with this state in memory, and with a
    /// service whose state reflects the log up to `service`.
    pub fn started(
        &mut self,
        at: At,
        server: ServerId,
        memory: &Memory<'_>,
        service: Index,
        state: u64,
    ) {
        let now = Glance::of(memory);
        let term = now.vote.current_term;
        let view = &mut self.views[server.slot()];
        let (told, end) = (view.told, now.snapshot_end.index);
        view.seen = now;
        view.registered = end;
        view.floor = end;
        view.service = service;
        if term < told {
            let facts =
                format_args!("{server} restarts in term {term} after it has said term {told}");
            self.violates(at, Property::TermsRise, &[server], &[], &[], facts);
        }
        if self.views.len() == 1 {
            // It leads before its disk has its vote, and nobody else has seen what a crash took away.
            self.table.unsee_after(memory.log.last().index);
        }
        self.read_log(at, server, memory.log);
        self.look_at_snapshot(at, server, memory);
        self.look_at_state(at, server, service, state);
    }
}

impl Glance {
    /// True if it equals the server's state in memory. It compares field by field, because building a whole `Glance`
    /// reads more than the comparison needs.
    #[inline(always)]
    fn is(&self, memory: &Memory<'_>) -> bool {
        let Self { vote, leads, commit, applied, last, snapshot_end, cuts } = *self;
        vote == memory.vote
            && leads == memory.leads
            && commit == memory.commit
            && applied == memory.applied
            && last == memory.log.last()
            && snapshot_end == memory.log.snapshot_end()
            && cuts == memory.log.cuts()
    }

    fn of(memory: &Memory<'_>) -> Self {
        Self {
            vote: memory.vote,
            leads: memory.leads,
            commit: memory.commit,
            applied: memory.applied,
            last: memory.log.last(),
            snapshot_end: memory.log.snapshot_end(),
            cuts: memory.log.cuts(),
        }
    }
}
