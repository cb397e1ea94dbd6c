//! The events of the world: the queue of those to come, and the mark that each leaves in the fingerprint.
//!
//! This file alone knows the numbers of kinds and keys. They are part of every run: the keys decide the order
//! of events at equal times, the kinds go into the digest.

use crate::network::{Flight, MessageId};
use raft_core::{ServerId, Time};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// An event to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DueEvent {
    /// The timer of a server may expire.
    Timer { slot: u16 },
    /// A message arrives or dies.
    Message { place: u32, id: MessageId },
    /// The sync of a disk is done, if the server has not crashed since.
    Sync { slot: u16, starts: u64 },
    /// The pause or the timeout of a client is over.
    ClientAlarm { client: u16, number: u64 },
    /// A request or a response of a client arrives or is lost.
    ClientPacket { number: u64 },
    /// The time is over within which progress was expected.
    Deadline { number: u64 },
}

/// An event that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The timer of a server expires.
    Timer { slot: usize },
    /// A message arrives or dies.
    Message { id: MessageId, to: ServerId },
    /// The sync of a disk is done.
    Sync { slot: u16, starts: u64 },
    /// The pause or the timeout of a client is over.
    ClientAlarm { client: u16, number: u64 },
    /// A request or a response of a client arrives or is lost.
    ClientPacket { is_request: bool, number: u64 },
    /// The time is over within which progress was expected.
    Deadline { number: u64 },
}

/// The number of an event's kind in the digest.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Kind {
    Timer = 1,
    Message = 2,
    Sync = 3,
    ClientAlarm = 4,
    ClientPacket = 5,
    Deadline = 6,
}

impl Event {
    /// The event in one number, for the digest.
    #[inline(always)]
    pub(crate) fn word(self) -> u64 {
        let (kind, subject, detail) = match self {
            Self::Timer { slot } => (Kind::Timer, slot as u64, 0),
            Self::Message { id, to } => (Kind::Message, id, u64::from(to.0)),
            Self::Sync { slot, starts } => (Kind::Sync, u64::from(slot), starts),
            Self::ClientAlarm { client, number } => (Kind::ClientAlarm, u64::from(client), number),
            Self::ClientPacket { is_request, number } => {
                (Kind::ClientPacket, u64::from(is_request), number)
            }
            Self::Deadline { number } => (Kind::Deadline, 0, number),
        };
        (kind as u64) << 56 ^ detail << 40 ^ subject
    }
}

/// The owner of an event to come. With the seed and the moment it decides the order at equal times.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Key {
    Sync = 1,
    Timer = 2,
    ClientAlarm = 3,
    ClientPacket = 4,
    Deadline = 5,
}

impl Key {
    #[inline(always)]
    fn of(self, number: u64) -> u64 {
        (self as u64) << 40 | number
    }

    /// A message is known by its call and its two ends.
    #[inline(always)]
    fn of_message(flight: &Flight) -> u64 {
        let (call, from, to) = (flight.envelope.call, flight.envelope.from.0, flight.envelope.to.0);
        (call & 0xffff) << 48 | u64::from(from) << 16 | u64::from(to)
    }
}

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) at: Time,
    order: u64,
    pub(crate) event: DueEvent,
}

impl Ord for Due {
    /// The earliest is the greatest, because the heap takes out the greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The events to come, the earliest first. At equal times the seed decides the order, not who asked first.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    heap: BinaryHeap<Due>,
    /// The number of events that have ever been planned.
    planned: u64,
    /// The seed of the order at equal times.
    seed: u64,
}

impl Queue {
    pub(crate) fn new(seed: u64) -> Self {
        Self { heap: BinaryHeap::new(), planned: 0, seed }
    }

    /// The earliest event, if it comes by a moment.
    #[inline(always)]
    pub(crate) fn has_by(&self, moment: Time) -> bool {
        self.heap.peek().is_some_and(|due| due.at <= moment)
    }

    /// Takes out the earliest event.
    #[inline(always)]
    pub(crate) fn pop(&mut self) -> Option<Due> {
        // Copied before it is taken out: that exchanges it for another, in WebAssembly in halves of the words
        // that are read here, and the processor would wait for them.
        let &due = self.heap.peek()?;
        self.heap.pop();
        Some(due)
    }

    #[inline(always)]
    pub(crate) fn plan_timer(&mut self, at: Time, slot: usize) {
        self.push(at, Key::Timer.of(slot as u64), DueEvent::Timer { slot: slot as u16 });
    }

    /// Plans what happens next to a message; nothing for one that is held.
    #[inline(always)]
    pub(crate) fn plan_message(&mut self, flight: &Flight, place: u32) {
        if let Some(at) = flight.due() {
            self.push(at, Key::of_message(flight), DueEvent::Message { place, id: flight.id });
        }
    }

    #[inline(always)]
    pub(crate) fn plan_sync(&mut self, at: Time, slot: usize, starts: u64) {
        let event = DueEvent::Sync { slot: slot as u16, starts };
        self.push(at, Key::Sync.of(slot as u64), event);
    }

    pub(crate) fn plan_client_alarm(&mut self, at: Time, client: u16, number: u64) {
        let event = DueEvent::ClientAlarm { client, number };
        self.push(at, Key::ClientAlarm.of(u64::from(client)), event);
    }

    pub(crate) fn plan_client_packet(&mut self, at: Time, number: u64) {
        self.push(at, Key::ClientPacket.of(number), DueEvent::ClientPacket { number });
    }

    pub(crate) fn plan_deadline(&mut self, at: Time, number: u64) {
        self.push(at, Key::Deadline.of(number), DueEvent::Deadline { number });
    }

    #[inline(always)]
    fn push(&mut self, at: Time, key: u64, event: DueEvent) {
        self.planned += 1;
        let mixed = (self.seed ^ key ^ at.0.rotate_left(20)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let order = mixed & !0xffff_ffff | self.planned & 0xffff_ffff;
        self.heap.push(Due { at, order, event });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_orders_events_of_the_same_moment_and_time_all_others() {
        let order = |seed| {
            let mut queue = Queue::new(seed);
            queue.plan_deadline(Time(9), 1);
            for slot in 0..20 {
                queue.plan_timer(Time(7), slot);
            }
            queue.plan_client_packet(Time(3), 1);
            let events: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|due| due.event).collect();
            assert_eq!(events[0], DueEvent::ClientPacket { number: 1 });
            assert_eq!(events[21], DueEvent::Deadline { number: 1 });
            events
        };
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
    }

    #[test]
    fn different_events_leave_different_marks() {
        let (client, number) = (3, 3);
        let mut words = [
            Event::Timer { slot: 3 },
            Event::Message { id: 3, to: ServerId(3) },
            Event::Message { id: 3, to: ServerId(4) },
            Event::Sync { slot: 3, starts: 3 },
            Event::ClientAlarm { client, number },
            Event::ClientPacket { is_request: true, number },
            Event::ClientPacket { is_request: false, number },
            Event::Deadline { number },
        ]
        .map(Event::word);
        words.sort_unstable();
        assert!(words.is_sorted_by(|a, b| a < b), "{words:?}");
    }
}
