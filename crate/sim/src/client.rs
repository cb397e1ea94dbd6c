//! Clients: each asks for one operation at a time, of the server that it believes to lead, until it gets an answer.
//!
//! A client repeats a request that gets no answer in time, at another server and with the same number, so the
//! service recognizes it. A server answers once it has applied the entry that carries the request.
//!
//! [`Clients`] are a value of their own, with a network of their own. They know no server and no clock: the world
//! tells them the moment, and carries out the `ClientAction`s that they leave.

use crate::client_command::ClientCommand;
use crate::client_event::{ClientEvent, ClientEventKind};
use crate::client_network::{ClientMessage, ClientNetwork, ClientPacket};
use crate::digest::{Purpose, stream};
use crate::history::{History, Operation};
use crate::quality::Quality;
use crate::session::Outcome;
use bytes::Bytes;
use raft_check::{Asked, At};
use raft_core::{Micros, Random, ServerId, Time};
use raft_script::clients::{ClientId, ClientsSpec};
use std::collections::VecDeque;

/// All clients, their network, and the history of their operations.
#[derive(Clone, Debug)]
pub struct Clients {
    /// The seed of the run.
    seed: u64,
    /// The number of servers.
    servers: usize,
    spec: ClientsSpec,
    list: Vec<Client>,
    history: History,
    alarms: u64,
    pub(crate) network: ClientNetwork,
    /// The actions that the world carries out next, in this order.
    pub(crate) actions: Vec<ClientAction>,
}

/// Something that the world has to do for the clients.
#[derive(Clone, Debug)]
pub(crate) enum ClientAction {
    /// Fold bytes into the digest.
    Fold(Bytes),
    /// Tell the observer.
    Record(Box<ClientEvent>),
    /// Wake a client.
    Alarm { at: Time, client: ClientId, number: u64 },
    /// Let a packet arrive, or be lost.
    Packet { at: Time, number: u64 },
    /// Tell the checks that an operation begins.
    Invoked { client: ClientId, sequence: u64, command: ClientCommand },
    /// Tell the checks the answer to an operation.
    Answered { client: ClientId, sequence: u64, outcome: Outcome },
}

/// The part of the world that clients see: the moment, and a network like that of the servers.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    pub(crate) at: At,
    pub(crate) quality: &'a Quality,
}

/// A client.
#[derive(Clone, Debug)]
pub struct Client {
    id: ClientId,
    pub(crate) random: Random,
    sequence: u64,
    server: ServerId,
    open: Option<Open>,
    /// Waits for an answer, rather than for the time to ask again.
    is_asking: bool,
    /// The alarm that it waits for, if it waits.
    alarm: Option<u64>,
    wanted: VecDeque<Bytes>,
    /// The last value of each key that it knows of.
    known: Vec<Bytes>,
    /// The servers that it cannot reach, and those that cannot reach it: one bit for each.
    cut: [u128; 2],
}

/// An operation that is not answered yet.
#[derive(Clone, Debug)]
struct Open {
    operation: Operation,
    command: ClientCommand,
}

/// The most operations that wait to be asked by a client.
pub(crate) const MOST_WANTED: usize = 100;

/// The keys that clients use.
const KEYS: &[u8; 20] = b"xyzuvwabcdefghijklmn";

/// Every so many operations a client writes a value anew rather than make it longer.
const APPENDS: u64 = 16;

/// The longest value that a client remembers.
const LONGEST_KNOWN: usize = 100;

/// Delay before a client asks the server that a refusal has named.
const HINTED: Micros = 1_000;

impl Clients {
    pub(crate) fn new(seed: u64, servers: u16) -> Self {
        Self {
            seed,
            servers: usize::from(servers),
            spec: ClientsSpec::default(),
            list: Vec::new(),
            history: History::default(),
            alarms: 0,
            network: ClientNetwork::default(),
            actions: Vec::new(),
        }
    }

    /// Their settings.
    pub fn spec(&self) -> &ClientsSpec {
        &self.spec
    }

    /// All of them that there have ever been, c1 first.
    pub fn list(&self) -> &[Client] {
        &self.list
    }

    /// True until the first one is made.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The requests and responses on their way, in the order of sending.
    pub fn packets(&self) -> &[ClientPacket] {
        self.network.packets()
    }

    /// The operations that have been answered.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The operations that are not answered yet, at most one for each client.
    pub fn open(&self) -> impl Iterator<Item = &Operation> {
        self.list.iter().filter_map(Client::open)
    }

    /// The client of this name, which exists.
    pub(crate) fn get(&self, client: ClientId) -> &Client {
        &self.list[client.slot()]
    }

    pub(crate) fn get_mut(&mut self, client: ClientId) -> &mut Client {
        &mut self.list[client.slot()]
    }

    /// Opens all ways to and from servers again.
    pub(crate) fn heal(&mut self) {
        for client in &mut self.list {
            client.cut = [0; 2];
        }
    }

    /// The open operation of this number.
    pub(crate) fn operation(&mut self, client: u32, sequence: u64) -> Option<&mut Operation> {
        let slot = (client as usize).checked_sub(1)?;
        let open = self.list.get_mut(slot)?.open.as_mut();
        open.map(|open| &mut open.operation).filter(|operation| operation.sequence == sequence)
    }

