//! Shrinking: from a run that breaks a promise to a local minimum that still breaks the same promise.
//!
//! Each try changes one thing and plays the run again. What breaks the promise still takes the place of
//! what was; when a whole round of tries changes nothing, the run is a local minimum. A run in which liveness fails
//! counts only if the right core, given the same commands, does well: otherwise the smallest such run
//! would be one in which nothing can work.

use crate::case::Case;
use crate::moves::Moves;
use crate::play::{Played, Wanted, play};
use raft_check::Property;
use raft_core::{MistakeSet, RuleSet};

/// How much may be spent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Runs.
    pub runs: u64,
    /// Events in all of them together.
    pub events: u64,
}

impl Budget {
    /// Some seconds of work.
    pub const USUAL: Self = Self { runs: 5_000, events: 10_000_000 };
}

/// A run on its way to a local minimum.
#[derive(Clone, Debug)]
pub struct Shrinker {
    best: Played,
    property: Property,
    moves: Moves,
    /// Whether something has become smaller since the round began.
    changed: bool,
    is_minimum: bool,
    runs: u64,
    events: u64,
    budget: Budget,
}

impl Shrinker {
    /// Begins with a run that was found; none when no promise is broken in it.
    pub fn new(found: Played, budget: Budget) -> Option<Self> {
        let property = found.found.as_ref()?.property;
        let moves = Moves::default();
        let (runs, events) = (0, 0);
        Some(Self {
            best: found,
            property,
            moves,
            changed: false,
            is_minimum: false,
            runs,
            events,
            budget,
        })
    }

    /// Tries on until so many events were spent. True when it is over.
    pub fn step(&mut self, events: u64) -> bool {
        let until = self.events.saturating_add(events);
        while !self.is_over() && self.events < until {
            self.try_next();
        }
        self.is_over()
    }

    /// Tries on until it is over.
    #[must_use]
    pub fn finish(mut self) -> Self {
        self.step(u64::MAX);
        self
    }

    /// Whether nothing more is tried.
    pub fn is_over(&self) -> bool {
        self.is_minimum || self.runs >= self.budget.runs || self.events >= self.budget.events
    }

    /// Whether no single change makes the run smaller.
    pub fn is_minimum(&self) -> bool {
        self.is_minimum
    }

    /// The smallest run so far.
    pub fn best(&self) -> &Played {
        &self.best
    }

    /// The promise that is broken in it.
    pub fn property(&self) -> Property {
        self.property
    }

    /// How many runs were tried, and how many events they took.
    pub fn spent(&self) -> Budget {
        Budget { runs: self.runs, events: self.events }
    }

    fn try_next(&mut self) {
        match self.moves.next(&self.best.case) {
            Some(case) => {
                let smaller = self.still_breaks(&case);
                self.moves.tried(smaller.is_some());
                if let Some(played) = smaller {
                    self.best = played;
                    self.changed = true;
                }
            }
            None if self.moves.next_pass() => {}
            None if self.changed => {
                self.changed = false;
                self.moves = Moves::default();
            }
            None => self.is_minimum = true,
        }
    }

    /// What the case comes to, if it still breaks the promise.
    fn still_breaks(&mut self, case: &Case) -> Option<Played> {
        let played = self.play(case);
        played.found.as_ref()?;
        if self.property != Property::Liveness {
            return Some(played);
        }
        let mut right = case.clone();
        right.config.raft.broken = RuleSet::NONE;
        right.config.raft.mistakes = MistakeSet::NONE;
        let is_wrong = right.config != case.config;
        (!is_wrong || self.play(&right).found.is_none()).then_some(played)
    }

    fn play(&mut self, case: &Case) -> Played {
        let most = (self.best.events * 2).max(2_000);
        let played = play(case, Wanted::Only(self.property), most);
        self.runs += 1;
        self.events += played.events;
        played
    }
}
