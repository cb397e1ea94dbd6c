//! What goes to and fro between clients and servers, and what a server makes of it.

use crate::client::Clients;
use crate::client_event::ClientEventKind;
use crate::due::What;
use crate::machine::{self, Applied};
use crate::network::{Fate, Loss};
use crate::record::{Observer, Record, Repeat};
use crate::server::{Pending, Waiting};
use crate::session::{Outcome, asker};
use crate::world::World;
use bytes::Bytes;
use raft_core::{EntryId, Index, Input, Mistake, Role, ServerId, Started, Time};
use raft_script::clients::ClientId;

/// A question on its way to a server, or an answer on its way back.
#[derive(Clone, Debug)]
pub struct ClientPacket {
    /// Its number: they are counted from 1.
    pub number: u64,
    /// The client.
    pub client: ClientId,
    /// The server.
    pub server: ServerId,
    /// Which of the client's operations it is about.
    pub sequence: u64,
    /// And which time of asking.
    pub attempt: u32,
    /// What it says.
    pub message: ClientMessage,
    /// When it was sent.
    pub sent_at: Time,
    /// When it will arrive; what becomes of it is said by `fate`. One that is held waits at a paused server.
    pub arrives_at: Time,
    /// What becomes of it.
    pub fate: Fate,
}

/// What a packet says.
#[derive(Clone, Debug)]
pub enum ClientMessage {
    /// The client asks.
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
    /// Another entry stands where that of the question was; this server may lead.
    Replaced(Option<ServerId>),
}

impl ClientMessage {
    /// Whether it goes to a server.
    pub fn is_request(&self) -> bool {
        matches!(self, Self::Request(_))
    }
}

/// The most that is on its way to and from clients; what is more is lost.
const MOST_PACKETS: usize = 2_000;

/// The most bytes on all disks together with which servers still take questions: clients go on for ever, and
/// nothing but snapshots makes logs shorter.
const MOST_STORED: u64 = 64 << 20;

impl Clients {
    fn place(&self, number: u64) -> Option<usize> {
        self.packets.binary_search_by_key(&number, |packet| packet.number).ok()
    }

    /// Takes out what waits at a server.
    fn take_waiting(&mut self, server: ServerId) -> Vec<ClientPacket> {
        let waits = |packet: &mut ClientPacket| {
            packet.server == server && matches!(packet.fate, Fate::Held(_))
        };
        self.packets.extract_if(.., waits).collect()
    }
}

impl World {
    pub(crate) fn post(
        &mut self,
        client: ClientId,
        server: ServerId,
        which: (u64, u32),
        message: ClientMessage,
        observer: &mut dyn Observer,
    ) {
        let (arrives_at, fate, again) = self.draw_packet(client, server, message.is_request());
        if again {
            let (arrives_at, fate, _) = self.draw_packet(client, server, true);
            self.put(client, server, which, message.clone(), (arrives_at, fate), observer);
        }
        self.put(client, server, which, message, (arrives_at, fate), observer);
    }

    fn put(
        &mut self,
        client: ClientId,
        server: ServerId,
        (sequence, attempt): (u64, u32),
        message: ClientMessage,
        (arrives_at, fate): (Time, Fate),
        observer: &mut dyn Observer,
    ) {
        self.clients.sent += 1;
        let number = self.clients.sent;
        let sent_at = self.now;
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
        if self.clients.packets.len() >= MOST_PACKETS {
            return self.lose_packet(&packet, Loss::Full, observer);
        }
        let at = if let Fate::Dies { at, .. } = fate { at } else { arrives_at };
        self.clients.packets.push(packet);
        self.plan(at, 4 << 40 | number, What::ClientPacket { number });
    }

    fn lose_packet(&self, packet: &ClientPacket, why: Loss, observer: &mut dyn Observer) {
        let ClientPacket { client, server, sequence, .. } = *packet;
        let does = if packet.message.is_request() {
            ClientEventKind::RequestLost(why)
        } else {
            ClientEventKind::ResponseLost(why)
        };
        self.tell(client, server, sequence, does, observer);
    }

