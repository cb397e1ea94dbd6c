//! Searches for a run that violates a property, seed after seed, and shrinks the run that it finds.

use crate::hint::Hint;
use crate::play::{Played, Wanted};
use crate::shrink::{Budget, Shrinker};
use crate::swarm::{self, Length};
use raft_check::Property;
use raft_core::Bug;
use raft_script::config::Config;

/// Settings of a search.
#[derive(Clone, Debug)]
pub struct SearchSettings {
    /// Settings that all runs share: the bugs.
    pub base: Config,
    /// Property to violate; none: any.
    pub property: Option<Property>,
    /// True if only violations of this property count, however many seeds that takes.
    pub only: bool,
    /// Hint for drawing the runs.
    pub hint: Hint,
    /// Length of the runs.
    pub length: Length,
    /// The first seed.
    pub first: u64,
    /// Distance from one seed to the next. Several searches at once take different seeds.
    pub stride: u64,
}

impl SearchSettings {
    /// Returns a search for a bug that all servers have.
    pub fn of(bug: Bug, first: u64, stride: u64) -> Self {
        let mut base = Config::default();
        base.add_bug(bug, None);
        Self::for_bugs(base, None, first, stride)
    }

    /// Returns a search for these bugs. If a property is chosen, only its violations count; otherwise the search
    /// prefers the property that a single switch usually violates, and accepts any after many seeds.
    pub fn for_bugs(base: Config, chosen: Option<Property>, first: u64, stride: u64) -> Self {
        let bugs: Vec<Bug> = base.all_bugs().collect();
        let usual = match bugs[..] {
            // What its run shows only together with something else that is wrong, a search need not find.
            [bug] => raft_mutants::example(bug)
                .filter(|example| example.beside().next().is_none())
                .map(|example| example.property),
            _ => None,
        };
        let property = chosen.or(usual);
        let lives = property.is_none_or(|property| property == Property::Liveness);
        let hint = hint(&bugs, lives);
        let fault_events = if hint == Hint::Timers { 200 } else { 1_500 };
        let length = Length { fault_events, recovery: lives.then_some(8), most: 100_000 };
        let only = chosen.is_some();
        Self { base, property, only, hint, length, first, stride: stride.max(1) }
    }
}

/// Returns the hint that all bugs share. An end of the faults and few events are of no use in a search for a
/// violation of safety.
fn hint(bugs: &[Bug], lives: bool) -> Hint {
    let mut hints = bugs.iter().map(|&bug| Hint::for_bug(bug));
    let first = hints.next().unwrap_or(Hint::Any);
    if hints.all(|hint| hint == first) && (lives || first != Hint::Timers) {
        return first;
    }
    Hint::Any
}

/// A search in progress.
#[derive(Clone, Debug)]
pub struct Search {
    settings: SearchSettings,
    next: u64,
    /// Number of seeds that were played.
    tried: u64,
    /// Number of events in all of them.
    events: u64,
    /// First seed in which another property than the wanted one was violated.
    other: Option<u64>,
    /// Run that is being shrunk.
    current: Option<Found>,
    /// Smallest run so far.
    best: Option<Found>,
    shrunk: u32,
}

/// State of a search.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It tries seeds.
    Searching,
    /// It has found a run and shrinks it.
    Shrinking,
    /// It has ended.
    Done,
}

/// A run that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Seed of the run.
    pub seed: u64,
    /// The run as it was drawn.
    pub drawn: Played,
    /// The run on its way to a local minimum.
    pub shrinker: Shrinker,
}

impl Found {
    /// Returns the present number of commands and faults.
    pub fn commands(&self) -> usize {
        self.shrinker.best().case.commands.len()
    }

    /// Returns a name for the run: its bugs and the violated property.
    pub fn name(&self) -> String {
        let best = self.shrinker.best();
        let titles: Vec<&str> = best.case.config.all_bugs().map(Bug::title).collect();
        format!("{}: {} is violated", titles.join(", "), self.shrinker.property())
    }
}

/// Number of seeds after which a violation of any other property is accepted.
const PATIENCE: u64 = 60;

/// Number of commands and faults of a run that is small enough. For a larger one, another seed is tried.
const SMALL: usize = 30;

/// Maximum number of runs that are shrunk.
const MOST_SHRUNK: u32 = 5;

impl Search {
    /// Creates a search before its first seed.
    pub fn new(settings: SearchSettings) -> Self {
        let next = settings.first;
        let (current, best) = (None, None);
        Self { settings, next, tried: 0, events: 0, other: None, current, best, shrunk: 0 }
    }

    /// Goes on for about this number of events. Returns true when a run was found and shrunk.
    pub fn step(&mut self, events: u64) -> bool {
        let mut left = events.max(1);
        while left > 0 && self.state() != State::Done {
            let spent = match &mut self.current {
                None => self.try_next(),
                Some(found) => {
                    let before = found.shrinker.spent().events;
                    let over = found.shrinker.step(left);
                    let spent = found.shrinker.spent().events - before;
                    if over {
                        self.settle();
                    }
                    spent
                }
            };
            left = left.saturating_sub(spent.max(1));
        }
        self.state() == State::Done
    }

    /// Tries seeds until a run is found or this number was tried, without shrinking.
    pub fn find(&mut self, seeds: u64) -> bool {
        while self.found().is_none() && self.tried < seeds {
            self.try_next();
        }
        self.found().is_some()
    }

    /// Returns the state of the search.
    pub fn state(&self) -> State {
        let small = |found: &Found| found.commands() <= SMALL;
        if self.current.is_some() {
            State::Shrinking
        } else if self.shrunk >= MOST_SHRUNK || self.best.as_ref().is_some_and(small) {
            State::Done
        } else {
            State::Searching
        }
    }

    /// Returns the number of seeds that were played.
    pub fn tried(&self) -> u64 {
        self.tried
    }

    /// Returns the number of events in them.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Returns the run that is being shrunk, or at the end the smallest one.
    pub fn found(&self) -> Option<&Found> {
        self.current.as_ref().or(self.best.as_ref())
    }

    /// Keeps the run that was shrunk if it is smaller than the smallest so far.
    fn settle(&mut self) {
        self.shrunk += 1;
        let Some(found) = self.current.take() else { return };
        if self.best.as_ref().is_none_or(|best| found.commands() < best.commands()) {
            self.best = Some(found);
        }
    }

    /// Plays the next seed. Returns its number of events.
    fn try_next(&mut self) -> u64 {
        let patient = self.settings.only || self.tried < PATIENCE || self.best.is_some();
        let fallback = self.other.filter(|_| !patient);
        let seed = fallback.unwrap_or(self.next);
        let wanted = match self.settings.property.filter(|_| fallback.is_none()) {
            Some(property) => Wanted::Only(property),
            None => Wanted::Any,
        };
        let SearchSettings { base, hint, length, stride, .. } = &self.settings;
        let played = swarm::run(seed, base, *hint, *length, wanted);
        let events = played.events;
        self.events += events;
        self.tried += 1;
        if played.broke_other {
            self.other.get_or_insert(seed);
        }
        self.next = self.next.saturating_add(*stride);
        self.current = Shrinker::new(played.clone(), Budget::USUAL)
            .and_then(|mut shrinker| shrinker.is_conclusive().then_some(shrinker))
            .map(|shrinker| Found { seed, drawn: played, shrinker });
        events
    }
}
