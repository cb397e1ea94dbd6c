//! One server of the exploration: a real node, its disk, its service, and the votes that it has sent.

use crate::property::Property;
use bytes::Bytes;
use raft_core::{
    Action, ApplyMsg, Bugs, Config, EntryId, Envelope, InFlight, Index, Input, Log, Message,
    Misfit, Mistake, Node, Note, Persistent, Role, ServerId, Term, Time, Vote, Write,
};

/// The only moment. Any timer may run out at it.
const NOW: Time = Time(0);

#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) node: Node,
    pub(crate) disk: Persistent,
    /// Commands that the service has applied, by number, and the last index that it reflects.
    pub(crate) service: Vec<u8>,
    pub(crate) applied: Index,
    /// Candidates that it has sent its vote to, by term.
    votes: Vec<(Term, ServerId)>,
}

/// An event of a host.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Timeout,
    /// A client's command, by number.
    Command(u8),
    Snapshot,
    Deliver(Envelope),
    Restart,
}

/// Something that a service was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Served {
    /// An applied entry, its command, and the server's term at that time.
    Entry(EntryId, u8, Term),
    /// All commands that it now reflects.
    State(Index, Vec<u8>),
    /// All commands that it now reflects, from a snapshot.
    Snapshot(Index, Vec<u8>),
}

/// Consequences of an event.
pub(crate) struct Effects {
    pub(crate) host: Host,
    pub(crate) sends: Vec<Envelope>,
    pub(crate) served: Vec<Served>,
    /// Followers whose earlier refusals are stale from now on.
    pub(crate) settled: Vec<ServerId>,
    /// Rules that fired. Notes on messages, commands and writes that a crash lost are left out.
    pub(crate) notes: Vec<Note>,
    /// Number of writes.
    pub(crate) writes: u32,
    pub(crate) broken: Option<(Property, String)>,
}

impl Host {
    pub(crate) fn new(id: ServerId, config: Config, bugs: Bugs) -> Self {
        Self {
            node: Node::with_bugs(id, config, bugs, 0, NOW),
            disk: Persistent::default(),
            service: Vec::new(),
            applied: Index(0),
            votes: Vec::new(),
        }
    }

    /// Carries out an event. With `lost`, the server crashes before that write, counted from 0, is durable, and
    /// restarts; nothing after the write is visible to others. Returns none if there is no such write.
    pub(crate) fn handle(&self, event: &Event, lost: Option<u32>) -> Option<Effects> {
        let mut effects = Effects {
            host: self.clone(),
            sends: Vec::new(),
            served: Vec::new(),
            settled: Vec::new(),
            notes: Vec::new(),
            writes: 0,
            broken: None,
        };
        let Some(input) = self.input(event) else {
            effects.restart();
            return Some(effects);
        };
        let mut actions = Vec::new();
        effects.host.node.step(NOW, input, &mut actions);
        if lost.is_none() {
            effects.compare(self);
            if let Event::Deliver(envelope) = event {
                effects.compare_terms(envelope);
            }
        }
        effects.perform(actions, lost);
        if let Some(lost) = lost {
            if lost >= effects.writes {
                return None;
            }
            effects.restart();
        }
        if let Some(Served::Entry(..)) = effects.served.last() {
            let Host { applied, service, .. } = &effects.host;
            effects.served.push(Served::State(*applied, service.clone()));
        }
        Some(effects)
    }

    fn input(&self, event: &Event) -> Option<Input> {
        Some(match event {
            Event::Timeout => Input::Timeout,
            Event::Command(number) => Input::Start(Bytes::copy_from_slice(&[*number])),
            Event::Snapshot => {
                Input::Snapshot { index: self.applied, data: Bytes::copy_from_slice(&self.service) }
            }
            Event::Deliver(envelope) => Input::Receive(Envelope {
                // What is known to be old news has the lowest number, all else the highest.
                call: if envelope.call == 0 { 0 } else { u64::MAX },
                ..envelope.clone()
            }),
            Event::Restart => return None,
        })
    }

