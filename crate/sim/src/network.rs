//! Directed links, what they do to a message, and the messages in flight.

mod links;

use crate::order::Order;
use crate::quality::{Leg, NetworkSpec, Preset, Quality};
use raft_core::{Envelope, Message, Random, ServerId, Term, Time};
pub use raft_script::command::MessageId;
use std::collections::BinaryHeap;
use std::fmt;
use std::sync::Arc;

/// One message on its way.
#[derive(Clone, Debug)]
pub struct Flight {
    /// Its number.
    pub id: MessageId,
    /// The message with its sender and receiver.
    pub envelope: Envelope,
    /// The moment of sending.
    pub sent_at: Time,
    /// The moment from which its place on the link counts: later than `sent_at` by the time that it was held.
    pub set_out_at: Time,
    /// The moment of arrival, if its fate is to arrive.
    pub arrives_at: Time,
    /// Its fate.
    pub fate: Fate,
    /// The request that this reply answers.
    pub answers: Option<MessageId>,
    /// An `AppendEntries` without entries, or the reply to one.
    pub heartbeat: bool,
    /// The call that it belongs to, on a network of connections.
    pub(crate) connection: Option<Arc<Connection>>,
}

/// A call keeps this from the moment at which it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Connection {
    /// The number of starts of caller and callee: a later start of either gets nothing of this call.
    starts: (u64, u64),
    /// The quality of the way back, also if the network changes meanwhile.
    reply: Leg,
}

/// The fate of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It arrives.
    Arrives,
    /// It dies on the way.
    Dies {
        /// At this moment.
        at: Time,
        /// For this reason.
        why: Loss,
    },
    /// It has been stopped on its way, and waits for the user.
    Held(Time),
}

/// The most messages in flight; further ones are lost. No run that means something comes near it, and no
/// text from outside can fill the memory.
pub const MOST_IN_FLIGHT: usize = 50_000;

/// Why a message is lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loss {
    /// The network lost it.
    Network,
    /// Its link was cut.
    Cut,
    /// The server that it reached was down.
    Down,
    /// The user dropped it.
    Dropped,
    /// There is no room for it: see [`MOST_IN_FLIGHT`].
    Full,
    /// The server that it reached has no room on its disk for what is asked.
    DiskFull,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.says())
    }
}

impl Loss {
    /// Every reason, in the order of the enum.
    pub const ALL: [Self; 6] =
        [Self::Network, Self::Cut, Self::Down, Self::Dropped, Self::Full, Self::DiskFull];

    /// The reason in words.
    pub fn says(self) -> &'static str {
        match self {
            Self::Network => "the network loses it",
            Self::Cut => "the link is cut",
            Self::Down => "the server is down",
            Self::Dropped => "dropped by hand",
            Self::Full => "too many messages are in flight",
            Self::DiskFull => "the server's disk is full",
        }
    }

    /// Reads the words back.
    pub(crate) fn read(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.says() == words)
    }
}

/// A message that has arrived, as far as what follows from it needs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cause {
    pub(crate) id: MessageId,
    pub(crate) heartbeat: bool,
    connection: Option<Arc<Connection>>,
}

impl Cause {
    pub(crate) fn of(flight: &Flight) -> Self {
        Self { id: flight.id, heartbeat: flight.heartbeat, connection: flight.connection.clone() }
    }
}

/// Takes what a message says out of its place; what stays there means nothing. Messages are moved this way
/// because whole envelopes and flights are large, and moving them is most of what an event would cost.
pub(crate) fn take_message(from: &mut Message) -> Message {
    std::mem::replace(from, Message::RequestVoteReply { vote_granted: false })
}

fn is_heartbeat(message: &Message) -> bool {
    matches!(message, Message::AppendEntries { entries, .. } if entries.is_empty())
}

impl Flight {
    /// An empty place; every message in flight has a number.
    const NONE: Self = Self {
        id: 0,
        envelope: Envelope {
            from: ServerId(0),
            to: ServerId(0),
            term: Term(0),
            call: 0,
            message: Message::RequestVoteReply { vote_granted: false },
        },
        sent_at: Time(0),
        set_out_at: Time(0),
        arrives_at: Time(0),
        fate: Fate::Arrives,
        answers: None,
        heartbeat: false,
        connection: None,
    };

    fn is_some(&self) -> bool {
        self.id != 0
    }

    /// The moment at which something happens to it next.
    pub(crate) fn due(&self) -> Option<Time> {
        match self.fate {
            Fate::Arrives => Some(self.arrives_at),
            Fate::Dies { at, .. } => Some(at),
            Fate::Held(_) => None,
        }
    }

    /// True if it is for a receiver that has been started so often.
    pub(crate) fn is_for(&self, starts: u64) -> bool {
        self.connection.as_ref().is_none_or(|connection| {
            let (asker, answerer) = connection.starts;
            starts == if self.envelope.message.is_reply() { asker } else { answerer }
        })
    }
}

