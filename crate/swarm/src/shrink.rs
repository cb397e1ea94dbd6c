//! Shrinks a run that violates a property to a local minimum that still violates the same property.
//!
//! Each try changes one thing and plays the run again. A run that still violates the property replaces the one before;
//! when a whole round of tries changes nothing, the run is a local minimum. A run in which liveness fails
//! counts only if the correct core succeeds under the same commands: otherwise the smallest such run
//! would be one in which nothing can work.

use crate::case::Case;
use crate::play::{Played, Wanted, play};
use crate::reductions::Reductions;
use raft_check::Property;

/// Limit of the work, or work that was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Number of runs.
    pub runs: u64,
    /// Number of events in all of them.
    pub events: u64,
}

impl Budget {
    /// Budget for some seconds of work.
    pub const USUAL: Self = Self { runs: 5_000, events: 10_000_000 };
}

/// Number of seeds with which the correct core is played.
const CORRECT_SEEDS: u64 = 5;

/// Number of events that a try may take beyond twice those of the run to be shrunk.
const LEEWAY: u64 = 2_000;

/// A run on its way to a local minimum.
#[derive(Clone, Debug)]
pub struct Shrinker {
    best: Played,
    property: Property,
    reductions: Reductions,
    /// True if a try of this round has made the run smaller.
    changed: bool,
    is_minimum: bool,
    runs: u64,
    events: u64,
    budget: Budget,
}

impl Shrinker {
    /// Starts with a run that was found. Returns none if no property is violated in it.
    pub fn new(found: Played, budget: Budget) -> Option<Self> {
        let property = found.found.as_ref()?.property;
        let reductions = Reductions::default();
        let (runs, events) = (0, 0);
        Some(Self {
            best: found,
            property,
            reductions,
            changed: false,
            is_minimum: false,
            runs,
            events,
            budget,
        })
    }

    /// True if the bugs cause the violation: where liveness fails, the correct core must succeed under the same
    /// commands.
    pub fn is_conclusive(&mut self) -> bool {
        let case = self.best.case.clone();
        self.is_caused_by_bugs(&case)
    }

    /// Tries changes for this number of events. Returns true when it is over.
    pub fn step(&mut self, events: u64) -> bool {
        let until = self.events.saturating_add(events);
        while !self.is_over() && self.events < until {
            self.try_next();
        }
        self.is_over()
    }

    /// Tries changes until it is over.
    #[must_use]
    pub fn finish(mut self) -> Self {
        self.step(u64::MAX);
        self
    }

    /// True if nothing more is tried.
    pub fn is_over(&self) -> bool {
        self.is_minimum || self.runs >= self.budget.runs || self.events >= self.budget.events
    }

    /// True if no single change makes the run smaller.
    pub fn is_minimum(&self) -> bool {
        self.is_minimum
    }

    /// Returns the smallest run so far.
    pub fn best(&self) -> &Played {
        &self.best
    }

    /// Returns the property that it violates.
    pub fn property(&self) -> Property {
        self.property
    }

    /// Returns the number of runs that were tried, and of events in them.
    pub fn spent(&self) -> Budget {
        Budget { runs: self.runs, events: self.events }
    }

    fn try_next(&mut self) {
        match self.reductions.next(&self.best.case) {
            Some(case) => {
                let smaller = self.still_breaks(&case);
                self.reductions.tried(smaller.is_some());
                if let Some(played) = smaller {
                    self.best = played;
                    self.changed = true;
                }
            }
            None if self.reductions.next_pass() => {}
            None if self.changed => {
                self.changed = false;
                self.reductions = Reductions::default();
            }
            None => self.is_minimum = true,
        }
    }

    /// Returns the result of a case if it still violates the property.
    fn still_breaks(&mut self, case: &Case) -> Option<Played> {
        let played = self.play(case, 2 * self.best.events + LEEWAY);
        played.found.as_ref()?;
        self.is_caused_by_bugs(case).then_some(played)
    }

    /// True if the correct core succeeds under other seeds too. Liveness can also fail by bad luck.
    fn is_caused_by_bugs(&mut self, case: &Case) -> bool {
        let Some(mut right) = right(case).filter(|_| self.property == Property::Liveness) else {
            return true;
        };
        (0..CORRECT_SEEDS).all(|add| {
            right.config.seed = case.config.seed.wrapping_add(add);
            let played = self.play(&right, 10 * self.best.events + 10 * LEEWAY);
            played.whole && played.found.is_none()
        })
    }

    fn play(&mut self, case: &Case, most: u64) -> Played {
        let played = play(case, Wanted::Only(self.property), most);
        self.runs += 1;
        self.events += played.events;
        played
    }
}

/// Returns the same case without bugs, or none if it has none.
fn right(case: &Case) -> Option<Case> {
    (!case.config.is_right()).then(|| Case { config: case.config.right(), ..case.clone() })
}
