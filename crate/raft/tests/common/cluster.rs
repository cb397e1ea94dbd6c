//! A cluster without a clock or a network of its own: whoever drives it decides what happens next. It
//! checks every action against what is on the disk and against what was seen before.

use bytes::Bytes;
use raft_core::{
    Action, Appended, ApplyMsg, Config, EntryId, Envelope, Index, Input, Message, Node, Persistent,
    Role, Rule, ServerId, Term, Time, Write,
};
use std::collections::{BTreeMap, BTreeSet};

/// The next event. Numbers choose among what there is.
#[derive(Clone, Debug)]
pub enum Event {
    /// A message in flight arrives.
    Deliver(usize),
    /// It arrives, and will arrive again.
    Duplicate(usize),
    /// It is lost.
    Lose(usize),
    /// A server's timer runs out.
    Timeout(usize),
    /// A server is given a command.
    Start(usize),
    /// A server's service takes a snapshot of what it has applied, or asks for one at a wrong index.
    Snapshot(usize, u64),
    /// A server crashes and restarts from its disk.
    Restart(usize),
    /// A message arrives at a server, which crashes after so many of the actions and restarts.
    DeliverAndCrash(usize, usize),
    /// Time passes.
    Wait(u64),
}

pub struct Server {
    pub node: Node,
    /// The durable state.
    pub disk: Persistent,
    /// The last entry that its service has applied.
    pub applied: Index,
}

pub struct Cluster {
    pub servers: Vec<Server>,
    pub in_flight: Vec<Envelope>,
    /// The rules that have fired.
    pub fired: BTreeSet<Rule>,
    now: Time,
    config: Config,
    starts: u64,
    votes: BTreeMap<(ServerId, Term), ServerId>,
    leaders: BTreeMap<Term, ServerId>,
    /// The command that was applied first at each index, and its term.
    applied: BTreeMap<Index, (Term, Bytes)>,
    applied_in: BTreeMap<Index, Term>,
}

impl Cluster {
    pub fn new(config: Config) -> Self {
        let server = |n| Server {
            node: Node::new(ServerId(n), config, u64::from(n), Time(0)),
            disk: Persistent::default(),
            applied: Index(0),
        };
        Self {
            servers: (1..=config.servers).map(server).collect(),
            in_flight: Vec::new(),
            fired: BTreeSet::new(),
            now: Time(0),
            config,
            starts: 0,
            votes: BTreeMap::new(),
            leaders: BTreeMap::new(),
            applied: BTreeMap::new(),
            applied_in: BTreeMap::new(),
        }
    }

    pub fn happen(&mut self, event: &Event) {
        let n = self.servers.len();
        match *event {
            Event::Deliver(at) => {
                if let Some(at) = self.pick(at) {
                    let envelope = self.in_flight.swap_remove(at);
                    self.deliver(envelope, usize::MAX);
                }
            }
            Event::Duplicate(at) => {
                if let Some(at) = self.pick(at) {
                    self.deliver(self.in_flight[at].clone(), usize::MAX);
                }
            }
            Event::Lose(at) => {
                if let Some(at) = self.pick(at) {
                    self.in_flight.swap_remove(at);
                }
            }
            Event::DeliverAndCrash(at, actions) => {
                if let Some(at) = self.pick(at) {
                    let envelope = self.in_flight.swap_remove(at);
                    let slot = envelope.to.slot();
                    self.deliver(envelope, actions);
                    self.restart(slot);
                }
            }
            Event::Timeout(slot) => self.input(slot % n, Input::Timeout, usize::MAX),
            Event::Start(slot) => {
                self.starts += 1;
                let command = Bytes::from(format!("command {}", self.starts));
                self.input(slot % n, Input::Start(command), usize::MAX);
            }
            Event::Snapshot(slot, beyond) => {
                let slot = slot % n;
                let index = self.servers[slot].applied + beyond;
                let data = Bytes::from(format!("state {index}"));
                self.input(slot, Input::Snapshot { index, data }, usize::MAX);
            }
            Event::Restart(slot) => self.restart(slot % n),
            Event::Wait(time) => self.now = self.now + time,
        }
    }

    /// Lets everything arrive in the order of sending, and time pass, until all agree.
    ///
    /// # Panics
    /// If they do not within a hundred rounds.
    pub fn settle(&mut self) {
        for round in 0..100 {
            while !self.in_flight.is_empty() {
                let envelope = self.in_flight.remove(0);
                self.deliver(envelope, usize::MAX);
            }
            self.now = self.now + self.config.election_max;
            let leader = (0..self.servers.len())
                .filter(|&slot| self.servers[slot].node.get_state().1)
                .max_by_key(|&slot| self.servers[slot].node.get_state().0);
            let Some(slot) = leader else {
                self.input(round % self.servers.len(), Input::Timeout, usize::MAX);
                continue;
            };
            // Only an entry of its own term lets a leader commit those of earlier terms.
            let node = &self.servers[slot].node;
            if node.log().last().term < node.get_state().0 {
                self.happen(&Event::Start(slot));
            }
            self.input(slot, Input::Timeout, usize::MAX);
            let (last, commit) = {
                let node = &self.servers[slot].node;
                (node.log().last(), node.commit_index())
            };
            let agreed = |server: &Server| {
                server.node.log().last() == last
                    && server.node.commit_index() == commit
                    && server.applied == commit
            };
            if commit == last.index && commit > Index(0) && self.servers.iter().all(agreed) {
                return;
            }
        }
        panic!("no agreement after a hundred rounds");
    }

