//! Events to come, and their order in the world's queue.

use crate::network::MessageId;
use raft_core::Time;
use std::cmp::Ordering;

/// An event to come. At equal times the seed decides the order, not who was first to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) at: Time,
    pub(crate) order: u64,
    pub(crate) what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Look at a server's timer.
    Wake { slot: u16 },
    /// A message arrives or dies.
    Message { place: u32, id: MessageId },
    /// A disk's sync is done, if the server has not crashed since.
    Synced { slot: u16, starts: u64 },
    /// A client's pause or patience is over.
    Alarm { client: u16, number: u64 },
    /// A question or an answer arrives or is lost.
    ClientPacket { number: u64 },
    /// Progress was expected by now.
    Deadline { number: u64 },
}

impl Ord for Due {
    /// The earliest is the greatest, as the heap wants it.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
