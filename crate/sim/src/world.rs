//! The world: one queue of events on virtual time, in which servers, disks and the network meet.

mod beginning;
mod fold;
mod plan;
mod power;
mod properties;
mod service;
mod view;

use crate::client::Clients;
use crate::config::Config;
use crate::digest::Digest;
use crate::due::{Due, What};
use crate::expect::Expectation;
use crate::network::{Cause, Fate, Flight, Loss, Network};
use crate::order::Order;
use crate::record::{Brief, Observer, Record, Stamp};
use crate::server::{Life, Server, Waiting};
pub(crate) use power::Plan;
use raft_check::{At, Checks, Memory, Step};
use raft_core::{Action, ApplyMsg, Envelope, Input, Mistake, Rule, ServerId, Started, Term, Time};
use std::collections::{BinaryHeap, VecDeque};

/// Everything there is at a moment of a run. It is a value: a copy goes its own way.
#[derive(Clone, Debug)]
pub struct World {
    config: Config,
    /// The settings of Raft as they are now: a restart takes these.
    pub(crate) raft: raft_core::Config,
    pub(crate) now: Time,
    /// When something last happened: an event or a command.
    happened: Time,
    events: u64,
    digest: Digest,
    queue: BinaryHeap<Due>,
    pushed: u64,
    order: u64,
    pub(crate) servers: Vec<Server>,
    pub(crate) network: Network,
    cause: Option<Cause>,
    /// The answer to the newest `Start`.
    pub(crate) started: Option<Started>,
    /// What services ask of their own nodes while actions are performed.
    requests: VecDeque<(usize, Input)>,
    /// Kept between steps only to save its allocation.
    actions: Vec<Action>,
    /// What must hold. A run is the same with it and without.
    pub(crate) checks: Option<Checks>,
    /// How many violations have been recorded.
    pub(crate) told: usize,
    /// What checking the answers of clients has cost, counted as events.
    pub(crate) checking: u64,
    /// Orders that wait for a message to be sent.
    pub(crate) orders: Vec<Order>,
    pub(crate) clients: Clients,
    pub(crate) expectation: Option<Box<Expectation>>,
    /// The assumption for lack of which the last expected progress did not come.
    pub(crate) excused: Option<crate::blocker::Blocker>,
    /// How often something has been expected.
    pub(crate) expected: u64,
}

/// The most that waits at one server: messages while it is paused, or its own output for the disk.
const MOST_WAITING: usize = 5_000;

impl World {
    /// Lets the time pass up to a moment before which nothing happens.
    pub fn wait(&mut self, until: Time) {
        self.now = self.now.max(until);
    }

    /// Runs all events up to and including the moment `to`, but at most `budget` of them. True when it
    /// got there; then it is `to` now. It stops right after an event in which a property was first violated.
    pub fn run_until(&mut self, to: Time, budget: u64, observer: &mut dyn Observer) -> bool {
        self.run_within(to, budget, u64::MAX, observer)
    }

    /// The same, and it stops also after an event with which so much [work](Self::work) or more is done.
    pub fn run_within(
        &mut self,
        to: Time,
        budget: u64,
        work: u64,
        observer: &mut dyn Observer,
    ) -> bool {
        let last = self.events.saturating_add(budget);
        let told = self.told;
        while self.queue.peek().is_some_and(|due| due.at <= to) {
            if self.events >= last || self.work() >= work {
                return false;
            }
            self.pop(observer);
            if self.told > told {
                return false;
            }
        }
        self.now = self.now.max(to);
        true
    }

    /// An event happens before a moment.
    pub fn happens_before(&self, moment: Time) -> bool {
        moment.0.checked_sub(1).is_some_and(|last| self.happens_by(Time(last)))
    }

    /// An event happens up to a moment. What is overtaken in the queue, such as the timer of a server that has crashed,
    /// is none.
    fn happens_by(&self, moment: Time) -> bool {
        // A copy looks: it may have to pass over what is overtaken.
        self.queue.peek().is_some_and(|due| due.at <= moment) && self.clone().step(moment, &mut ())
    }

    /// Runs exactly one event, if it happens by `to`. False when there is none.
    pub fn step(&mut self, to: Time, observer: &mut dyn Observer) -> bool {
        while self.queue.peek().is_some_and(|due| due.at <= to) {
            if self.pop(observer) {
                return true;
            }
        }
        false
    }