    /// True if a client asks by itself.
    fn works(&self, client: ClientId) -> bool {
        client.0 <= self.spec.count && !self.spec.mix.is_idle()
    }

    /// Sets how many clients there are, and what they are like from now on. One that is too many finishes the
    /// operation that it has begun.
    pub(crate) fn set(&mut self, spec: ClientsSpec, now: Time) {
        self.spec = spec;
        while self.list.len() < usize::from(spec.count) {
            let id = ClientId::from_slot(self.list.len());
            let random = Random::new(stream(self.seed, Purpose::Client, [u64::from(id.0), 0]));
            self.list.push(Client {
                id,
                server: ServerId::from_slot(id.slot() % self.servers),
                random,
                sequence: 0,
                open: None,
                is_asking: false,
                alarm: None,
                wanted: VecDeque::new(),
                known: Vec::new(),
                cut: [0; 2],
            });
        }
        for client in (1..=self.list.len() as u16).map(ClientId) {
            self.rest(client, now);
        }
    }

    /// Has a client ask for an operation as soon as it can.
    pub(crate) fn want(&mut self, client: ClientId, command: &str, around: Around<'_>) {
        let asker = self.get_mut(client);
        asker.wanted.push_back(Bytes::copy_from_slice(command.as_bytes()));
        if asker.open.is_none() {
            self.begin(client, around);
        }
    }

    /// Pauses a client between two operations.
    fn rest(&mut self, client: ClientId, now: Time) {
        let (min, max) = self.spec.pause;
        let works = self.works(client);
        let asker = self.get_mut(client);
        if works && asker.open.is_none() && asker.alarm.is_none() {
            let pause = asker.random.between(min, max);
            self.set_alarm(client, now + pause);
        }
    }

    fn set_alarm(&mut self, client: ClientId, at: Time) {
        self.alarms += 1;
        let number = self.alarms;
        self.get_mut(client).alarm = Some(number);
        self.actions.push(ClientAction::Alarm { at, client, number });
    }

    /// Turns off an alarm that is due; false if the client no longer waits for it, or has nothing to do.
    pub(crate) fn take_alarm(&mut self, client: ClientId, number: u64) -> bool {
        let works = self.works(client);
        let asker = self.get_mut(client);
        let waits = asker.alarm.take_if(|alarm| *alarm == number).is_some();
        waits && (asker.open.is_some() || works)
    }

    /// Wakes a client: it asks again, elsewhere if it got no answer in time, or begins an operation.
    pub(crate) fn wake(&mut self, client: ClientId, around: Around<'_>) {
        let servers = self.servers;
        let asker = self.get_mut(client);
        if asker.open.is_none() {
            return self.begin(client, around);
        }
        if asker.is_asking {
            let (server, sequence) = (asker.server, asker.sequence);
            asker.server = next(server, servers);
            self.record(client, server, sequence, ClientEventKind::GivesUp);
        }
        self.ask(client, around);
    }

    fn begin(&mut self, client: ClientId, around: Around<'_>) {
        let spec = self.spec;
        let asker = self.get_mut(client);
        let text = match asker.wanted.pop_front() {
            Some(text) => text,
            None => Bytes::from(asker.draw(&spec)),
        };
        let command = ClientCommand::read(&text);
        asker.sequence += 1;
        let sequence = asker.sequence;
        let operation = Operation {
            client,
            sequence,
            command: text,
            invoked: around.at,
            attempts: 0,
            server: asker.server,
            entry: None,
            applied: None,
            returned: None,
        };
        asker.open = Some(Open { operation, command: command.clone() });
        self.actions.push(ClientAction::Invoked { client, sequence, command });
        self.ask(client, around);
    }

    /// Sends the request of the open operation, again or for the first time.
    fn ask(&mut self, client: ClientId, around: Around<'_>) {
        let timeout = self.spec.timeout;
        let asker = self.get_mut(client);
        let server = asker.server;
        let Some(Open { operation, .. }) = &mut asker.open else { return };
        asker.is_asking = true;
        operation.attempts += 1;
        operation.server = server;
        let Operation { attempts: attempt, sequence, .. } = *operation;
        let command = operation.command.clone();
        let request = [format!("{client}#{sequence} ").as_bytes(), &command[..]].concat();
        let request = Bytes::from(request);
        self.actions.push(ClientAction::Fold(request.clone()));
        self.record(client, server, sequence, ClientEventKind::Asks { command, attempt });
        self.send((client, server), (sequence, attempt), ClientMessage::Request(request), around);
        self.set_alarm(client, around.at.time + timeout);
    }

