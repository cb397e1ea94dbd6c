//! The network between clients and servers: requests on their way, and responses on their way back.

use crate::client::{Around, ClientAction, Clients};
use crate::client_event::ClientEventKind;
use crate::network::{Fate, Loss};
use crate::session::Outcome;
use bytes::Bytes;
use raft_core::{EntryId, ServerId, Time};
use raft_script::clients::ClientId;

/// A request on its way to a server, or a response on its way back.
#[derive(Clone, Debug)]
pub struct ClientPacket {
    /// Its number: they are counted from 1.
    pub number: u64,
    /// The client.
    pub client: ClientId,
    /// The server.
    pub server: ServerId,
    /// The number of the client's operation.
    pub sequence: u64,
    /// The attempt, from 1: a client repeats a request until it gets an answer.
    pub attempt: u32,
    /// The content.
    pub message: ClientMessage,
    /// The moment of sending.
    pub sent_at: Time,
    /// The moment of arrival, if it arrives. One that is held waits at a paused server.
    pub arrives_at: Time,
    /// Its fate.
    pub fate: Fate,
}

/// The content of a packet.
#[derive(Clone, Debug)]
pub enum ClientMessage {
    /// The client asks for an operation.
    Request(Bytes),
    /// The operation has been applied.
    Response {
        /// The result.
        outcome: Outcome,
        /// The entry that took effect, if the server knows it.
        entry: Option<EntryId>,
    },
    /// The server does not lead, or not any more; this one may.
    Refused(Option<ServerId>),
    /// Another entry stands in the place of the entry of the request; this server may lead.
    Replaced(Option<ServerId>),
}

impl ClientMessage {
    /// True if it goes to a server.
    pub fn is_request(&self) -> bool {
        matches!(self, Self::Request(_))
    }
}

/// The packets on their way to and from clients.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientNetwork {
    /// In the order of sending.
    packets: Vec<ClientPacket>,
    sent: u64,
}

/// The most packets on their way to and from clients; further ones are lost.
const MOST_PACKETS: usize = 2_000;

impl ClientNetwork {
    pub(crate) fn packets(&self) -> &[ClientPacket] {
        &self.packets
    }

    fn place(&self, number: u64) -> Option<usize> {
        self.packets.binary_search_by_key(&number, |packet| packet.number).ok()
    }

    pub(crate) fn find(&self, number: u64) -> Option<&ClientPacket> {
        self.place(number).map(|place| &self.packets[place])
    }

    pub(crate) fn take(&mut self, number: u64) -> Option<ClientPacket> {
        self.place(number).map(|place| self.packets.remove(place))
    }

    /// Holds a packet at a server that is paused.
    pub(crate) fn hold(&mut self, number: u64, since: Time) {
        if let Some(place) = self.place(number) {
            self.packets[place].fate = Fate::Held(since);
        }
    }
}

impl Clients {
    /// Sends a packet between a client and a server. The network may deliver a request twice.
    pub(crate) fn send(
        &mut self,
        (client, server): (ClientId, ServerId),
        which: (u64, u32),
        message: ClientMessage,
        around: Around<'_>,
    ) {
        let is_request = message.is_request();
        let mut draw = || self.get_mut(client).draw_fate(server, is_request, around);
        let (arrives_at, fate, again) = draw();
        if again {
            let (arrives_at, fate, _) = draw();
            let copy = message.clone();
            self.put((client, server), which, copy, (arrives_at, fate), around.at.time);
        }
        self.put((client, server), which, message, (arrives_at, fate), around.at.time);
    }

    fn put(
        &mut self,
        (client, server): (ClientId, ServerId),
        (sequence, attempt): (u64, u32),
        message: ClientMessage,
        (arrives_at, fate): (Time, Fate),
        sent_at: Time,
    ) {
        self.network.sent += 1;
        let number = self.network.sent;
        let packet = ClientPacket {
            number,
            client,
            server,
            sequence,
            attempt,
            message,
            sent_at,
            arrives_at,
            fate,
        };
        if self.network.packets.len() >= MOST_PACKETS {
            return self.lose(&packet, Loss::Full);
        }
        let at = if let Fate::Dies { at, .. } = fate { at } else { arrives_at };
        self.network.packets.push(packet);
        self.actions.push(ClientAction::Packet { at, number });
    }

    pub(crate) fn lose(&mut self, packet: &ClientPacket, why: Loss) {
        let ClientPacket { client, server, sequence, .. } = *packet;
        let kind = if packet.message.is_request() {
            ClientEventKind::RequestLost(why)
        } else {
            ClientEventKind::ResponseLost(why)
        };
        self.record(client, server, sequence, kind);
    }

    /// Loses the packets that wait at a server, which has crashed.
    pub(crate) fn lose_waiting(&mut self, server: ServerId) {
        let waits = |packet: &mut ClientPacket| {
            packet.server == server && matches!(packet.fate, Fate::Held(_))
        };
        for packet in self.network.packets.extract_if(.., waits).collect::<Vec<_>>() {
            self.lose(&packet, Loss::Down);
        }
    }
}

impl crate::client::Client {
    /// Draws the fate of a packet to or from this client, and whether it is delivered twice.
    fn draw_fate(
        &mut self,
        server: ServerId,
        to_server: bool,
        Around { at, quality }: Around<'_>,
    ) -> (Time, Fate, bool) {
        let leg = if to_server { quality.request } else { quality.reply };
        let now = at.time;
        let is_late = self.random.chance(leg.reorder);
        let mut arrives_at = now + self.random.between(leg.latency.0, leg.latency.1);
        if is_late {
            let (least, most) = leg.late;
            arrives_at = arrives_at + self.random.between(least, most.max(least));
        }
        let is_lost = self.random.chance(leg.loss);
        let again = to_server && self.random.chance(leg.duplicate);
        let fate = if self.is_cut(server, to_server) {
            Fate::Dies { at: now, why: Loss::Cut }
        } else if is_lost {
            Fate::Dies { at: now + (arrives_at - now) / 2, why: Loss::Network }
        } else {
            Fate::Arrives
        };
        (arrives_at, fate, again)
    }
}
