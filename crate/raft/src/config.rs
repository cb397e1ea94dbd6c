//! Settings of a node: its cluster and its pace.

use crate::types::{Micros, ServerId};

/// The most servers of a cluster.
pub const MAX_SERVERS: u16 = 101;

/// The settings that all nodes of a cluster share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Config {
    /// The number of servers, S1 to Sn; 1 to [`MAX_SERVERS`].
    pub servers: u16,
    /// The time between two heartbeats of a leader.
    pub heartbeat: Micros,
    /// The shortest election timeout.
    pub election_min: Micros,
    /// The longest election timeout.
    pub election_max: Micros,
    /// Entries in one `AppendEntries` hold at most this many bytes together, but at least one is sent.
    pub batch_bytes: u64,
}

impl Default for Config {
    /// Five servers with the lab's pace: ten heartbeats a second, several elections within five seconds.
    fn default() -> Self {
        Self {
            servers: 5,
            heartbeat: 100_000,
            election_min: 300_000,
            election_max: 600_000,
            batch_bytes: 64 * 1024,
        }
    }
}

impl Config {
    /// The other servers of the cluster.
    pub fn peers(&self, me: ServerId) -> impl Iterator<Item = ServerId> + use<> {
        (1..=self.servers).map(ServerId).filter(move |&peer| peer != me)
    }
}