    /// Returns the term in which it leads.
    pub(crate) fn leads(&self) -> Option<Term> {
        let (term, leads) = self.node.get_state();
        leads.then_some(term)
    }

    pub(crate) fn renamed(&self, name: impl Fn(ServerId) -> ServerId) -> Self {
        let mut host = self.clone();
        host.node = self.node.renamed(&name);
        host.disk.vote.voted_for = self.disk.vote.voted_for.map(&name);
        for (_, candidate) in &mut host.votes {
            *candidate = name(*candidate);
        }
        host
    }

    /// Encodes everything that decides what it will do. Timers, random numbers and numbers of calls do not.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let node = &self.node;
        encode_server(Some(node.id()), out);
        encode_role(node.role(), out);
        for index in [node.commit_index(), node.last_applied(), self.applied] {
            encode_number(index.0, out);
        }
        encode_persistent(node.vote(), node.log(), node.snapshot(), out);
        encode_persistent(self.disk.vote, &self.disk.log, &self.disk.snapshot, out);
        encode_bytes(&self.service, out);
        for &(term, candidate) in &self.votes {
            encode_number(term.0, out);
            encode_server(Some(candidate), out);
        }
    }

    /// Encodes a part of it that does not depend on the names of servers.
    pub(crate) fn encode_nameless(&self, out: &mut Vec<u8>) {
        let node = &self.node;
        let me = node.id();
        out.push(match node.role() {
            Role::Follower { leader: None } => 0,
            Role::Follower { .. } => 1,
            Role::Candidate { votes } => 2 + votes.len() as u8,
            Role::Leader { .. } => 255,
        });
        out.push(node.vote().voted_for.map_or(0, |id| 1 + u8::from(id == me)));
        for number in [node.vote().current_term.0, node.commit_index().0, self.applied.0] {
            encode_number(number, out);
        }
        encode_log(node.log(), out);
    }
}

impl Effects {
    /// Performs actions in order. From the lost write on, others see nothing.
    fn perform(&mut self, actions: Vec<Action>, lost: Option<u32>) {
        let waits = !self.host.node.bugs().makes(Mistake::AnswersBeforeDurable);
        let mut seen = true;
        for action in actions {
            if let Action::Persist(write) = action {
                let kept = lost.is_none_or(|lost| self.writes < lost);
                self.writes += 1;
                if kept {
                    self.host.persist(&write);
                } else if waits {
                    seen = false;
                }
            } else if seen {
                self.show(action);
            }
        }
    }

    fn show(&mut self, action: Action) {
        match action {
            Action::Send(envelope) => {
                self.note_vote(&envelope);
                self.sends.push(envelope);
            }
            Action::Apply(ApplyMsg::Command { id, command }) => {
                if id.index != self.host.applied.next() {
                    let words = format!(
                        "{} applies {id} after it has applied through {}",
                        self.host.node.id(),
                        self.host.applied
                    );
                    self.breaks(Property::AppliedInOrder, words);
                }
                let commit = self.host.node.commit_index();
                if id.index > commit {
                    let server = self.host.node.id();
                    let words =
                        format!("{server} applies {id}, and knows of commits through {commit}");
                    self.breaks(Property::AppliedInOrder, words);
                }
                let number = command.first().copied().unwrap_or_default();
                self.host.applied = id.index;
                self.host.service.push(number);
                let term = self.host.node.vote().current_term;
                self.served.push(Served::Entry(id, number, term));
            }
            Action::Apply(ApplyMsg::Snapshot { last_included, data }) => {
                self.host.applied = last_included.index;
                self.host.service = data.to_vec();
                self.served.push(Served::Snapshot(last_included.index, data.to_vec()));
            }
            Action::Note(note) => self.notes.push(note),
            Action::Persist(_) | Action::Started(_) => {}
        }
    }

