//! A place in a run: where it stands, or where it is to go.

use raft_core::Time;

/// A place in a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// After everything of this moment.
    Time(Time),
    /// After so many events.
    Event(u64),
    /// After so many steps: events and commands together.
    Step(u64),
}
