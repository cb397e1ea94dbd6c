//! Tables that give a number to everything that states consist of: hosts, messages in flight, facts about the past.
//! They also keep the consequences of each event for each host, which are worked out once.

use crate::host::{Effects, Event, Host, Served, encode_bytes, encode_id, encode_number};
use crate::property::{History, Property, logs_match};
use hashbrown::HashMap;
use raft_core::{
    Appended, Bugs, Config, Entry, Envelope, Index, Message, Role, Rule, ServerId, Term,
};
use rustc_hash::FxBuildHasher;

type Map<K, V> = HashMap<K, V, FxBuildHasher>;

/// Values with numbers. Two values are equal if their bytes are equal.
pub(crate) struct Table<T> {
    items: Vec<T>,
    ids: Map<Box<[u8]>, u32>,
}

impl<T> Table<T> {
    fn new() -> Self {
        Self { items: Vec::new(), ids: Map::default() }
    }

    fn id(&mut self, key: &[u8], value: impl FnOnce() -> T) -> u32 {
        if let Some(&id) = self.ids.get(key) {
            return id;
        }
        let id = self.items.len() as u32;
        self.items.push(value());
        self.ids.insert(key.into(), id);
        id
    }

    pub(crate) fn get(&self, id: u32) -> &T {
        &self.items[id as usize]
    }
}

/// A host, with facts that are often needed.
pub(crate) struct HostInfo {
    pub(crate) host: Host,
    pub(crate) term: Term,
    /// Term on its disk. The host never goes below it.
    pub(crate) written: Term,
    pub(crate) leads: Option<Term>,
    pub(crate) log: u32,
    /// Number of its encoding without names.
    pub(crate) nameless: u32,
}

/// Consequences of an event for a host.
pub(crate) struct Outcome {
    pub(crate) host: u32,
    pub(crate) sends: Vec<u32>,
    pub(crate) served: Vec<Served>,
    /// Followers, as a set of bits, whose refusals so far are stale.
    pub(crate) settled: u32,
    pub(crate) writes: u32,
    pub(crate) broken: Option<(Property, String)>,
}

/// Number of a host; number of an event, with the write that is lost.
pub(crate) type Key = (u32, u64);

pub(crate) struct Tables {
    pub(crate) config: Config,
    pub(crate) bugs: Bugs,
    pub(crate) hosts: Table<HostInfo>,
    pub(crate) messages: Table<Envelope>,
    pub(crate) histories: Table<History>,
    logs: Table<raft_core::Log>,
    nameless: Table<()>,
    outcomes: Vec<Outcome>,
    known: Map<Key, Option<u32>>,
    matching: Map<(u32, u32), bool>,
    bytes: Vec<u8>,
}

impl Tables {
    pub(crate) fn new(config: Config, bugs: Bugs) -> Self {
        Self {
            config,
            bugs,
            hosts: Table::new(),
            messages: Table::new(),
            histories: Table::new(),
            logs: Table::new(),
            nameless: Table::new(),
            outcomes: Vec::new(),
            known: Map::default(),
            matching: Map::default(),
            bytes: Vec::new(),
        }
    }

    pub(crate) fn host(&mut self, host: Host) -> u32 {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        host.encode_nameless(&mut bytes);
        let nameless = self.nameless.id(&bytes, || ());
        bytes.clear();
        crate::host::encode_log(host.node.log(), &mut bytes);
        let log = self.logs.id(&bytes, || host.node.log().clone());
        bytes.clear();
        host.encode(&mut bytes);
        let id = self.hosts.id(&bytes, || HostInfo {
            term: host.node.vote().current_term,
            written: host.disk.vote.current_term,
            leads: host.leads(),
            log,
            nameless,
            host,
        });
        self.bytes = bytes;
        id
    }

    /// Returns the number of a message. The number of its call is reduced to 0, for a stale message, or 1.
    pub(crate) fn message(&mut self, mut envelope: Envelope) -> u32 {
        let counts = matches!(
            envelope.message,
            Message::AppendEntries { .. } | Message::AppendEntriesReply(_)
        );
        envelope.call = u64::from(counts && envelope.call > 0);
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        encode_message(&envelope, &mut bytes);
        let id = self.messages.id(&bytes, || envelope);
        self.bytes = bytes;
        id
    }

