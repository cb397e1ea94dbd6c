//! Copies of the world at some steps of a run, so that going back need not begin at the beginning.

use crate::network::MOST_IN_FLIGHT;
use crate::world::World;
use std::sync::Arc;

/// The most copies that are kept.
const MOST: usize = 64;

/// The most messages in flight in all copies together, when one copy holds thousands.
const MOST_WEIGHT: usize = 8 * MOST_IN_FLIGHT;

/// The steps between two copies at first.
const FIRST_SPACING: u64 = 1_024;

/// A copy of the world, taken after so many commands.
#[derive(Clone, Debug)]
pub(crate) struct Keyframe {
    pub(crate) commands: usize,
    pub(crate) world: Arc<World>,
}

impl Keyframe {
    /// Its step: events and commands so far.
    pub(crate) fn step(&self) -> u64 {
        self.world.events() + self.commands as u64
    }
}

/// Copies in the order of time, the first at the very beginning. When there are many, every second is
/// dropped: what going back costs grows with the run's length, what it needs to remember does not.
#[derive(Clone, Debug)]
pub(crate) struct Keyframes {
    frames: Vec<Keyframe>,
    spacing: u64,
}

impl Keyframes {
    pub(crate) fn new(start: &World) -> Self {
        let first = Keyframe { commands: 0, world: Arc::new(start.clone()) };
        Self { frames: vec![first], spacing: FIRST_SPACING }
    }

    /// Number of steps from this one until the next copy is due; 0 when it is due now.
    pub(crate) fn due_in(&self, step: u64) -> u64 {
        let newest = self.frames[self.frames.len() - 1].step();
        (newest + self.spacing).saturating_sub(step)
    }

    /// Takes a copy.
    pub(crate) fn take(&mut self, commands: usize, world: &World) {
        if self.frames.len() == MOST || self.weight() >= MOST_WEIGHT {
            let mut number = 0;
            self.frames.retain(|_| {
                number += 1;
                number % 2 == 1
            });
            self.spacing *= 2;
        }
        if self.due_in(world.events() + commands as u64) == 0 {
            self.frames.push(Keyframe { commands, world: Arc::new(world.clone()) });
        }
    }

    fn weight(&self) -> usize {
        self.frames.iter().map(|frame| frame.world.weight()).sum()
    }

    /// The last copy of which this holds, and its place; it has to hold of the first, and after it of none
    /// that comes after one of which it does not.
    pub(crate) fn last_where(&self, holds: impl Fn(&Keyframe) -> bool) -> usize {
        self.frames.partition_point(holds).saturating_sub(1)
    }

    pub(crate) fn get(&self, place: usize) -> &Keyframe {
        &self.frames[place]
    }

    pub(crate) fn len(&self) -> usize {
        self.frames.len()
    }

    /// All copies.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Keyframe> {
        self.frames.iter()
    }

    /// Forgets the copies after this step.
    pub(crate) fn cut(&mut self, step: u64) {
        self.frames.retain(|frame| frame.step() <= step);
    }
}