    /// Takes the next due entry; true if it was an event, not an overtaken one.
    fn pop(&mut self, observer: &mut dyn Observer) -> bool {
        let is_event = self.take_due(observer);
        if self.expectation.is_some() {
            self.look_for_progress(observer);
        }
        is_event
    }

    #[inline(never)]
    fn take_due(&mut self, observer: &mut dyn Observer) -> bool {
        // Copied before it is taken out: that exchanges it for another, in WebAssembly in halves of the words
        // that are read here, and the processor would wait for them.
        let Some(&due) = self.queue.peek() else {
            return false;
        };
        self.queue.pop();
        match due.what {
            What::Wake { slot } => self.wake(usize::from(slot), due.at, observer),
            What::Message { place, id } => {
                let Some(flight) = self.network.due(place, id, due.at) else {
                    return false;
                };
                let to = flight.envelope.to;
                self.cause = Some(Cause::of(flight));
                self.begin(due.at, 2, id, u64::from(to.0));
                self.message_due(place, to.slot(), observer);
                self.cause = None;
                true
            }
            What::Synced { slot, starts } => {
                let server = &self.servers[usize::from(slot)];
                if server.starts != starts || server.process().is_none() {
                    return false;
                }
                self.begin(due.at, 3, u64::from(slot), starts);
                self.synced(usize::from(slot), observer);
                true
            }
            What::Alarm { client, number } => self.alarm(client, number, due.at, observer),
            What::ClientPacket { number } => self.packet_due(number, due.at, observer),
            What::Deadline { number } => self.deadline(number, due.at, observer),
        }
    }

    /// Counts an event and folds what it is into the digest.
    pub(crate) fn begin(&mut self, at: Time, kind: u64, who: u64, detail: u64) {
        self.now = at;
        self.happened = at;
        self.events += 1;
        self.digest.fold([at.0, kind << 56 ^ detail << 40 ^ who]);
    }

    fn wake(&mut self, slot: usize, at: Time, observer: &mut dyn Observer) -> bool {
        let server = &mut self.servers[slot];
        let clock = server.clock;
        let Some(process) = server.process_mut().filter(|process| process.wake == at) else {
            return false;
        };
        process.wake = Time::NEVER;
        if process.paused.is_some() {
            return false;
        }
        if clock.own(at) < process.node.deadline() {
            self.plan_wake(slot);
            return false;
        }
        self.begin(at, 1, slot as u64, 0);
        self.input(slot, Input::Timeout, observer);
        true
    }

    fn message_due(&mut self, place: u32, slot: usize, observer: &mut dyn Observer) {
        let flight = self.network.flight(place);
        if let Fate::Dies { at, why } = flight.fate {
            return self.lose_at(place, at, why, observer);
        }
        let server = &mut self.servers[slot];
        let known = flight.is_for(server.starts);
        let Some(process) = server.process_mut().filter(|_| known) else {
            return self.lose_at(place, self.now, Loss::Down, observer);
        };
        if let Some(inbox) = &mut process.paused {
            if inbox.len() >= MOST_WAITING {
                return self.lose_at(place, self.now, Loss::Full, observer);
            }
            inbox.push(Waiting::Message(Box::new(self.network.take(place))));
            return;
        }
        self.arrives(self.network.flight(place), observer);
        let envelope = self.network.take_envelope(place);
        self.input(slot, Input::Receive(envelope), observer);
    }

    /// Tells that a message arrives.
    #[inline(always)]
    fn arrives(&self, flight: &Flight, observer: &mut dyn Observer) {
        observer.arrived(self.stamp(), flight);
    }

    #[cold]
    fn lose_at(&mut self, place: u32, at: Time, why: Loss, observer: &mut dyn Observer) {
        let flight = self.network.take(place);
        self.lose(flight, at, why, observer);
    }

    pub(crate) fn lose(
        &mut self,
        flight: Flight,
        at: Time,
        why: Loss,
        observer: &mut dyn Observer,
    ) {
        self.record(observer, Record::Lost(Brief::of(&flight), why));
        self.network.lose(flight, at, why);
    }

    fn synced(&mut self, slot: usize, observer: &mut dyn Observer) {
        if self.servers[slot].plan.is_some() && self.crashes_in_sync(slot, observer) {
            return;
        }
        self.servers[slot].disk.end_sync();
        self.record(observer, Record::Synced(ServerId::from_slot(slot)));
        self.release(slot, observer);
        self.settle(slot, observer);
    }

    /// Gives a server's node one input and performs what comes out.
    pub(crate) fn input(&mut self, slot: usize, input: Input, observer: &mut dyn Observer) {
        self.take_in(slot, input, observer);
        self.settle(slot, observer);
    }