    /// Returns the number of the same message as a stale one.
    pub(crate) fn settled(&mut self, message: u32) -> u32 {
        let envelope = Envelope { call: 0, ..self.messages.get(message).clone() };
        self.message(envelope)
    }

    pub(crate) fn history(&mut self, history: History) -> u32 {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        for &(term, server) in &history.leaders {
            encode_number(term.0, &mut bytes);
            bytes.push(server.0 as u8);
        }
        bytes.push(0);
        for &(of, command, when) in &history.applied {
            encode_number(of.0, &mut bytes);
            bytes.push(command);
            encode_number(when.0, &mut bytes);
        }
        let id = self.histories.id(&bytes, || history);
        self.bytes = bytes;
        id
    }

    /// Returns the consequences of an event, or none if there is no such write to be lost.
    pub(crate) fn outcome(
        &mut self,
        host: u32,
        code: u64,
        lost: Option<u32>,
        event: impl FnOnce(&Self) -> Event,
    ) -> Option<u32> {
        let key = (host, code << 8 | u64::from(lost.map_or(0, |lost| lost + 1)));
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let event = event(self);
        let effects = self.hosts.get(host).host.handle(&event, lost);
        let outcome = effects.map(|effects| {
            let outcome = self.digest(effects);
            self.outcomes.push(outcome);
            self.outcomes.len() as u32 - 1
        });
        self.known.insert(key, outcome);
        outcome
    }

    pub(crate) fn get(&self, outcome: u32) -> &Outcome {
        &self.outcomes[outcome as usize]
    }

    fn digest(&mut self, effects: Effects) -> Outcome {
        let Effects { host, sends, served, settled, writes, broken, .. } = effects;
        Outcome {
            host: self.host(host),
            sends: sends.into_iter().map(|envelope| self.message(envelope)).collect(),
            served,
            settled: settled.iter().fold(0, |set, peer| set | 1 << peer.slot()),
            writes,
            broken,
        }
    }

    /// True if the logs of two hosts are the same up to the last entry that they share.
    pub(crate) fn match_logs(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.hosts.get(a).log, self.hosts.get(b).log);
        let logs = &self.logs;
        a == b
            || *self
                .matching
                .entry((a.min(b), a.max(b)))
                .or_insert_with(|| logs_match(logs.get(a), logs.get(b)))
    }

    /// True if a reply can make no difference to its receiver later, judging by terms and roles. The caller checks
    /// that it makes none now.
    pub(crate) fn is_inert(&self, message: u32, host: u32) -> bool {
        let (envelope, known) = (self.messages.get(message), self.hosts.get(host));
        let forgets = self.bugs.obeys(Rule::IgnoreStaleReply)
            && self.bugs.obeys(Rule::IncrementTerm)
            && known.written == known.term;
        if !forgets || !envelope.message.is_reply() || envelope.term > known.term {
            return false;
        }
        let is_past = envelope.term < known.term;
        match (&envelope.message, known.host.node.role()) {
            _ if is_past => true,
            (message, _) if message.is_refusal() => {
                !matches!(message, Message::AppendEntriesReply(Appended::Conflict { .. }))
            }
            (_, Role::Follower { .. })
            | (Message::RequestVoteReply { .. }, Role::Leader { .. }) => true,
            _ => false,
        }
    }
}

