//! How much of the world is explored.

use raft_core::Config;

/// The bounds of an exploration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// How many servers there are: 2 to 5.
    pub servers: u16,
    /// No server stands for election in a higher term than this.
    pub terms: u8,
    /// How often timers run out, a leader's for its heartbeat included. None: as often as the terms allow.
    pub timeouts: Option<u8>,
    /// How many commands clients send.
    pub commands: u8,
    /// How often servers crash; each restarts at once, which is no less than later: until it is heard of
    /// it might as well be slow. The crash may come before a write is durable.
    pub crashes: u8,
    /// How many messages are dropped. One that is never delivered does no less harm.
    pub drops: u8,
    /// How often a message arrives that will arrive again.
    pub duplicates: u8,
    /// How many snapshots services take.
    pub snapshots: u8,
    /// How many messages may be in flight from one server to another; what is sent beyond is lost.
    pub in_flight: u8,
    /// No path is longer.
    pub depth: u64,
    /// No more states are looked at.
    pub states: u64,
    /// Whether states that differ only in the names of servers are one.
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

/// The most commands, crashes and the like.
pub const MOST: u8 = 15;

impl Bounds {
    /// What is wrong with them, in words.
    ///
    /// # Errors
    /// When a bound is out of its range.
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

    /// The nodes' settings: no time passes, so that every timeout is 0 and a snapshot is sent again
    /// whenever something is sent at all.
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