/// A directed link.
#[derive(Clone, Debug)]
struct Link {
    random: Random,
    last_arrival: Time,
    quality: u16,
    cut: bool,
    /// The connection of the last call over it: mostly the next call has the same.
    connection: Option<Arc<Connection>>,
}

/// All links and all messages in flight.
#[derive(Clone, Debug)]
pub struct Network {
    servers: u16,
    spec: NetworkSpec,
    links: Vec<Link>,
    /// The qualities in use; links name them by place, so that a link stays small.
    qualities: Vec<Quality>,
    flights: Vec<Flight>,
    free: Vec<u32>,
    /// The messages that died last, for showing where.
    lost: Vec<Flight>,
    /// The number of those that have died; the newest stands at this number, modulo [`REMEMBERED`].
    deaths: usize,
    sent: u64,
    /// Orders that wait for a message to be sent.
    pub(crate) orders: Vec<Order>,
}

/// The bits that number a place among the messages in flight.
const PLACE_BITS: u32 = 24;

/// The number of lost messages that are remembered.
const REMEMBERED: usize = 64;

impl Network {
    pub(crate) fn new(
        servers: u16,
        spec: NetworkSpec,
        mut random: impl FnMut(ServerId, ServerId) -> Random,
    ) -> Self {
        let all = || (1..=servers).map(ServerId);
        let links = all()
            .flat_map(|from| all().map(move |to| (from, to)))
            .map(|(from, to)| Link {
                random: random(from, to),
                last_arrival: Time(0),
                quality: 0,
                cut: false,
                connection: None,
            })
            .collect();
        Self {
            servers,
            spec,
            links,
            qualities: vec![spec.change(Preset::Wan.quality())],
            flights: Vec::new(),
            free: Vec::new(),
            lost: Vec::new(),
            deaths: 0,
            sent: 0,
            orders: Vec::new(),
        }
    }

    /// The quality of a link; true if it differs from that of the others.
    pub fn quality(&self, from: ServerId, to: ServerId) -> (&Quality, bool) {
        let place = self.links[self.place(from, to)].quality;
        (&self.qualities[usize::from(place)], place != 0)
    }

    /// Sends a message: takes it out of the envelope and draws what becomes of it. `starts`: how often sender
    /// and receiver have been started. Returns where it stands, and the copy's place if it will be delivered
    /// twice.
    pub(crate) fn send(
        &mut self,
        now: Time,
        envelope: &mut Envelope,
        answers: Option<&Cause>,
        starts: (u64, u64),
    ) -> (u32, Option<u32>) {
        let connection = match answers {
            Some(request) => request.connection.clone(),
            None => self.connect(envelope.from, envelope.to, starts),
        };
        let full = self.in_flight() >= MOST_IN_FLIGHT;
        let place = self.place(envelope.from, envelope.to);
        let link = &mut self.links[place];
        let quality = &self.qualities[usize::from(link.quality)];
        let answer = connection.as_deref().filter(|_| envelope.message.is_reply());
        let (leg, in_order) = match answer {
            Some(connection) => (&connection.reply, false),
            None => (quality.leg(&envelope.message), quality.in_order),
        };
        let (arrives_at, fate) = if full {
            (now, Fate::Dies { at: now, why: Loss::Full })
        } else {
            draw(link, leg, in_order, now)
        };
        let again = !full && link.random.chance(leg.duplicate);
        let second = again.then(|| draw_again(link, leg, in_order, now));
        let heartbeat =
            answers.map_or_else(|| is_heartbeat(&envelope.message), |request| request.heartbeat);
        let place = self.vacancy();
        self.sent += 1;
        let flight = &mut self.flights[place as usize];
        flight.id = self.sent;
        flight.envelope.from = envelope.from;
        flight.envelope.to = envelope.to;
        flight.envelope.term = envelope.term;
        flight.envelope.call = envelope.call;
        flight.envelope.message = take_message(&mut envelope.message);
        flight.sent_at = now;
        flight.set_out_at = now;
        flight.arrives_at = arrives_at;
        flight.fate = fate;
        flight.answers = answers.map(|request| request.id);
        flight.heartbeat = heartbeat;
        flight.connection = connection;
        (place, second.map(|fate| self.send_again(place, fate)))
    }

    /// The same message once more, with a fate of its own.
    #[cold]
    fn send_again(&mut self, place: u32, (arrives_at, fate): (Time, Fate)) -> u32 {
        self.sent += 1;
        let copy = Flight { id: self.sent, arrives_at, fate, ..self.flight(place).clone() };
        self.insert(copy)
    }

    /// The connection of a call over a link, where there are connections.
    fn connect(
        &mut self,
        from: ServerId,
        to: ServerId,
        starts: (u64, u64),
    ) -> Option<Arc<Connection>> {
        if !self.quality(from, to).0.connections {
            return None;
        }
        let connection = Connection { starts, reply: self.quality(to, from).0.reply };
        let last = &mut self.link_mut(from, to).connection;
        if last.as_deref() != Some(&connection) {
            *last = Some(Arc::new(connection));
        }
        last.clone()
    }