    /// Gives a client the response that has arrived.
    pub(crate) fn receive(&mut self, packet: ClientPacket, around: Around<'_>) {
        let ClientPacket { client, server, sequence, attempt, message, .. } = packet;
        let timeout = self.spec.timeout;
        let servers = self.servers;
        let asker = self.get_mut(client);
        let open = asker.open.as_mut().map(|open| &mut open.operation);
        let Some(operation) = open.filter(|open| open.sequence == sequence) else { return };
        let is_newest = operation.attempts == attempt && asker.is_asking;
        let (hint, kind) = match message {
            ClientMessage::Response { outcome, entry } => {
                operation.entry = entry.or(operation.entry);
                operation.returned = Some((around.at, outcome.clone()));
                asker.server = server;
                return self.answered(client, outcome, around);
            }
            ClientMessage::Refused(hint) if is_newest => (hint, ClientEventKind::Refused(hint)),
            ClientMessage::Replaced(hint) if is_newest => (hint, ClientEventKind::Replaced),
            _ => return,
        };
        asker.is_asking = false;
        let hint = hint.filter(|&hint| hint != server);
        asker.server = hint.unwrap_or_else(|| next(server, servers));
        let pause = match hint {
            Some(_) => HINTED,
            None => asker.random.between(timeout / 20, timeout / 10).max(HINTED),
        };
        self.record(client, server, sequence, kind);
        self.set_alarm(client, around.at.time + pause);
    }

    fn answered(&mut self, client: ClientId, outcome: Outcome, around: Around<'_>) {
        let asker = self.get_mut(client);
        asker.alarm = None;
        let Some(Open { operation, command }) = asker.open.take() else { return };
        asker.learn(&command, &outcome);
        let (server, sequence) = (asker.server, operation.sequence);
        let is_idle = asker.wanted.is_empty();
        self.history.push(operation);
        self.actions.push(ClientAction::Fold(outcome.value().clone()));
        self.record(client, server, sequence, ClientEventKind::Answered(outcome.clone()));
        self.actions.push(ClientAction::Answered { client, sequence, outcome });
        if is_idle {
            self.rest(client, around.at.time);
        } else {
            self.begin(client, around);
        }
    }

    pub(crate) fn record(
        &mut self,
        client: ClientId,
        server: ServerId,
        sequence: u64,
        what: ClientEventKind,
    ) {
        let event = ClientEvent { client, server, sequence, what };
        self.actions.push(ClientAction::Record(Box::new(event)));
    }
}

impl Client {
    /// Its name.
    pub fn id(&self) -> ClientId {
        self.id
    }

    /// The server that it asks, or will ask next.
    pub fn server(&self) -> ServerId {
        self.server
    }

    /// The operation that is not answered yet.
    pub fn open(&self) -> Option<&Operation> {
        self.open.as_ref().map(|open| &open.operation)
    }

    /// The operations that it was told to ask for and has not begun.
    pub fn wanted(&self) -> &VecDeque<Bytes> {
        &self.wanted
    }

    /// True if the way to a server is cut, or the way back.
    pub fn is_cut(&self, server: ServerId, to_server: bool) -> bool {
        self.cut[usize::from(!to_server)] >> server.slot() & 1 == 1
    }

    pub(crate) fn set_cut(&mut self, server: ServerId, to_server: bool, cut: bool) {
        let ways = &mut self.cut[usize::from(!to_server)];
        *ways = *ways & !(1 << server.slot()) | u128::from(cut) << server.slot();
    }

    /// Draws an operation, such as `x+=b17`: every value that is written says who wrote it, and as which.
    fn draw(&mut self, spec: &ClientsSpec) -> Vec<u8> {
        let at = self.random.below(u64::from(spec.keys)) as usize;
        let mut command = vec![KEYS[at]];
        let mix = spec.mix;
        let appends = (self.sequence + 1).is_multiple_of(APPENDS);
        let weights = [mix.get, mix.cas, mix.append, mix.put].map(u64::from);
        let mut lot = self.random.below(weights.iter().sum());
        let kind = weights.iter().position(|&weight| {
            let here = lot < weight;
            lot = lot.saturating_sub(weight);
            here
        });
        match kind {
            Some(0) => return command,
            Some(1) => {
                command.push(b'?');
                command.extend_from_slice(self.known.get(at).map_or(&[], |value| &value[..]));
            }
            Some(2) if !appends => command.push(b'+'),
            _ => {}
        }
        command.extend_from_slice(&[b'=', b'a' + self.id.slot() as u8]);
        command.extend_from_slice((self.sequence + 1).to_string().as_bytes());
        command
    }

    /// Remembers the value of a key that an answer tells.
    fn learn(&mut self, command: &ClientCommand, outcome: &Outcome) {
        let Some(at) = KEYS.iter().position(|name| command.key == [*name][..]) else { return };
        self.known.resize(KEYS.len(), Bytes::new());
        let value = match (&command.asked, outcome) {
            (_, Outcome::Value(value) | Outcome::Differs(value)) => value.clone(),
            (Asked::Append(more), _) => [&self.known[at][..], &more[..]].concat().into(),
            (Asked::Put(value) | Asked::CompareAndSet(_, value), _) => {
                Bytes::copy_from_slice(value)
            }
            (Asked::Get, _) => return,
        };
        self.known[at] = if value.len() > LONGEST_KNOWN { Bytes::new() } else { value };
    }
}

/// The server after this one, in a ring.
fn next(server: ServerId, servers: usize) -> ServerId {
    ServerId::from_slot((server.slot() + 1) % servers)
}
