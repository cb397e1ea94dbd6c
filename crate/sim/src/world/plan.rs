//! What will happen is planned: a place in the queue of events for each.

use super::World;
use crate::due::{Due, What};
use raft_core::{Envelope, Time};

impl World {
    /// Makes sure that the world looks at a server's timer in time.
    #[inline(always)]
    pub(crate) fn plan_wake(&mut self, slot: usize) {
        let server = &mut self.servers[slot];
        let clock = server.clock;
        let Some(process) = server.process_mut().filter(|process| process.paused.is_none()) else {
            return;
        };
        let at = clock.world(process.node.deadline()).max(self.now);
        if at < process.wake {
            process.wake = at;
            self.plan(at, 2 << 40 | slot as u64, What::Wake { slot: slot as u16 });
        }
    }

    /// The same after its clock has changed its pace, which may also bring the timer forward.
    pub(crate) fn replan_wake(&mut self, slot: usize) {
        if let Some(process) = self.servers[slot].process_mut() {
            process.wake = Time::NEVER;
        }
        self.plan_wake(slot);
    }

    /// Plans what happens next to a message; nothing for one that is held.
    #[inline(always)]
    pub(crate) fn plan_message(&mut self, place: u32) {
        let flight = self.network.flight(place);
        let Envelope { from, to, call, .. } = flight.envelope;
        let Some(at) = flight.due() else { return };
        let id = flight.id;
        let who = (call & 0xffff) << 48 | u64::from(from.0) << 16 | u64::from(to.0);
        self.plan(at, who, What::Message { place, id });
    }

    #[inline(always)]
    pub(crate) fn plan(&mut self, at: Time, who: u64, what: What) {
        self.pushed += 1;
        let mixed = (self.order ^ who ^ at.0.rotate_left(20)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let order = mixed & !0xffff_ffff | self.pushed & 0xffff_ffff;
        self.queue.push(Due { at, order, what });
    }
}
