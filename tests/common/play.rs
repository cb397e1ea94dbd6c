//! Plays a run's commands in a world, event by event, under the eyes of whoever watches.

use crate::random::Gap;
use raft_run::change::Refused;
use raft_run::text::Invalid;
use raft_run::trace::{Item, Line};
use raft_run::{Command, Config, Record, Run, Stamp, Time, World};

/// The most events of a script: one that takes more does not come to its point, and is stopped.
const MOST_EVENTS: u64 = 200_000;

/// The contents of a run's text: settings, commands, and its end.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The settings.
    pub config: Config,
    /// The commands, each with its moment.
    pub lines: Vec<Line>,
    /// The moment at which it ends.
    pub end: Time,
}

/// The outcome of a run.
#[derive(Clone, Debug)]
pub struct Played {
    /// The world at the end.
    pub world: World,
    /// All that happened.
    pub records: Vec<(Stamp, Record)>,
    /// The commands that were carried out, each at its place.
    pub done: Vec<Line>,
    /// The commands that could not be carried out, and why.
    pub refused: Vec<(Line, Refused)>,
}

/// An observer that is shown the world while it runs.
pub trait Watcher {
    /// Something has happened: an event or a command. The records are those that are new.
    fn look(&mut self, world: &World, news: &[(Stamp, Record)]);

    /// Moments at which it wants to be told that they are reached.
    fn moments(&self) -> Vec<Time> {
        Vec::new()
    }

    /// All events up to and including one of its moments have happened.
    fn reached(&mut self, _world: &World) {}
}

impl Watcher for () {
    fn look(&mut self, _: &World, _: &[(Stamp, Record)]) {}
}

impl Plan {
    /// Reads a run's text. It must be possible as it stands, to its end.
    pub fn read(text: &str) -> Result<Self, Invalid> {
        let run = Run::from_text(text)?;
        Ok(Self {
            config: run.world().config().clone(),
            lines: run.lines().to_vec(),
            end: run.world().now(),
        })
    }

    /// Plays it with these settings in place of its own. What cannot be carried out is passed over.
    pub fn play(&self, config: Config, watcher: &mut impl Watcher) -> Played {
        let world = World::new(config);
        let mut played = Played::new(world);
        for line in &self.lines {
            played.advance(line.at, watcher);
            if let Some(command) = line.command() {
                played.command(command, watcher);
            }
        }
        played.advance(self.end, watcher);
        played
    }
}

impl Played {
    /// A world in which nothing has been done.
    pub fn new(world: World) -> Self {
        Self { world, records: Vec::new(), done: Vec::new(), refused: Vec::new() }
    }

    /// True if it was stopped because it took too many events.
    pub fn is_endless(&self) -> bool {
        self.world.events() >= MOST_EVENTS
    }

    /// Carries out a command; false when it is refused.
    pub fn command(&mut self, command: &Command, watcher: &mut impl Watcher) -> bool {
        let seen = self.records.len();
        let line = Line::here(&self.world, Item::Command(command.clone()));
        let done = self.world.apply(command, &mut self.records);
        watcher.look(&self.world, &self.records[seen..]);
        match done {
            Ok(_) => self.done.push(line),
            Err(why) => {
                self.refused.push((line, why));
                return false;
            }
        }
        true
    }

    /// Lets time pass, or events happen.
    pub fn wait(&mut self, gap: Gap, watcher: &mut impl Watcher) {
        match gap {
            Gap::Time(time) => self.advance(self.world.now() + time, watcher),
            Gap::Events(events) => {
                for _ in 0..events {
                    self.step(Time(u64::MAX), watcher);
                }
            }
        }
    }

    /// Runs one event, if it happens by then.
    fn step(&mut self, to: Time, watcher: &mut impl Watcher) -> bool {
        let seen = self.records.len();
        let stepped = self.world.step(to, &mut self.records);
        if stepped {
            watcher.look(&self.world, &self.records[seen..]);
        }
        stepped
    }

    /// Goes on to a moment.
    pub fn advance(&mut self, to: Time, watcher: &mut impl Watcher) {
        let now = self.world.now();
        let mut stops: Vec<Time> =
            watcher.moments().into_iter().filter(|&at| now <= at && at < to).collect();
        stops.sort_unstable();
        for stop in stops.into_iter().chain([to]) {
            self.run_to(stop, watcher);
            watcher.reached(&self.world);
        }
    }

    fn run_to(&mut self, to: Time, watcher: &mut impl Watcher) {
        while self.step(to, watcher) {
            if self.is_endless() {
                return;
            }
        }
        self.world.run_until(to, 1, &mut self.records);
    }
}