    /// Something arrives, or is lost on its way. False if it is not on its way any more.
    #[inline(never)]
    pub(crate) fn packet_due(
        &mut self,
        number: u64,
        at: Time,
        observer: &mut dyn Observer,
    ) -> bool {
        let Some(place) = self.clients.place(number) else { return false };
        let packet = &self.clients.packets[place];
        let slot = packet.server.slot();
        let is_request = packet.message.is_request();
        let client = &self.clients.list()[packet.client.slot()];
        let process = self.servers[slot].process();
        let lost = match packet.fate {
            Fate::Held(_) => return false,
            Fate::Dies { why, .. } => Some(why),
            Fate::Arrives if client.is_cut(packet.server, is_request) => Some(Loss::Cut),
            Fate::Arrives if is_request && process.is_none() => Some(Loss::Down),
            Fate::Arrives if is_request && self.is_full(slot) => Some(Loss::DiskFull),
            Fate::Arrives => None,
        };
        let waits =
            lost.is_none() && is_request && process.is_some_and(crate::server::Process::is_paused);
        self.begin(at, 5, u64::from(is_request), number);
        if waits {
            self.clients.packets[place].fate = Fate::Held(at);
            let inbox = self.servers[slot].process_mut().and_then(|p| p.paused.as_mut());
            inbox.expect("it is paused").push(Waiting::Request(number));
            return true;
        }
        let packet = self.clients.packets.remove(place);
        match lost {
            Some(why) => self.lose_packet(&packet, why, observer),
            None if is_request => self.serve(&packet, observer),
            None => self.hear(packet, observer),
        }
        true
    }

    /// A server that was paused takes a question that has waited.
    pub(crate) fn take_request(&mut self, number: u64, observer: &mut dyn Observer) {
        if let Some(place) = self.clients.place(number) {
            let packet = self.clients.packets.remove(place);
            self.serve(&packet, observer);
        }
    }

    /// A server that was paused has crashed.
    pub(crate) fn lose_requests(&mut self, slot: usize, observer: &mut dyn Observer) {
        for packet in self.clients.take_waiting(ServerId::from_slot(slot)) {
            self.lose_packet(&packet, Loss::Down, observer);
        }
    }

    /// A server takes a client's question.
    fn serve(&mut self, packet: &ClientPacket, observer: &mut dyn Observer) {
        let ClientMessage::Request(command) = &packet.message else { return };
        let slot = packet.server.slot();
        let pending = |id| Pending {
            id,
            client: packet.client,
            sequence: packet.sequence,
            attempt: packet.attempt,
        };
        let reads = matches!(machine::operation(command), machine::Operation::Get(_));
        if reads && self.makes(slot, Mistake::ReadsWithoutLog) && self.leads(slot) {
            return self.answer_at_once(slot, pending(EntryId::ZERO), command, observer);
        }
        self.started = None;
        self.input(slot, Input::Start(command.clone()), observer);
        match self.started.take() {
            Some(Started::Leader(id)) => {
                let operation = self.clients.operation(u32::from(packet.client.0), packet.sequence);
                if let Some(operation) = operation.filter(|open| open.applied.is_none()) {
                    operation.entry = Some(id);
                }
                if self.makes(slot, Mistake::AnswersBeforeCommit) {
                    return self.answer_at_once(slot, pending(id), command, observer);
                }
                let Some(process) = self.servers[slot].process_mut() else { return };
                process.pending.push(pending(id));
                // The only server of a cluster may have applied it by now.
                let session = process.machine.session(u32::from(packet.client.0));
                if process.machine.applied() >= id.index
                    && let Some(session) = session.filter(|s| s.sequence == packet.sequence)
                {
                    let applied = Applied { outcome: session.outcome.clone(), by: session.by };
                    self.answer_pending(slot, id, &applied, observer);
                }
            }
            Some(Started::NotLeader { hint, .. }) => {
                self.reply(slot, pending(EntryId::ZERO), ClientMessage::Refused(hint), observer);
            }
            None => {}
        }
    }