    fn restart(&mut self) {
        let mut actions = Vec::new();
        let host = &mut self.host;
        let (id, config, bugs) = (host.node.id(), *host.node.config(), host.node.bugs());
        let disk = host.disk.clone();
        host.node = Node::recover_with_bugs(disk, id, config, bugs, 0, NOW, &mut actions);
        host.service = host.disk.snapshot.to_vec();
        host.applied = host.disk.log.snapshot_end().index;
        self.served.push(Served::Snapshot(host.applied, host.service.clone()));
        let writes = self.writes;
        self.perform(actions, None);
        self.writes = writes;
    }

    /// Notes a vote, and a violation of One vote in a term.
    fn note_vote(&mut self, envelope: &Envelope) {
        let candidate = match envelope.message {
            Message::RequestVote { .. } => envelope.from,
            Message::RequestVoteReply { vote_granted: true } => envelope.to,
            _ => return,
        };
        let (term, votes) = (envelope.term, &mut self.host.votes);
        match votes.iter().find(|(of, _)| *of == term) {
            None => {
                votes.push((term, candidate));
                votes.sort_unstable();
            }
            Some(&(_, first)) if first != candidate => {
                let words = format!(
                    "{} votes for {first} and for {candidate} in term {term}",
                    envelope.from
                );
                self.breaks(Property::OneVote, words);
            }
            Some(_) => {}
        }
    }

    pub(crate) fn breaks(&mut self, property: Property, words: String) {
        self.broken.get_or_insert((property, words));
    }
}

impl Host {
    fn persist(&mut self, write: &Write) {
        let disk = &mut self.disk;
        if let (Err(Misfit { from, .. }), Write::Append { entries, .. }) =
            (disk.apply(write), write)
        {
            // Only a server that is wrong leaves a gap, and reads back as if there were none.
            disk.log.truncate(from);
            for entry in entries {
                disk.log.push(entry.clone());
            }
        }
        // A term below the one on the disk never comes again, so its vote can be forgotten.
        let term = disk.vote.current_term;
        self.votes.retain(|(of, _)| *of >= term);
    }
}

pub(crate) fn encode_number(number: u64, out: &mut Vec<u8>) {
    if number < 255 {
        out.push(number as u8);
    } else {
        out.push(255);
        out.extend(number.to_le_bytes());
    }
}

pub(crate) fn encode_server(server: Option<ServerId>, out: &mut Vec<u8>) {
    out.push(server.map_or(0, |server| server.0 as u8));
}

pub(crate) fn encode_id(id: EntryId, out: &mut Vec<u8>) {
    encode_number(id.term.0, out);
    encode_number(id.index.0, out);
}

pub(crate) fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    encode_number(bytes.len() as u64, out);
    out.extend(bytes);
}

pub(crate) fn encode_log(log: &Log, out: &mut Vec<u8>) {
    encode_id(log.snapshot_end(), out);
    encode_number(log.len(), out);
    for entry in log.iter_from(log.first_index()) {
        encode_number(entry.term.0, out);
        encode_bytes(&entry.command, out);
    }
}

fn encode_persistent(vote: Vote, log: &Log, snapshot: &[u8], out: &mut Vec<u8>) {
    encode_number(vote.current_term.0, out);
    encode_server(vote.voted_for, out);
    encode_log(log, out);
    encode_bytes(snapshot, out);
}

fn encode_role(role: &Role, out: &mut Vec<u8>) {
    match role {
        Role::Follower { leader } => {
            out.push(0);
            encode_server(*leader, out);
        }
        Role::Candidate { votes } => {
            out.push(1);
            encode_number(votes.len() as u64, out);
            for &voter in votes {
                encode_server(Some(voter), out);
            }
        }
        Role::Leader { progress } => {
            out.push(2);
            for (_, follower) in progress.iter() {
                encode_number(follower.next_index.0, out);
                encode_number(follower.match_index.0, out);
                out.push(u8::from(follower.settled > 0));
                match follower.in_flight {
                    InFlight::Nothing => out.push(0),
                    InFlight::Entries { last } => {
                        out.push(1);
                        encode_number(last.0, out);
                    }
                    InFlight::Snapshot { last_included, .. } => {
                        out.push(2);
                        encode_number(last_included.0, out);
                    }
                }
            }
        }
    }
}
