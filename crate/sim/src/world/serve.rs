//! Servers and their clients: a server takes a request, and answers when it has applied the entry that carries it.

use super::World;
use super::advance::Observed;
use crate::client::{Around, ClientAction, Clients};
use crate::client_command::{Asker, ClientCommand};
use crate::client_network::{ClientMessage, ClientPacket};
use crate::event::Event;
use crate::machine::Applied;
use crate::network::{Fate, Loss};
use crate::record::{Record, Repeat};
use crate::server::{Pending, Process, Server, Waiting};
use crate::session::Outcome;
use bytes::Bytes;
use raft_check::Asked;
use raft_core::{EntryId, Index, Input, Mistake, ServerId, Started, Time};
use raft_script::clients::ClientId;

/// The most bytes on all disks together with which servers still take requests: clients go on for ever, and
/// nothing but snapshots makes logs shorter.
const MOST_STORED: u64 = 64 << 20;

impl Observed<'_> {
    /// Lets the clients do something, and carries out what they leave.
    pub(crate) fn with_clients(&mut self, act: impl FnOnce(&mut Clients, Around<'_>)) {
        let at = self.at();
        let World { clients, network, .. } = &mut *self.world;
        act(clients, Around { at, quality: network.usual() });
        if !clients.actions.is_empty() {
            self.carry_out_for_clients();
        }
    }

    #[inline(never)]
    fn carry_out_for_clients(&mut self) {
        let mut actions = std::mem::take(&mut self.clients.actions);
        for action in actions.drain(..) {
            match action {
                ClientAction::Fold(bytes) => self.digest.fold_bytes(&bytes),
                ClientAction::Record(event) => self.record(Record::Client(event)),
                ClientAction::Alarm { at, client, number } => {
                    self.queue.plan_client_alarm(at, client.0, number);
                }
                ClientAction::Packet { at, number } => self.queue.plan_client_packet(at, number),
                ClientAction::Invoked { client, sequence, command } => {
                    self.operation_begins(u32::from(client.0), sequence, command);
                }
                ClientAction::Answered { client, sequence, outcome } => {
                    self.report_operation(u32::from(client.0), sequence, &outcome);
                }
            }
        }
        self.clients.actions = actions;
    }

    /// A client's alarm goes off; false if the client no longer waits for it.
    #[inline(never)]
    pub(super) fn client_alarm(&mut self, client: u16, number: u64, at: Time) -> bool {
        let id = ClientId(client);
        if !self.clients.take_alarm(id, number) {
            return false;
        }
        self.begin(at, Event::ClientAlarm { client, number });
        self.with_clients(|clients, around| clients.wake(id, around));
        true
    }

    /// A packet arrives, or is lost on its way. False if it is no longer on its way.
    #[inline(never)]
    pub(super) fn client_packet(&mut self, number: u64, at: Time) -> bool {
        let world = &mut *self.world;
        let Some(packet) = world.clients.network.find(number) else { return false };
        let slot = packet.server.slot();
        let is_request = packet.message.is_request();
        let is_cut = world.clients.get(packet.client).is_cut(packet.server, is_request);
        let process = world.servers[slot].process();
        let lost = match packet.fate {
            Fate::Held(_) => return false,
            Fate::Dies { why, .. } => Some(why),
            Fate::Arrives if is_cut => Some(Loss::Cut),
            Fate::Arrives if is_request && process.is_none() => Some(Loss::Down),
            Fate::Arrives if is_request && is_full(&world.servers, slot) => Some(Loss::DiskFull),
            Fate::Arrives => None,
        };
        world.begin(at, Event::ClientPacket { is_request, number });
        let inbox = world.servers[slot].process_mut().and_then(|process| process.paused.as_mut());
        if let Some(inbox) = inbox.filter(|_| lost.is_none() && is_request) {
            inbox.push(Waiting::Request(number));
            world.clients.network.hold(number, at);
            return true;
        }
        let Some(packet) = world.clients.network.take(number) else { return true };
        match lost {
            Some(why) => self.with_clients(|clients, _| clients.lose(&packet, why)),
            None if is_request => self.serve(&packet),
            None => self.with_clients(|clients, around| clients.receive(packet, around)),
        }
        true
    }

    /// A server that was paused takes a request that has waited.
    pub(crate) fn take_request(&mut self, number: u64) {
        if let Some(packet) = self.clients.network.take(number) {
            self.serve(&packet);
        }
    }

    /// A server takes a client's request.
    fn serve(&mut self, packet: &ClientPacket) {
        let ClientMessage::Request(command) = &packet.message else { return };
        let slot = packet.server.slot();
        let pending = |id| Pending {
            id,
            client: packet.client,
            sequence: packet.sequence,
            attempt: packet.attempt,
        };
        if self.servers[slot].makes(Mistake::ReadsWithoutLog)
            && self.servers[slot].process().is_some_and(Process::leads)
        {
            let command = ClientCommand::read(command);
            if command.asked == Asked::Get {
                return self.answer_at_once(slot, pending(EntryId::ZERO), &command);
            }
        }
        self.started = None;
        self.input(slot, Input::Start(command.clone()));
        match self.started.take() {
            Some(Started::Leader(id)) => self.wait_for_entry(slot, pending(id), command),
            Some(Started::NotLeader { hint, .. }) => {
                self.reply(slot, pending(EntryId::ZERO), ClientMessage::Refused(hint));
            }
            None => {}
        }
    }

    /// A client waits for the entry that carries its request.
    fn wait_for_entry(&mut self, slot: usize, pending: Pending, command: &Bytes) {
        let Pending { id, client, sequence, .. } = pending;
        let operation = self.clients.operation(u32::from(client.0), sequence);
        if let Some(operation) = operation.filter(|open| open.applied.is_none()) {
            operation.entry = Some(id);
        }
        if self.servers[slot].makes(Mistake::AnswersBeforeCommit) {
            return self.answer_at_once(slot, pending, &ClientCommand::read(command));
        }
        let Some(process) = self.servers[slot].process_mut() else { return };
        process.pending.push(pending);
        // The only server of a cluster may have applied it by now.
        let session = process.machine.session(u32::from(client.0));
        if process.machine.applied() >= id.index
            && let Some(session) = session.filter(|session| session.sequence == sequence)
        {
            let (outcome, by) = (session.outcome.clone(), session.by);
            self.answer_pending(slot, id, &outcome, by);
        }
    }

    fn answer_at_once(&mut self, slot: usize, pending: Pending, command: &ClientCommand) {
        let Some(process) = self.servers[slot].process() else { return };
        let outcome = process.machine.look(command);
        self.reply(slot, pending, ClientMessage::Response { outcome, entry: None });
    }

    fn reply(&mut self, slot: usize, pending: Pending, message: ClientMessage) {
        let Pending { client, sequence, attempt, .. } = pending;
        let ends = (client, ServerId::from_slot(slot));
        self.with_clients(|clients, around| {
            clients.send(ends, (sequence, attempt), message, around);
        });
    }

    /// A server's service has applied an entry: whoever waits for it is answered, and whoever waits for another
    /// one in that place hears so.
    #[inline(never)]
    pub(super) fn served(&mut self, slot: usize, id: EntryId, applied: &Applied) {
        if let Some(Asker { client, sequence }) = applied.asker {
            let world = &mut *self.world;
            let now = world.at();
            let process = world.servers[slot].process();
            let session = process.and_then(|process| process.machine.session(client));
            if applied.by != id.index
                && let Some(session) = session
            {
                let (sequence, by) = (session.sequence, session.by);
                let repeat = Repeat { id, client, sequence, by };
                self.record(Record::Repeated(ServerId::from_slot(slot), repeat));
            } else if let Some(operation) = world.clients.operation(client, sequence)
                && operation.applied.is_none()
            {
                operation.applied = Some(now);
                operation.entry = Some(id);
            }
        }
        if !self.user_starts.is_empty() {
            self.user_start_is_applied(id, &applied.outcome);
        }
        self.answer_pending(slot, id, &applied.outcome, applied.by);
    }

    fn answer_pending(&mut self, slot: usize, id: EntryId, outcome: &Outcome, by: Index) {
        let Some(process) = self.servers[slot].process_mut() else { return };
        let hint = process.known_leader();
        let passed = |pending: &mut Pending| pending.id.index <= id.index;
        let due: Vec<Pending> = process.pending.extract_if(.., passed).collect();
        if due.is_empty() {
            return;
        }
        let by = if by == id.index { Some(id) } else { entry(process, by) };
        for pending in due {
            if pending.id != id {
                self.reply(slot, pending, ClientMessage::Replaced(hint));
            } else if *outcome != Outcome::Overtaken {
                let outcome = outcome.clone();
                self.reply(slot, pending, ClientMessage::Response { outcome, entry: by });
            }
        }
    }

    /// A server that leads no longer refuses those who wait.
    #[inline(never)]
    pub(super) fn fail_pending(&mut self, slot: usize) {
        let Some(process) = self.servers[slot].process_mut() else { return };
        let hint = process.known_leader();
        let (term, leads) = process.node.get_state();
        let in_vain = |pending: &mut Pending| !leads || pending.id.term != term;
        let pending: Vec<Pending> = process.pending.extract_if(.., in_vain).collect();
        for pending in pending {
            self.reply(slot, pending, ClientMessage::Refused(hint));
        }
    }
}

/// True if the disks have no room for further requests.
fn is_full(servers: &[Server], slot: usize) -> bool {
    servers[slot].disk.bytes() * servers.len() as u64 > MOST_STORED
}

/// The entry at an index, if the server still has it.
fn entry(process: &Process, index: Index) -> Option<EntryId> {
    Some(EntryId { term: process.node.log().get(index)?.term, index })
}
