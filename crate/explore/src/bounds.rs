//! Bounds of an exploration.

use raft_core::Config;

/// Bounds of an exploration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Number of servers, 2 to 5.
    pub servers: u16,
    /// Highest term in which a server becomes a candidate.
    pub terms: u8,
    /// Number of times that timers run out, a leader's heartbeat timer included. None: as often as the terms allow.
    pub timeouts: Option<u8>,
    /// Number of commands that clients send.
    pub commands: u8,
    /// Number of crashes. A server restarts at once: until it sends something, a server that is down cannot be told
    /// from a slow one. A crash may come before a write is durable.
    pub crashes: u8,
    /// Number of messages that are dropped. A message that is never delivered does the same harm.
    pub drops: u8,
    /// Number of times that a message is delivered and stays in flight.
    pub duplicates: u8,
    /// Number of snapshots that services take.
    pub snapshots: u8,
    /// Number of messages in flight from one server to another. Messages beyond it are lost.
    pub in_flight: u8,
    /// Maximum length of a path.
    pub depth: u64,
    /// Maximum number of states.
    pub states: u64,
    /// True if states that differ only in the names of servers are treated as one.
    pub symmetry: bool,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            servers: 3,
            terms: 2,
            timeouts: None,
            commands: 1,
            crashes: 0,
            drops: 0,
            duplicates: 0,
            snapshots: 0,
            in_flight: 1,
            depth: u64::MAX,
            states: 20_000_000,
            symmetry: true,
        }
    }
}

/// Maximum of each of the counts, such as commands and crashes.
pub const MOST: u8 = 15;

impl Bounds {
    /// Checks the bounds.
    ///
    /// # Errors
    ///
    /// If a bound is out of its range; the error names it.
    pub fn check(&self) -> Result<(), String> {
        if !(2..=5).contains(&self.servers) {
            return Err(format!("{} servers cannot be explored: 2 to 5 can", self.servers));
        }
        let counts = [
            ("terms", self.terms, 1),
            ("timeouts", self.timeouts.unwrap_or(1), 1),
            ("commands", self.commands, 0),
            ("crashes", self.crashes, 0),
            ("drops", self.drops, 0),
            ("duplicates", self.duplicates, 0),
            ("snapshots", self.snapshots, 0),
            ("messages in flight", self.in_flight, 1),
        ];
        for (name, count, least) in counts {
            if !(least..=MOST).contains(&count) {
                return Err(format!("{name} can be {least} to {MOST}, not {count}"));
            }
        }
        if self.states == 0 || self.states > u64::from(u32::MAX) {
            return Err(format!("states can be 1 to {}, not {}", u32::MAX, self.states));
        }
        Ok(())
    }

    /// Settings of the nodes. There is no time, so every timeout is 0, and a snapshot is sent again with every
    /// message.
    pub(crate) fn config(&self) -> Config {
        Config {
            servers: self.servers,
            heartbeat: 0,
            election_min: 0,
            election_max: 0,
            ..Config::default()
        }
    }
}