fn encode_message(envelope: &Envelope, out: &mut Vec<u8>) {
    out.extend([envelope.from.0 as u8, envelope.to.0 as u8, envelope.call as u8]);
    encode_number(envelope.term.0, out);
    match &envelope.message {
        Message::RequestVote { last_log } => {
            out.push(0);
            encode_id(*last_log, out);
        }
        Message::RequestVoteReply { vote_granted } => out.extend([1, u8::from(*vote_granted)]),
        Message::AppendEntries { prev_log, entries, leader_commit } => {
            out.push(2);
            encode_id(*prev_log, out);
            encode_number(leader_commit.0, out);
            for Entry { term, command } in entries {
                encode_number(term.0, out);
                encode_bytes(command, out);
            }
        }
        Message::AppendEntriesReply(appended) => encode_appended(*appended, out),
        Message::InstallSnapshot { last_included, data } => {
            out.push(6);
            encode_id(*last_included, out);
            encode_bytes(data, out);
        }
        Message::InstallSnapshotReply { match_index } => {
            out.push(7);
            encode_number(match_index.map_or(0, |Index(index)| index + 1), out);
        }
    }
}

fn encode_appended(appended: Appended, out: &mut Vec<u8>) {
    match appended {
        Appended::Success { match_index } => {
            out.push(3);
            encode_number(match_index.0, out);
        }
        Appended::Conflict { prev_log_index, conflict_term, first_index } => {
            out.push(4);
            encode_number(prev_log_index.0, out);
            encode_number(conflict_term.map_or(0, |term| term.0 + 1), out);
            encode_number(first_index.0, out);
        }
        Appended::OldTerm => out.push(5),
    }
}

/// All renamings of the servers, with the new numbers of everything that is known.
pub(crate) struct Names {
    /// New slot of each slot. The first renaming changes nothing.
    pub(crate) orders: Vec<Vec<u8>>,
    hosts: Vec<Vec<u32>>,
    messages: Vec<Vec<u32>>,
    histories: Vec<Vec<u32>>,
}

const UNKNOWN: u32 = u32::MAX;

impl Names {
    pub(crate) fn new(servers: usize) -> Self {
        let mut orders = vec![Vec::new()];
        for _ in 0..servers {
            orders = orders
                .iter()
                .flat_map(|order: &Vec<u8>| {
                    let free = (0..servers as u8).filter(|slot| !order.contains(slot));
                    free.map(|slot| [&order[..], &[slot]].concat()).collect::<Vec<_>>()
                })
                .collect();
        }
        let empty = || vec![Vec::new(); orders.len()];
        let (hosts, messages, histories) = (empty(), empty(), empty());
        Self { orders, hosts, messages, histories }
    }

    fn name(&self, order: usize) -> impl Fn(ServerId) -> ServerId + use<> {
        let order = self.orders[order].clone();
        move |server| ServerId::from_slot(usize::from(order[server.slot()]))
    }

    pub(crate) fn host(&mut self, order: usize, id: u32, tables: &mut Tables) -> u32 {
        if let Some(renamed) = found(&self.hosts[order], id) {
            return renamed;
        }
        let host = tables.hosts.get(id).host.renamed(self.name(order));
        remember(&mut self.hosts[order], id, tables.host(host))
    }

    pub(crate) fn message(&mut self, order: usize, id: u32, tables: &mut Tables) -> u32 {
        if let Some(renamed) = found(&self.messages[order], id) {
            return renamed;
        }
        let name = self.name(order);
        let envelope = tables.messages.get(id).clone();
        let envelope = Envelope { from: name(envelope.from), to: name(envelope.to), ..envelope };
        remember(&mut self.messages[order], id, tables.message(envelope))
    }

    pub(crate) fn history(&mut self, order: usize, id: u32, tables: &mut Tables) -> u32 {
        if let Some(renamed) = found(&self.histories[order], id) {
            return renamed;
        }
        let name = self.name(order);
        let mut history = tables.histories.get(id).clone();
        for (_, leader) in &mut history.leaders {
            *leader = name(*leader);
        }
        history.leaders.sort_unstable();
        remember(&mut self.histories[order], id, tables.history(history))
    }
}

fn found(table: &[u32], id: u32) -> Option<u32> {
    table.get(id as usize).copied().filter(|&renamed| renamed != UNKNOWN)
}

fn remember(table: &mut Vec<u32>, id: u32, renamed: u32) -> u32 {
    if table.len() <= id as usize {
        table.resize(id as usize + 1, UNKNOWN);
    }
    table[id as usize] = renamed;
    renamed
}
