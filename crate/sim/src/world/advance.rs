//! A world that advances: each event, one after the other, and what a server does with it.

use super::World;
use crate::event::{DueEvent, Event};
use crate::network::{Cause, Fate, Flight, Loss};
use crate::record::{Brief, Observer, Record, Stamp};
use crate::server::Waiting;
use raft_core::{Input, ServerId, Time};
use std::ops::{Deref, DerefMut};

/// A world while it advances, together with the observer that is told what happens.
///
/// It reads as the world itself. Where two parts of the world are needed at once, take `self.world` apart.
pub(crate) struct Observed<'a> {
    pub(crate) world: &'a mut World,
    observer: &'a mut dyn Observer,
}

impl Deref for Observed<'_> {
    type Target = World;

    #[inline(always)]
    fn deref(&self) -> &World {
        self.world
    }
}

impl DerefMut for Observed<'_> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut World {
        self.world
    }
}

/// The most that waits at one server: messages while it is paused, or its own output for the disk.
pub(super) const MOST_WAITING: usize = 5_000;

impl World {
    #[inline(always)]
    pub(crate) fn observed<'a>(&'a mut self, observer: &'a mut dyn Observer) -> Observed<'a> {
        Observed { world: self, observer }
    }
}

impl Observed<'_> {
    /// Takes the next entry of the queue; true if it was an event, not one that no longer counts.
    #[inline(always)]
    pub(super) fn pop(&mut self) -> bool {
        let is_event = self.take_due();
        if self.expectations.is_waiting() {
            self.look_for_progress();
        }
        is_event
    }

    #[inline(never)]
    fn take_due(&mut self) -> bool {
        let Some(due) = self.world.queue.pop() else {
            return false;
        };
        match due.event {
            DueEvent::Timer { slot } => self.timer(usize::from(slot), due.at),
            DueEvent::Message { place, id } => {
                let world = &mut *self.world;
                let Some(flight) = world.network.due(place, id, due.at) else {
                    return false;
                };
                let to = flight.envelope.to;
                world.cause = Some(Cause::of(flight));
                world.begin(due.at, Event::Message { id, to });
                self.message(place, to.slot());
                self.world.cause = None;
                true
            }
            DueEvent::Sync { slot, starts } => {
                let server = &self.world.servers[usize::from(slot)];
                if server.starts != starts || server.process().is_none() {
                    return false;
                }
                self.begin(due.at, Event::Sync { slot, starts });
                self.synced(usize::from(slot));
                true
            }
            DueEvent::ClientAlarm { client, number } => self.client_alarm(client, number, due.at),
            DueEvent::ClientPacket { number } => self.client_packet(number, due.at),
            DueEvent::Deadline { number } => self.deadline(number, due.at),
        }
    }

    fn timer(&mut self, slot: usize, at: Time) -> bool {
        let server = &mut self.world.servers[slot];
        let clock = server.clock;
        let Some(process) = server.process_mut().filter(|process| process.wake == at) else {
            return false;
        };
        process.wake = Time::NEVER;
        if process.paused.is_some() {
            return false;
        }
        if clock.own(at) < process.node.deadline() {
            self.plan_timer(slot);
            return false;
        }
        self.begin(at, Event::Timer { slot });
        self.input(slot, Input::Timeout);
        true
    }

    fn message(&mut self, place: u32, slot: usize) {
        let world = &mut *self.world;
        let flight = world.network.flight(place);
        if let Fate::Dies { at, why } = flight.fate {
            return self.lose_at(place, at, why);
        }
        let server = &mut world.servers[slot];
        let known = flight.is_for(server.starts);
        let Some(process) = server.process_mut().filter(|_| known) else {
            return self.lose_at(place, self.now, Loss::Down);
        };
        if let Some(inbox) = &mut process.paused {
            if inbox.len() >= MOST_WAITING {
                return self.lose_at(place, self.now, Loss::Full);
            }
            inbox.push(Waiting::Message(Box::new(world.network.take(place))));
            return;
        }
        let stamp = self.world.stamp();
        self.observer.arrived(stamp, self.world.network.flight(place));
        let envelope = self.world.network.take_envelope(place);
        self.input(slot, Input::Receive(envelope));
    }

    #[cold]
    fn lose_at(&mut self, place: u32, at: Time, why: Loss) {
        let flight = self.network.take(place);
        self.lose(flight, at, why);
    }

    pub(crate) fn lose(&mut self, flight: Flight, at: Time, why: Loss) {
        self.record(Record::Lost(Brief::of(&flight), why));
        self.network.lose(flight, at, why);
    }

    fn synced(&mut self, slot: usize) {
        if self.servers[slot].plan.is_some() && self.crashes_in_sync(slot) {
            return;
        }
        self.servers[slot].disk.end_sync();
        self.record(Record::Synced(ServerId::from_slot(slot)));
        self.release(slot);
        self.settle(slot);
    }

    /// Handles a message that has waited for a paused server.
    pub(crate) fn handle_after_pause(&mut self, flight: Flight) {
        self.cause = Some(Cause::of(&flight));
        let stamp = self.stamp();
        self.observer.arrived(stamp, &flight);
        self.input(flight.envelope.to.slot(), Input::Receive(flight.envelope));
        self.cause = None;
    }

    #[inline(always)]
    pub(crate) fn record(&mut self, record: Record) {
        let stamp = self.world.stamp();
        self.observer.record(stamp, record);
    }

    /// The world to read, and the observer to tell.
    #[inline(always)]
    pub(super) fn parts(&mut self) -> (&mut World, &mut dyn Observer) {
        (self.world, self.observer)
    }
}

impl World {
    /// Counts an event and folds it into the digest.
    #[inline(always)]
    pub(crate) fn begin(&mut self, at: Time, event: Event) {
        self.now = at;
        self.happened = at;
        self.events += 1;
        self.digest.fold([at.0, event.word()]);
    }

    /// Folds a command into the digest.
    pub(crate) fn begin_command(&mut self, text: &str) {
        self.happened = self.now;
        self.digest.fold([self.now.0, self.events]);
        self.digest.fold_bytes(text.as_bytes());
    }

    #[inline(always)]
    pub(super) fn stamp(&self) -> Stamp {
        let cause = self.cause.as_ref().map(|cause| cause.id);
        Stamp { at: self.now, event: self.events, cause }
    }
}