    fn pick(&self, at: usize) -> Option<usize> {
        at.checked_rem(self.in_flight.len())
    }

    fn deliver(&mut self, envelope: Envelope, most: usize) {
        self.input(envelope.to.slot(), Input::Receive(envelope), most);
    }

    fn restart(&mut self, slot: usize) {
        let server = &mut self.servers[slot];
        let seed = server.disk.vote.current_term.0;
        let id = server.node.id();
        let disk = server.disk.clone();
        let mut actions = Vec::new();
        server.node = Node::recover(disk, id, self.config, seed, self.now, &mut actions);
        server.applied = server.disk.log.snapshot_end().index;
        for action in actions {
            self.perform(slot, action);
        }
    }

    /// Gives a node an input, and performs no more than `most` of the actions.
    fn input(&mut self, slot: usize, input: Input, most: usize) {
        let node = &mut self.servers[slot].node;
        let (term, commit) = (node.get_state().0, node.commit_index());
        let mut actions = Vec::new();
        node.step(self.now, input, &mut actions);
        assert!(node.get_state().0 >= term, "a term never falls");
        assert!(node.commit_index() >= commit, "commitIndex never falls");
        assert!(node.commit_index() <= node.log().last().index);
        assert!(node.last_applied() == node.commit_index(), "all that is committed is handed over");
        if matches!(node.role(), Role::Leader { .. }) {
            self.check_leader(slot);
        }
        for action in actions.into_iter().take(most) {
            self.perform(slot, action);
        }
    }

    fn perform(&mut self, slot: usize, action: Action) {
        let server = &mut self.servers[slot];
        match action {
            Action::Persist(write) => persist(&mut server.disk, &write),
            Action::Send(envelope) => {
                check_durable(server, &envelope);
                self.check_vote(&envelope);
                self.in_flight.push(envelope);
            }
            Action::Apply(ApplyMsg::Command { id, command }) => {
                assert_eq!(id.index, server.applied.next(), "entries are applied in order");
                server.applied = id.index;
                self.applied_in.entry(id.index).or_insert(server.node.get_state().0);
                let entry = (id.term, command);
                let first = self.applied.entry(id.index).or_insert_with(|| entry.clone());
                assert_eq!(*first, entry, "every service applies the same at {}", id.index);
            }
            Action::Apply(ApplyMsg::Snapshot { last_included, data }) => {
                assert!(last_included.index > server.applied, "a snapshot only leads forward");
                assert_eq!(data, format!("state {}", last_included.index));
                server.applied = last_included.index;
            }
            Action::Note(note) => {
                self.fired.insert(note.rule());
            }
            Action::Started(_) => {}
        }
    }

    /// One leader a term, and it has everything that was applied in earlier terms.
    fn check_leader(&mut self, slot: usize) {
        let node = &self.servers[slot].node;
        let term = node.get_state().0;
        let first = *self.leaders.entry(term).or_insert(node.id());
        assert_eq!(first, node.id(), "one leader in term {term}");
        let log = node.log();
        for (&index, entry) in self.applied.range(log.first_index()..) {
            if self.applied_in[&index] < term {
                assert_eq!(log.term_at(index), Some(entry.0), "the leader has entry {index}");
            }
        }
    }

    /// One vote in a term.
    fn check_vote(&mut self, envelope: &Envelope) {
        let candidate = match envelope.message {
            Message::RequestVote { .. } => envelope.from,
            Message::RequestVoteReply { vote_granted: true } => envelope.to,
            _ => return,
        };
        let first = *self.votes.entry((envelope.from, envelope.term)).or_insert(candidate);
        assert_eq!(first, candidate, "{} votes once in term {}", envelope.from, envelope.term);
    }
}

/// Nothing is sent that rests on what is not durable.
fn check_durable(server: &Server, envelope: &Envelope) {
    let Persistent { vote, log, snapshot } = &server.disk;
    assert_eq!(envelope.term, vote.current_term, "the term that is sent is durable");
    let same_log = || {
        assert_eq!(log, server.node.log(), "the entries that are sent or confirmed are durable");
        assert_eq!(snapshot, server.node.snapshot());
    };
    match envelope.message {
        Message::RequestVote { last_log } => {
            assert_eq!(vote.voted_for, Some(envelope.from), "the vote for itself is durable");
            assert_eq!(last_log, log.last());
        }
        Message::RequestVoteReply { vote_granted: true } => {
            assert_eq!(vote.voted_for, Some(envelope.to), "the vote is durable");
        }
        Message::AppendEntries { .. }
        | Message::InstallSnapshot { .. }
        | Message::InstallSnapshotReply { match_index: Some(_) } => same_log(),
        Message::AppendEntriesReply(Appended::Success { match_index }) => {
            assert!(match_index <= log.last().index);
            same_log();
        }
        Message::RequestVoteReply { .. }
        | Message::AppendEntriesReply(_)
        | Message::InstallSnapshotReply { match_index: None } => {}
    }
}

fn persist(disk: &mut Persistent, write: &Write) {
    if let Write::Save { last_included, .. } = write {
        assert!(*last_included > EntryId::ZERO);
    }
    disk.apply(write).expect("a node writes what continues its earlier writes");
}
