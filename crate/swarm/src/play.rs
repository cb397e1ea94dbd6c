//! Plays a run in a bare world. Commands that the world refuses are left out, and a violation ends the run.

use crate::case::{Case, TimedCommand};
use crate::sometimes::Counts;
use raft_check::{Property, Violation};
use raft_core::Time;
use raft_run::trace::Show;
use raft_run::{Trace, World};
use raft_script::command::Command;
use raft_script::config::Config;
use std::sync::Arc;

/// Violation that ends a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// The first violation of any property.
    Any,
    /// The first violation of this property. Others are passed over.
    Only(Property),
}

/// A run that is being played.
#[derive(Clone, Debug)]
pub struct Play {
    world: World,
    commands: Vec<TimedCommand>,
    wanted: Wanted,
    /// Maximum number of events.
    most: u64,
    counts: Counts,
    found: Option<Arc<Violation>>,
}

/// Result of a run.
#[derive(Clone, Debug)]
pub struct Played {
    /// Commands that were carried out, and the end: the moment of the violation, if there was one.
    pub case: Case,
    /// The violation that was wanted.
    pub found: Option<Arc<Violation>>,
    /// True if only other properties were violated.
    pub broke_other: bool,
    /// True if it reached its end, and not only the maximum number of events.
    pub whole: bool,
    /// Number of events.
    pub events: u64,
    /// Number of times that each kind of event happened.
    pub counts: Counts,
}

impl Play {
    /// Starts a run with a maximum number of events.
    pub fn new(config: Config, wanted: Wanted, most: u64) -> Self {
        let (commands, counts) = (Vec::new(), Counts::default());
        Self { world: World::new(config), commands, wanted, most, counts, found: None }
    }

    /// Returns the world as it is now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// True if a violation or the number of events has ended the run.
    pub fn is_over(&self) -> bool {
        self.found.is_some() || self.world.events() >= self.most
    }

    /// Runs all events up to a moment.
    pub fn wait(&mut self, until: Time) {
        while !self.is_over() {
            let left = self.most - self.world.events();
            let there = self.world.run_until(until, left, &mut self.counts);
            self.look();
            if there {
                break;
            }
        }
    }

    /// Carries out a command, if the world accepts it now.
    pub fn apply(&mut self, command: &Command) {
        let at = self.world.now();
        if !self.is_over() && self.world.apply(command, &mut self.counts).is_ok() {
            self.commands.push(TimedCommand { at, command: command.clone() });
            self.look();
        }
    }

    /// Plays a whole case.
    pub fn case(mut self, case: &Case) -> Played {
        for timed in &case.commands {
            self.wait(timed.at);
            if self.is_over() {
                break;
            }
            self.apply(&timed.command);
        }
        self.wait(case.end);
        self.end()
    }

    /// Ends the run and returns its result.
    pub fn end(self) -> Played {
        let events = self.world.events();
        let case = Case {
            config: self.world.config().clone(),
            commands: self.commands,
            end: self.world.now(),
        };
        let broke_other = self.found.is_none() && !self.world.violations().is_empty();
        let whole = self.found.is_some() || events < self.most;
        Played { case, found: self.found, broke_other, whole, events, counts: self.counts }
    }

    fn look(&mut self) {
        let violations = self.world.violations();
        self.found = match self.wanted {
            Wanted::Any => violations.first().cloned(),
            Wanted::Only(property) => {
                violations.iter().find(|violation| violation.property == property).cloned()
            }
        };
    }
}

impl Played {
    /// Returns the run as a trace that opens at the violation.
    pub fn trace(&self, name: Option<String>) -> Trace {
        let show = self.found.as_ref().map(|violation| Show {
            at: violation.at.time,
            after: Some(violation.at.event),
            server: violation.servers.last().copied(),
        });
        self.case.trace(name, show)
    }
}

/// Plays a case from its beginning.
pub fn play(case: &Case, wanted: Wanted, most: u64) -> Played {
    Play::new(case.config.clone(), wanted, most).case(case)
}
