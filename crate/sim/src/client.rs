//! Clients: each asks one operation at a time, of the server that it believes to lead, until it is answered.
//!
//! A question that gets no answer in time is asked again, elsewhere and with the same number, so the service
//! knows it again. A server answers once it has applied the entry that carries the question.

use crate::client_event::{ClientEvent, ClientEventKind};
use crate::client_network::{ClientMessage, ClientPacket};
use crate::digest::{Purpose, stream};
use crate::due::What;
use crate::history::{History, Operation};
use crate::machine;
use crate::network::{Fate, Loss};
use crate::record::{Observer, Record};
use crate::session::Outcome;
use crate::world::World;
use bytes::Bytes;
use raft_core::{EntryId, Micros, Random, ServerId, Time};
use raft_script::clients::{ClientId, ClientsSpec};
use std::collections::VecDeque;

/// All clients, what is on its way to and from them, and what they have asked.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    spec: ClientsSpec,
    list: Vec<Client>,
    history: History,
    alarms: u64,
    /// In the order of sending.
    pub(crate) packets: Vec<ClientPacket>,
    pub(crate) sent: u64,
    /// What the user has started and no service has applied yet, and how much that was so far.
    pub(crate) typed: Vec<(EntryId, u64)>,
    pub(crate) starts: u64,
}

/// A client.
#[derive(Clone, Debug)]
pub struct Client {
    id: ClientId,
    pub(crate) random: Random,
    sequence: u64,
    server: ServerId,
    open: Option<Operation>,
    /// Waits for an answer, rather than to ask again.
    is_asking: bool,
    /// The alarm that it waits for: none, while nothing is to be done.
    alarm: Option<u64>,
    wanted: VecDeque<Bytes>,
    /// The last value of each key that it knows of.
    known: Vec<Bytes>,
    /// The servers that it cannot reach, and those that cannot reach it: one bit for each.
    cut: [u128; 2],
}

/// The most operations that wait to be asked by a client.
pub(crate) const MOST_WANTED: usize = 100;

/// The keys that clients use.
const KEYS: &[u8; 20] = b"xyzuvwabcdefghijklmn";

/// Every so many operations a client writes a value anew rather than make it longer.
const APPENDS: u64 = 16;

/// The longest value that a client keeps in mind.
const LONGEST_KNOWN: usize = 100;

/// Before it follows a hint, a client takes so long.
const HINTED: Micros = 1_000;

impl Clients {
    /// What they are like.
    pub fn spec(&self) -> &ClientsSpec {
        &self.spec
    }

    /// All of them that there have ever been, c1 first.
    pub fn list(&self) -> &[Client] {
        &self.list
    }

    /// Whether there has never been one.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What is on its way to and from them, in the order of sending.
    pub fn packets(&self) -> &[ClientPacket] {
        &self.packets
    }

    /// The operations that have been answered.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The operations that are not answered yet, at most one for each client.
    pub fn open(&self) -> impl Iterator<Item = &Operation> {
        self.list.iter().filter_map(|client| client.open.as_ref())
    }

    /// Whether somebody waits for entries to be applied.
    pub(crate) fn listen(&self) -> bool {
        !self.list.is_empty() || !self.typed.is_empty()
    }

    pub(crate) fn get_mut(&mut self, client: ClientId) -> &mut Client {
        &mut self.list[client.slot()]
    }

    /// All ways to and from servers are open again.
    pub(crate) fn heal(&mut self) {
        for client in &mut self.list {
            client.cut = [0; 2];
        }
    }

    /// The open operation of this number.
    pub(crate) fn operation(&mut self, client: u32, sequence: u64) -> Option<&mut Operation> {
        let slot = (client as usize).checked_sub(1)?;
        let open = self.list.get_mut(slot)?.open.as_mut();
        open.filter(|operation| operation.sequence == sequence)
    }

    /// Whether a client asks by itself.
    fn works(&self, client: ClientId) -> bool {
        client.0 <= self.spec.count && !self.spec.mix.is_idle()
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
        self.open.as_ref()
    }

    /// What it has been told to ask and has not begun.
    pub fn wanted(&self) -> &VecDeque<Bytes> {
        &self.wanted
    }

    /// Whether the way to a server is cut, or the way back.
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