    /// The number of messages in flight.
    pub(crate) fn in_flight(&self) -> usize {
        self.flights.len() - self.free.len()
    }

    fn insert(&mut self, flight: Flight) -> u32 {
        let place = self.vacancy();
        self.flights[place as usize] = flight;
        place
    }

    /// A place where nothing stands.
    fn vacancy(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.flights.push(Flight::NONE);
            self.flights.len() as u32 - 1
        })
    }

    /// The message that stands at a place.
    pub(crate) fn flight(&self, place: u32) -> &Flight {
        &self.flights[place as usize]
    }

    pub(crate) fn flight_mut(&mut self, place: u32) -> &mut Flight {
        &mut self.flights[place as usize]
    }

    /// The message at a place, if it still stands there and is due now.
    pub(crate) fn due(&self, place: u32, id: MessageId, at: Time) -> Option<&Flight> {
        let flight = self.flight(place);
        (flight.id == id && flight.due() == Some(at)).then_some(flight)
    }

    /// Takes a message out.
    pub(crate) fn take(&mut self, place: u32) -> Flight {
        self.free.push(place);
        std::mem::replace(self.flight_mut(place), Flight::NONE)
    }

    /// Takes a message out of which only what it says is wanted.
    pub(crate) fn take_envelope(&mut self, place: u32) -> Envelope {
        self.free.push(place);
        let flight = self.flight_mut(place);
        flight.id = 0;
        let Envelope { from, to, term, call, .. } = flight.envelope;
        Envelope { from, to, term, call, message: take_message(&mut flight.envelope.message) }
    }

    /// The place of a message, by its number.
    pub(crate) fn find(&self, id: MessageId) -> Option<u32> {
        let place = self.flights.iter().position(|flight| flight.is_some() && flight.id == id)?;
        Some(place as u32)
    }

    /// All messages in flight, in no particular order.
    pub fn flights(&self) -> impl Iterator<Item = &Flight> {
        self.flights.iter().filter(|flight| flight.is_some())
    }

    /// All messages in flight, in the order of sending.
    pub fn flights_in_order(&self) -> impl Iterator<Item = &Flight> {
        // The places are sorted by number as plain words, by a heap: the standard library's sort weighs much.
        let word = |(place, flight): (u64, &Flight)| {
            flight.is_some().then_some(flight.id << PLACE_BITS | place)
        };
        let words: BinaryHeap<u64> = (0..).zip(&self.flights).filter_map(word).collect();
        let place = |word: u64| (word & ((1 << PLACE_BITS) - 1)) as u32;
        words.into_sorted_vec().into_iter().map(move |word| self.flight(place(word)))
    }

    /// A message in flight by its number.
    pub fn message(&self, id: MessageId) -> Option<&Flight> {
        self.flights().find(|flight| flight.id == id)
    }

    /// Remembers where and why a message died.
    pub(crate) fn lose(&mut self, mut flight: Flight, at: Time, why: Loss) {
        flight.fate = Fate::Dies { at, why };
        match self.lost.get_mut(self.deaths % REMEMBERED) {
            Some(oldest) => *oldest = flight,
            None => self.lost.push(flight),
        }
        self.deaths += 1;
    }

    /// The messages that died last, oldest first.
    pub fn lost(&self) -> impl DoubleEndedIterator<Item = &Flight> {
        let (newer, older) = self.lost.split_at(self.deaths % REMEMBERED % self.lost.len().max(1));
        older.iter().chain(newer)
    }

    /// The number of messages sent so far; the newest has this number.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    fn link_mut(&mut self, from: ServerId, to: ServerId) -> &mut Link {
        let place = self.place(from, to);
        &mut self.links[place]
    }

    fn place(&self, from: ServerId, to: ServerId) -> usize {
        from.slot() * usize::from(self.servers) + to.slot()
    }
}

#[cold]
#[inline(never)]
fn draw_again(link: &mut Link, leg: &Leg, in_order: bool, now: Time) -> (Time, Fate) {
    draw(link, leg, in_order, now)
}

/// Draws when a message arrives and what becomes of it.
#[inline(always)]
fn draw(link: &mut Link, leg: &Leg, in_order: bool, now: Time) -> (Time, Fate) {
    let late = link.random.chance(leg.reorder);
    let mut arrives_at = now + link.random.between(leg.latency.0, leg.latency.1);
    if late {
        let more = link.random.below(leg.late.1) + 1;
        arrives_at = arrives_at + leg.late.0 + link.random.below(more);
    } else if in_order {
        arrives_at = arrives_at.max(link.last_arrival + 1);
        link.last_arrival = arrives_at;
    }
    let lost = link.random.chance(leg.loss);
    let fate = if link.cut {
        Fate::Dies { at: now, why: Loss::Cut }
    } else if lost {
        Fate::Dies { at: now + (arrives_at - now) / 2, why: Loss::Network }
    } else {
        Fate::Arrives
    };
    (arrives_at, fate)
}
