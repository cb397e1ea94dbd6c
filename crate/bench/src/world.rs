//! Whole simulated runs, idle and under load.

use raft_run::{Config, Time, World};

/// Numbers of servers of the measured worlds.
pub const SIZES: [u16; 6] = [3, 5, 7, 9, 25, 101];

/// Load of a world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Load {
    /// Only heartbeats.
    Idle,
    /// Clients that send the next request as soon as they are answered, while 5 % of all messages are lost.
    Busy,
}

impl Load {
    /// Both loads.
    pub const ALL: [Self; 2] = [Self::Idle, Self::Busy];

    /// Returns its name in the figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Busy => "busy",
        }
    }

    /// Returns the settings of a world with this load.
    pub fn settings(self, servers: u16) -> String {
        let more = match self {
            Self::Idle => String::new(),
            Self::Busy => format!("network loss=5%\nclients {CLIENTS}\n"),
        };
        format!("seed 7\nservers {servers}\nautosnapshot 1000\n{more}")
    }

    /// Returns a world with a leader, after its first seconds.
    pub fn world(self, servers: u16) -> World {
        let mut world = from_settings(&self.settings(servers));
        while world.now() < Time(5_000_000) || world.leader().is_none() {
            world.run_until(Time::NEVER, 1_000, &mut ());
        }
        world
    }
}

/// The largest number of clients and keys, the shortest pause, and a timeout that is longer than an answer takes.
pub(crate) const CLIENTS: &str = "20 keys=20 pause=1ms timeout=200ms";

/// Creates a world from the lines of its settings.
pub(crate) fn from_settings(text: &str) -> World {
    let mut config = Config::default();
    for line in text.lines() {
        config.set(line).expect("the settings are valid");
    }
    World::new(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_world_answers_its_clients_and_an_idle_one_has_none() {
        for load in Load::ALL {
            let mut world = load.world(5);
            world.run_until(Time::NEVER, 20_000, &mut ());
            let answered = world.clients().history().len();
            assert_eq!(answered > 500, load == Load::Busy, "{answered}");
        }
    }
}
