//! Does the same work in ever larger worlds, to see which costs grow with their size.

use crate::world::{CLIENTS, Load, from_settings};
use raft_run::{Command, Run, ServerId, Time, World};

/// Quantity that grows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Axis {
    /// Entries in every log, without snapshots.
    Entries,
    /// Entries that every log has had, with snapshots.
    Snapshots,
    /// Events of a run as the page has it, with its journal and copies.
    History,
    /// Events of such a run with a command of the user now and then.
    Commands,
    /// Events of such a run with clients that send requests as fast as they can.
    Clients,
    /// Servers of a cluster without work.
    Servers,
    /// Messages in flight at any time.
    InFlight,
}

impl Axis {
    /// All quantities.
    pub const ALL: [Self; 7] = [
        Self::Entries,
        Self::Snapshots,
        Self::History,
        Self::Commands,
        Self::Clients,
        Self::Servers,
        Self::InFlight,
    ];

    /// Returns its name in the figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entries => "entries",
            Self::Snapshots => "snapshots",
            Self::History => "history",
            Self::Commands => "commands",
            Self::Clients => "clients",
            Self::Servers => "servers",
            Self::InFlight => "in-flight",
        }
    }

    /// Returns the sizes, from small to large.
    pub fn sizes(self) -> &'static [u64] {
        match self {
            Self::Entries => &[100, 1_000, 10_000, 100_000, 1_000_000],
            Self::Snapshots | Self::History | Self::Commands | Self::Clients => {
                &[10_000, 100_000, 1_000_000]
            }
            Self::Servers => &[3, 5, 7, 9, 25, 101],
            Self::InFlight => &[20, 200, 2_000, 20_000],
        }
    }

    /// Creates a world of this size.
    pub fn grow(self, size: u64) -> Grown {
        match self {
            Self::Entries => entries(size, ""),
            Self::Snapshots => entries(size, "\nautosnapshot 1000"),
            Self::History => history(size, "", false),
            Self::Commands => history(size, "", true),
            Self::Clients => history(size, &format!("clients {CLIENTS}\n"), false),
            Self::Servers => Grown::Idle(Box::new(Load::Idle.world(size as u16))),
            Self::InFlight => in_flight(size),
        }
    }
}

/// A world that has grown.
pub enum Grown {
    /// A world whose leader, S1, gets commands.
    Busy(Box<World>),
    /// A world without commands.
    Idle(Box<World>),
    /// A run; true if it gets a command now and then.
    Run(Box<Run>, bool),
}

impl Grown {
    /// Runs at least this number of events. Returns their number.
    pub fn run(&mut self, events: u64) -> u64 {
        let before = self.events();
        match self {
            Self::Idle(world) => {
                world.run_until(Time::NEVER, events, &mut ());
            }
            Self::Busy(world) => {
                while world.events() < before + events {
                    start(world, 50);
                }
            }
            Self::Run(run, commands) => lengthen(run, before + events, *commands),
        }
        self.events() - before
    }

    /// Returns its world without the history that a run keeps.
    #[must_use]
    pub fn into_world(self) -> World {
        match self {
            Self::Busy(world) | Self::Idle(world) => *world,
            Self::Run(run, _) => run.world().clone(),
        }
    }

    fn events(&self) -> u64 {
        match self {
            Self::Busy(world) | Self::Idle(world) => world.events(),
            Self::Run(run, _) => run.world().events(),
        }
    }
}

/// Creates a world from the lines of its settings, in which S1 becomes a candidate.
fn world(text: &str) -> World {
    let mut world = from_settings(text);
    world.apply(&"timeout 1".parse().expect("a command"), &mut ()).expect("S1 is up");
    world
}

/// Starts this number of commands at S1, and lets the cluster commit them.
fn start(world: &mut World, commands: u64) {
    for n in 0..commands {
        let start = Command::Start { at: Some(ServerId(1)), command: format!("key{}={n}", n % 50) };
        world.apply(&start, &mut ()).expect("S1 is up");
    }
    let later = world.now() + 10_000;
    world.run_until(later, u64::MAX, &mut ());
}

fn entries(size: u64, more: &str) -> Grown {
    let text = format!("servers 3\nelection 10s..20s\nnetwork perfect\ndisk 0ms{more}");
    let mut world = world(&text);
    world.run_until(Time(100_000), u64::MAX, &mut ());
    for _ in 0..size / 50 {
        start(&mut world, 50);
    }
    Grown::Busy(Box::new(world))
}

fn in_flight(size: u64) -> Grown {
    // Four heartbeats and four answers every 10 ms, each on its way for as long as it takes to have so many.
    let latency = size * 10 / 8;
    let mut world = world(&format!(
        "servers 5\nheartbeat 10ms\nelection 1000s..2000s\nnetwork latency={latency}ms loss=0%"
    ));
    world.run_until(Time(latency * 4_000 + 1_000_000), u64::MAX, &mut ());
    Grown::Idle(Box::new(world))
}

fn history(size: u64, more: &str, commands: bool) -> Grown {
    let text = format!("seed 7\nautosnapshot 500\n{more}");
    let mut run = Run::from_text(&text).expect("the settings are valid");
    lengthen(&mut run, size, commands);
    Grown::Run(Box::new(run), commands)
}

/// Runs until there are this many events, a quarter of a second at a time, each with a command at its end if
/// `commands` is true.
fn lengthen(run: &mut Run, events: u64, commands: bool) {
    while run.world().events() < events {
        let later = run.world().now() + 250_000;
        run.advance(later, u64::MAX);
        if commands {
            let n = run.world().events();
            let start = Command::Start { at: None, command: format!("key{}={n}", n % 50) };
            // Refused while nobody leads.
            let _ = run.command(start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worlds_grow_as_large_as_was_asked() {
        for axis in Axis::ALL {
            let size = axis.sizes()[1];
            let mut grown = axis.grow(size);
            assert!(grown.run(1_000) >= 1_000);
            let is = match &grown {
                Grown::Busy(world) => {
                    world.servers()[0].process().expect("it is up").node.log().last().index.0
                }
                Grown::Idle(world) if axis == Axis::Servers => world.servers().len() as u64,
                Grown::Idle(world) => world.network().flights().count() as u64,
                Grown::Run(run, _) => run.world().events(),
            };
            assert!((size * 9 / 10..size * 2 + 1_000).contains(&is), "{}: {is}", axis.name());
        }
    }
}