    #[inline(always)]
    fn take_in(&mut self, slot: usize, input: Input, observer: &mut dyn Observer) {
        let server = &mut self.servers[slot];
        let own = server.clock.own(self.now);
        let Life::Up(process) = &mut server.life else {
            return;
        };
        let mut actions = std::mem::take(&mut self.actions);
        let handled = Step::of(&input);
        process.node.step(own, input, &mut actions);
        if let Some(checks) = &mut self.checks {
            let at = At { time: self.now, event: self.events };
            checks.stepped(at, server.id, &Memory::of(&process.node), handled);
        }
        self.perform_all(slot, &mut actions, observer);
        self.actions = actions;
    }

    /// Performs actions in order; those that others can see wait for the disk.
    ///
    /// So do the notes that tell of such actions, and all notes behind a write: the journal says that an
    /// entry is applied when it is.
    #[inline(always)]
    pub(crate) fn perform_all(
        &mut self,
        slot: usize,
        actions: &mut Vec<Action>,
        observer: &mut dyn Observer,
    ) {
        let mut written = false;
        self.writes_begin(slot);
        for action in &mut *actions {
            match action {
                Action::Started(started) => self.started = Some(*started),
                Action::Persist(write) => {
                    written = true;
                    let Server { disk, plan, .. } = &mut self.servers[slot];
                    disk.write(write);
                    if disk.is_instant() {
                        if plan.is_some() && self.crashes_in_write(slot, observer) {
                            break;
                        }
                        self.servers[slot].disk.sync_now();
                        // What waited for a disk that has become instant meanwhile waits no more.
                        self.release(slot, observer);
                    }
                }
                Action::Note(note) if !written && !tells_of_effects(note.rule()) => {
                    self.record(observer, Record::Rule(ServerId::from_slot(slot), *note));
                }
                Action::Send(_) | Action::Apply(_) | Action::Note(_) => {
                    self.show_when_durable(slot, action, observer);
                }
            }
        }
        actions.clear();
    }

    #[inline(always)]
    fn show_when_durable(&mut self, slot: usize, action: &mut Action, observer: &mut dyn Observer) {
        let server = &mut self.servers[slot];
        let behind = server.disk.owes_answer();
        let ticket = server.disk.newest_ticket();
        let Life::Up(process) = &mut server.life else {
            return;
        };
        let waits = behind || !process.waiting.is_empty();
        if waits && !process.node.bugs().makes(Mistake::AnswersBeforeDurable) {
            let full = process.waiting.len() >= MOST_WAITING;
            if full && matches!(action, Action::Send(_) | Action::Note(_)) {
                // Like a message in a full network, but nobody will ever have seen it.
                return;
            }
            let nothing = Action::Started(Started::NotLeader { term: Term(0), hint: None });
            let action = std::mem::replace(action, nothing);
            process.waiting.push_back((ticket, self.cause.clone(), action));
        } else {
            let cause = self.cause.clone();
            self.show(slot, cause.as_ref(), action, observer);
        }
    }

    /// Performs an action that others can see.
    #[inline(never)]
    fn show(
        &mut self,
        slot: usize,
        cause: Option<&Cause>,
        action: &mut Action,
        observer: &mut dyn Observer,
    ) {
        match action {
            Action::Send(envelope) => self.send(envelope, cause, observer),
            _ => self.show_other(slot, action, observer),
        }
    }

    #[inline(never)]
    fn show_other(&mut self, slot: usize, action: &mut Action, observer: &mut dyn Observer) {
        match action {
            Action::Apply(ApplyMsg::Command { id, command }) => {
                self.digest.fold_bytes(command);
                observer.applied(ServerId::from_slot(slot), *id, command);
                let at = self.at();
                let server = &mut self.servers[slot];
                if let Life::Up(process) = &mut server.life {
                    let applied = process.machine.apply(id.index, command);
                    if let Some(checks) = &mut self.checks {
                        checks.applied(at, server.id, *id, command, process.machine.digest());
                    }
                    self.snapshot_if_due(slot);
                    if applied.by != id.index || self.clients.listen() {
                        self.served(slot, *id, command, &applied, observer);
                    }
                }
            }
            Action::Apply(ApplyMsg::Snapshot { last_included, data }) => {
                self.digest.fold_bytes(data);
                self.load_snapshot(slot, *last_included, data, observer);
            }
            Action::Note(note) => {
                self.record(observer, Record::Rule(ServerId::from_slot(slot), *note));
            }
            Action::Send(_) | Action::Persist(_) | Action::Started(_) => {}
        }
    }