    fn answer_at_once(
        &mut self,
        slot: usize,
        pending: Pending,
        command: &[u8],
        observer: &mut dyn Observer,
    ) {
        let Some(process) = self.servers[slot].process() else { return };
        let outcome = process.machine.look(command);
        self.reply(slot, pending, ClientMessage::Response { outcome, entry: None }, observer);
    }

    fn reply(
        &mut self,
        slot: usize,
        pending: Pending,
        message: ClientMessage,
        observer: &mut dyn Observer,
    ) {
        let Pending { client, sequence, attempt, .. } = pending;
        self.post(client, ServerId::from_slot(slot), (sequence, attempt), message, observer);
    }

    /// A server's service has applied an entry: whoever waits for it is answered, and whoever waits for another
    /// one in that place hears so.
    #[inline(never)]
    pub(crate) fn served(
        &mut self,
        slot: usize,
        id: EntryId,
        command: &[u8],
        applied: &Applied,
        observer: &mut dyn Observer,
    ) {
        if let Some(asker) = asker(command).0 {
            let now = self.at();
            let session = self.servers[slot]
                .process()
                .and_then(|process| process.machine.session(asker.client));
            if applied.by != id.index
                && let Some(session) = session
            {
                let (client, sequence, by) = (asker.client, session.sequence, session.by);
                let repeat = Repeat { id, client, sequence, by };
                self.record(observer, Record::Repeated(ServerId::from_slot(slot), repeat));
            } else if let Some(operation) = self.clients.operation(asker.client, asker.sequence)
                && operation.applied.is_none()
            {
                operation.applied = Some(now);
                operation.entry = Some(id);
            }
        }
        if !self.clients.typed.is_empty() {
            self.typed_is_applied(id, applied, observer);
        }
        self.answer_pending(slot, id, applied, observer);
    }

    fn answer_pending(
        &mut self,
        slot: usize,
        id: EntryId,
        applied: &Applied,
        observer: &mut dyn Observer,
    ) {
        let hint = self.hint(slot);
        let Some(process) = self.servers[slot].process_mut() else { return };
        let passed = |pending: &mut Pending| pending.id.index <= id.index;
        let due: Vec<Pending> = process.pending.extract_if(.., passed).collect();
        if due.is_empty() {
            return;
        }
        let by = if applied.by == id.index { Some(id) } else { entry(process, applied.by) };
        for pending in due {
            if pending.id != id {
                self.reply(slot, pending, ClientMessage::Replaced(hint), observer);
            } else if applied.outcome != Outcome::Overtaken {
                let answer =
                    ClientMessage::Response { outcome: applied.outcome.clone(), entry: by };
                self.reply(slot, pending, answer, observer);
            }
        }
    }

    /// A server that leads no longer tells those who wait.
    #[inline(never)]
    pub(crate) fn fail_pending(&mut self, slot: usize, observer: &mut dyn Observer) {
        let hint = self.hint(slot);
        let Some(process) = self.servers[slot].process_mut() else { return };
        let (term, leads) = process.node.get_state();
        let in_vain = |pending: &mut Pending| !leads || pending.id.term != term;
        let pending: Vec<Pending> = process.pending.extract_if(.., in_vain).collect();
        for pending in pending {
            self.reply(slot, pending, ClientMessage::Refused(hint), observer);
        }
    }

    fn is_full(&self, slot: usize) -> bool {
        self.servers[slot].disk.bytes() * self.servers.len() as u64 > MOST_STORED
    }

    fn leads(&self, slot: usize) -> bool {
        self.servers[slot].process().is_some_and(|process| process.node.get_state().1)
    }

    /// The leader that a server knows of, if it is another one.
    fn hint(&self, slot: usize) -> Option<ServerId> {
        match self.servers[slot].process()?.node.role() {
            Role::Follower { leader } => *leader,
            Role::Candidate { .. } | Role::Leader { .. } => None,
        }
    }
}

/// The entry at an index, if the server still has it.
fn entry(process: &crate::server::Process, index: Index) -> Option<EntryId> {
    Some(EntryId { term: process.node.log().get(index)?.term, index })
}
