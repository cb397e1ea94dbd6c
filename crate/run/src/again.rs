//! Repeats a run in a world apart, so that the run stays where it stands.

use crate::journal::Journal;
use crate::record::{Record, Stamp};
use crate::run::Run;
use crate::world::World;
use raft_core::Time;

/// A world that repeats what has happened in a run.
#[derive(Debug)]
pub(crate) struct Again {
    pub(crate) world: World,
    done: usize,
    journal: Journal,
}

impl Again {
    /// From after all that came before a moment, and after so many steps at most.
    pub(crate) fn new(run: &Run, before: Time, steps: u64) -> Self {
        let (world, done) = run.copy_before(before, steps);
        let mut again = Self { world, done, journal: Journal::silent() };
        if let Some(last) = before.0.checked_sub(1) {
            while again.steps() < steps && again.step(run, Time(last)) {}
        }
        again.journal = Journal::default();
        again
    }

    /// The events and commands up to where it stands.
    pub(crate) fn steps(&self) -> u64 {
        self.world.events() + self.done as u64
    }

    /// The commands that have been carried out.
    pub(crate) fn done(&self) -> usize {
        self.done
    }

    /// The work so far: that of the world, and commands.
    pub(crate) fn work(&self) -> u64 {
        self.world.work() + self.done as u64
    }

    /// One step of what has happened, up to the moment `until`; false when there is none.
    pub(crate) fn step(&mut self, run: &Run, until: Time) -> bool {
        self.step_within(run, run.lines().len(), until)
    }

    /// The same with the first so many commands only.
    pub(crate) fn step_within(&mut self, run: &Run, commands: usize, until: Time) -> bool {
        run.step_again(&mut self.world, (&mut self.done, commands), until, &mut self.journal)
    }

    /// The records that came with the steps since this was last asked.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = (Stamp, Record)> + use<> {
        self.journal.take()
    }
}