    #[inline(always)]
    fn send(
        &mut self,
        envelope: &mut Envelope,
        cause: Option<&Cause>,
        observer: &mut dyn Observer,
    ) {
        if let Some(checks) = &mut self.checks {
            let at = At { time: self.now, event: self.events };
            checks.sent(at, envelope, self.servers[envelope.from.slot()].disk.durable());
        }
        let answers = cause.filter(|_| envelope.message.is_reply());
        let starts = |id: ServerId| self.servers[id.slot()].starts;
        let starts = (starts(envelope.from), starts(envelope.to));
        let (first, copy) = self.network.send(self.now, envelope, answers, starts);
        observer.sent(self.stamp(), self.network.flight(first));
        if !self.orders.is_empty() {
            self.obey_order(first, observer);
        }
        self.plan_message(first);
        if let Some(copy) = copy {
            self.is_sent_again(copy, observer);
        }
    }

    #[cold]
    fn is_sent_again(&mut self, copy: u32, observer: &mut dyn Observer) {
        self.record(observer, Record::Sent(Brief::of(self.network.flight(copy))));
        self.plan_message(copy);
    }

    /// Shows what waited for writes that are durable by now.
    pub(crate) fn release(&mut self, slot: usize, observer: &mut dyn Observer) {
        loop {
            let server = &mut self.servers[slot];
            let durable = server.disk.acknowledged();
            let Life::Up(process) = &mut server.life else {
                return;
            };
            if process.paused.is_some()
                || process.waiting.front().is_none_or(|(ticket, ..)| *ticket > durable)
            {
                return;
            }
            let Some((_, cause, mut action)) = process.waiting.pop_front() else {
                return;
            };
            self.show(slot, cause.as_ref(), &mut action, observer);
        }
    }

    /// After a server has done something: its service's requests, its disk, its timer, the digest.
    #[inline(always)]
    pub(crate) fn settle(&mut self, slot: usize, observer: &mut dyn Observer) {
        if !self.requests.is_empty() {
            self.carry_out_requests(observer);
        }
        self.finish(slot, observer);
    }

    /// There may be thousands, and each may bring about more. All are carried out before any is finished,
    /// the newest first.
    #[cold]
    fn carry_out_requests(&mut self, observer: &mut dyn Observer) {
        let mut slots = Vec::new();
        while let Some((slot, input)) = self.requests.pop_front() {
            self.take_in(slot, input, observer);
            slots.push(slot);
        }
        for slot in slots.into_iter().rev() {
            self.finish(slot, observer);
        }
    }

    #[inline(always)]
    fn finish(&mut self, slot: usize, observer: &mut dyn Observer) {
        if self.servers[slot].process().is_some_and(|process| !process.pending.is_empty()) {
            self.fail_pending(slot, observer);
        }
        if let Some(at) = self.servers[slot].disk.begin_sync(self.now) {
            let starts = self.servers[slot].starts;
            self.plan(at, 1 << 40 | slot as u64, What::Synced { slot: slot as u16, starts });
        }
        self.plan_wake(slot);
        self.fold_server(slot);
        if self.violations().len() > self.told {
            self.tell_violations(observer);
        }
    }

    /// The present moment and event.
    pub(crate) fn at(&self) -> At {
        At { time: self.now, event: self.events }
    }

    #[inline(always)]
    pub(crate) fn record(&self, observer: &mut dyn Observer, record: Record) {
        observer.record(self.stamp(), record);
    }

    #[inline(always)]
    fn stamp(&self) -> Stamp {
        let cause = self.cause.as_ref().map(|cause| cause.id);
        Stamp { at: self.now, event: self.events, cause }
    }

    /// Handles a message that has waited for a paused server.
    pub(crate) fn handle_late(&mut self, flight: Flight, observer: &mut dyn Observer) {
        self.cause = Some(Cause::of(&flight));
        self.arrives(&flight, observer);
        self.input(flight.envelope.to.slot(), Input::Receive(flight.envelope), observer);
        self.cause = None;
    }
}

/// Whether a rule's note tells of a message sent or of a command handed to the service.
fn tells_of_effects(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::ApplyCommitted
            | Rule::ResetStateMachine
            | Rule::RequestVotes
            | Rule::AnnounceLeader
            | Rule::SendHeartbeats
            | Rule::SendEntries
            | Rule::SendSnapshot
    )
}