    /// Keeps in mind what an answer tells of a value.
    fn learn(&mut self, command: &[u8], outcome: &Outcome) {
        use machine::Operation as O;
        let operation = machine::operation(command);
        let (O::Put(key, _) | O::Append(key, _) | O::Get(key) | O::CompareAndSet(key, ..)) =
            operation;
        let Some(at) = KEYS.iter().position(|name| key == [*name]) else { return };
        self.known.resize(KEYS.len(), Bytes::new());
        let value = match (operation, outcome) {
            (_, Outcome::Value(value) | Outcome::Differs(value)) => value.clone(),
            (O::Append(_, more), _) => [&self.known[at][..], more].concat().into(),
            (O::Put(_, value) | O::CompareAndSet(_, _, value), _) => Bytes::copy_from_slice(value),
            (O::Get(_), _) => return,
        };
        self.known[at] = if value.len() > LONGEST_KNOWN { Bytes::new() } else { value };
    }
}

impl World {
    /// The clients.
    pub fn clients(&self) -> &Clients {
        &self.clients
    }

    /// There are so many clients, and they are like this from now on. One that is too many finishes what it has
    /// begun.
    pub(crate) fn set_clients(&mut self, spec: ClientsSpec) {
        let seed = self.config().seed;
        let servers = self.servers.len();
        self.clients.spec = spec;
        let list = &mut self.clients.list;
        while list.len() < usize::from(spec.count) {
            let id = ClientId::from_slot(list.len());
            let random = Random::new(stream(seed, Purpose::Client, [u64::from(id.0), 0]));
            list.push(Client {
                id,
                server: ServerId::from_slot(id.slot() % servers),
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
        for client in (1..=self.clients.list.len() as u16).map(ClientId) {
            self.rest(client);
        }
    }

    /// A client asks this as soon as it can.
    pub(crate) fn want(&mut self, client: ClientId, command: &str, observer: &mut dyn Observer) {
        let asker = self.clients.get_mut(client);
        asker.wanted.push_back(Bytes::copy_from_slice(command.as_bytes()));
        if asker.open.is_none() {
            self.begin_operation(client, observer);
        }
    }

    /// What a client does between two operations.
    fn rest(&mut self, client: ClientId) {
        let ClientsSpec { pause: (min, max), .. } = self.clients.spec;
        let works = self.clients.works(client);
        let asker = self.clients.get_mut(client);
        if works && asker.open.is_none() && asker.alarm.is_none() {
            let pause = asker.random.between(min, max);
            self.set_alarm(client, pause);
        }
    }

    fn set_alarm(&mut self, client: ClientId, after: Micros) {
        self.clients.alarms += 1;
        let number = self.clients.alarms;
        self.clients.get_mut(client).alarm = Some(number);
        let what = What::Alarm { client: client.0, number };
        self.plan(self.now + after, 3 << 40 | u64::from(client.0), what);
    }

    /// A client's alarm goes off; false if it waits for it no longer.
    #[inline(never)]
    pub(crate) fn alarm(
        &mut self,
        client: u16,
        number: u64,
        at: Time,
        observer: &mut dyn Observer,
    ) -> bool {
        let client = ClientId(client);
        let works = self.clients.works(client);
        let servers = self.servers.len();
        let asker = self.clients.get_mut(client);
        if asker.alarm != Some(number) {
            return false;
        }
        asker.alarm = None;
        if asker.open.is_none() && !works {
            return false;
        }
        let overdue = asker.open.is_some() && asker.is_asking;
        let (server, sequence) = (asker.server, asker.sequence);
        self.begin(at, 4, u64::from(client.0), number);
        if overdue {
            self.clients.get_mut(client).server = next(server, servers);
            self.tell(client, server, sequence, ClientEventKind::GivesUp, observer);
        }
        if self.clients.get_mut(client).open.is_some() {
            self.ask(client, observer);
        } else {
            self.begin_operation(client, observer);
        }
        true
    }

    fn begin_operation(&mut self, client: ClientId, observer: &mut dyn Observer) {
        let invoked = self.at();
        let spec = self.clients.spec;
        let asker = self.clients.get_mut(client);
        let command = match asker.wanted.pop_front() {
            Some(command) => command,
            None => Bytes::from(asker.draw(&spec)),
        };
        asker.sequence += 1;
        asker.open = Some(Operation {
            client,
            sequence: asker.sequence,
            command: command.clone(),
            invoked,
            attempts: 0,
            server: asker.server,
            entry: None,
            applied: None,
            returned: None,
        });
        let sequence = asker.sequence;
        self.witness(u32::from(client.0), sequence, &command);
        self.ask(client, observer);
    }

    /// Asks the open operation, again or for the first time.
    fn ask(&mut self, client: ClientId, observer: &mut dyn Observer) {
        let timeout = self.clients.spec.timeout;
        let asker = self.clients.get_mut(client);
        let server = asker.server;
        let Some(operation) = &mut asker.open else { return };
        asker.is_asking = true;
        operation.attempts += 1;
        operation.server = server;
        let Operation { attempts, sequence, .. } = *operation;
        let command = operation.command.clone();
        let question = [format!("{client}#{sequence} ").as_bytes(), &command[..]].concat();
        self.digest_bytes(&question);
        let does = ClientEventKind::Asks { command, attempt: attempts };
        self.tell(client, server, sequence, does, observer);
        let message = ClientMessage::Request(question.into());
        self.post(client, server, (sequence, attempts), message, observer);
        self.set_alarm(client, timeout);
    }

    /// An answer has arrived.
    pub(crate) fn hear(&mut self, packet: ClientPacket, observer: &mut dyn Observer) {
        let ClientPacket { client, server, sequence, attempt, message, .. } = packet;
        let ClientsSpec { timeout, .. } = self.clients.spec;
        let servers = self.servers.len();
        let now = self.at();
        let asker = self.clients.get_mut(client);
        let Some(operation) = asker.open.as_mut().filter(|open| open.sequence == sequence) else {
            return;
        };
        let is_newest = operation.attempts == attempt && asker.is_asking;
        let (hint, does) = match message {
            ClientMessage::Response { outcome, entry } => {
                operation.entry = entry.or(operation.entry);
                operation.returned = Some((now, outcome.clone()));
                asker.server = server;
                return self.answered(client, &outcome, observer);
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
        self.tell(client, server, sequence, does, observer);
        self.set_alarm(client, pause);
    }

    fn answered(&mut self, client: ClientId, outcome: &Outcome, observer: &mut dyn Observer) {
        let asker = self.clients.get_mut(client);
        asker.alarm = None;
        let Some(operation) = asker.open.take() else { return };
        asker.learn(&operation.command, outcome);
        let (server, sequence) = (asker.server, operation.sequence);
        self.clients.history.push(operation);
        self.digest_bytes(outcome.value());
        self.tell(client, server, sequence, ClientEventKind::Answered(outcome.clone()), observer);
        self.report_operation(u32::from(client.0), sequence, outcome, observer);
        if self.clients.get_mut(client).wanted.is_empty() {
            self.rest(client);
        } else {
            self.begin_operation(client, observer);
        }
    }

    pub(crate) fn tell(
        &self,
        client: ClientId,
        server: ServerId,
        sequence: u64,
        what: ClientEventKind,
        observer: &mut dyn Observer,
    ) {
        self.record(
            observer,
            Record::Client(Box::new(ClientEvent { client, server, sequence, what })),
        );
    }

    /// What becomes of something sent to or from a client now, by the lot of that client.
    pub(crate) fn draw_packet(
        &mut self,
        client: ClientId,
        server: ServerId,
        to_server: bool,
    ) -> (Time, Fate, bool) {
        let quality = self.network.usual();
        let leg = if to_server { quality.request } else { quality.reply };
        let now = self.now;
        let asker = self.clients.get_mut(client);
        let random = &mut asker.random;
        let late = random.chance(leg.reorder);
        let mut arrives_at = now + random.between(leg.latency.0, leg.latency.1);
        if late {
            arrives_at = arrives_at + random.between(leg.late.0, leg.late.1.max(leg.late.0));
        }
        let lost = random.chance(leg.loss);
        let again = to_server && random.chance(leg.duplicate);
        let fate = if asker.is_cut(server, to_server) {
            Fate::Dies { at: now, why: Loss::Cut }
        } else if lost {
            Fate::Dies { at: now + (arrives_at - now) / 2, why: Loss::Network }
        } else {
            Fate::Arrives
        };
        (arrives_at, fate, again)
    }
}

/// The server after this one, in a ring.
fn next(server: ServerId, servers: usize) -> ServerId {
    ServerId::from_slot((server.slot() + 1) % servers)
}
