//! The search for a run that violates a property: seed after seed, and then the run that was found is shrunk.

use crate::hint::Hint;
use crate::play::{Played, Wanted};
use crate::shrink::{Budget, Shrinker};
use crate::swarm::{self, Length};
use raft_check::Property;
use raft_core::Bug;
use raft_script::config::Config;

/// What is looked for, and how.
#[derive(Clone, Debug)]
pub struct Quest {
    /// What all runs share: what is broken.
    pub base: Config,
    /// The property that should be violated; none: any.
    pub property: Option<Property>,
    /// Only runs in which it falls count, however many seeds that takes.
    pub only: bool,
    /// What the runs lean towards.
    pub hint: Hint,
    /// How long they are.
    pub length: Length,
    /// The first seed.
    pub first: u64,
    /// From one seed to the next: several searches beside each other take different ones.
    pub stride: u64,
}

impl Quest {
    /// What to look for when all servers have this wrong.
    pub fn of(bug: Bug, first: u64, stride: u64) -> Self {
        let mut base = Config::default();
        base.add_bug(bug, None);
        Self::for_bugs(base, None, first, stride)
    }

    /// What to look for when this is wrong. With a chosen property only runs count in which that one falls;
    /// otherwise the one that should fall by a single bug is preferred, and any will do after many seeds.
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
        let storm = if hint == Hint::Timers { 200 } else { 1_500 };
        let length = Length { storm, peace: lives.then_some(8), most: 100_000 };
        let only = chosen.is_some();
        Self { base, property, only, hint, length, first, stride: stride.max(1) }
    }
}

/// The hint that all that is wrong has in common. Peace and few events are of no use where a safety property is to fall.
fn hint(bugs: &[Bug], lives: bool) -> Hint {
    let mut hints = bugs.iter().map(|&bug| Hint::for_bug(bug));
    let first = hints.next().unwrap_or(Hint::Any);
    if hints.all(|hint| hint == first) && (lives || first != Hint::Timers) {
        return first;
    }
    Hint::Any
}

/// A search somewhere on its way.
#[derive(Clone, Debug)]
pub struct Search {
    quest: Quest,
    next: u64,
    /// Seeds that were played.
    tried: u64,
    /// Events in all of them.
    events: u64,
    /// The first seed in which another property was violated than the one that should.
    other: Option<u64>,
    /// What is being shrunk.
    current: Option<Found>,
    /// The smallest that was shrunk.
    best: Option<Found>,
    shrunk: u32,
}

/// How a search stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Seeds are tried.
    Searching,
    /// A run was found, and is being shrunk.
    Shrinking,
    /// It is over.
    Done,
}

/// A run that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its seed.
    pub seed: u64,
    /// It, as it was drawn.
    pub drawn: Played,
    /// It, on its way to a local minimum.
    pub shrinker: Shrinker,
}

impl Found {
    /// How many commands and faults it has now.
    pub fn commands(&self) -> usize {
        self.shrinker.best().case.acts.len()
    }

    /// A name for the run: what is wrong in it, and what is violated.
    pub fn name(&self) -> String {
        let best = self.shrinker.best();
        let titles: Vec<&str> = best.case.config.all_bugs().map(Bug::title).collect();
        format!("{}: {} is violated", titles.join(", "), self.shrinker.property())
    }
}

/// After so many seeds any other property is as good as the one that should fall.
const PATIENCE: u64 = 60;

/// A run of so many commands and faults is small enough; else another seed may give a smaller one.
const SMALL: usize = 30;

/// So many runs are shrunk at most.
const MOST_SHRUNK: u32 = 5;

impl Search {
    /// Before the first seed.
    pub fn new(quest: Quest) -> Self {
        let next = quest.first;
        let (current, best) = (None, None);
        Self { quest, next, tried: 0, events: 0, other: None, current, best, shrunk: 0 }
    }

    /// Goes on until about so many events were spent. True when it is over: found, and shrunk.
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

    /// Looks at seeds until one is found or so many were tried; does not shrink.
    pub fn find(&mut self, seeds: u64) -> bool {
        while self.found().is_none() && self.tried < seeds {
            self.try_next();
        }
        self.found().is_some()
    }

    /// How it stands.
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

    /// How many seeds were played.
    pub fn tried(&self) -> u64 {
        self.tried
    }

    /// How many events that took.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// What was found: while it is being shrunk, and at the end the smallest.
    pub fn found(&self) -> Option<&Found> {
        self.current.as_ref().or(self.best.as_ref())
    }

    /// What has been shrunk is kept if it is smaller than what was before.
    fn settle(&mut self) {
        self.shrunk += 1;
        let Some(found) = self.current.take() else { return };
        if self.best.as_ref().is_none_or(|best| found.commands() < best.commands()) {
            self.best = Some(found);
        }
    }

    /// Plays the next seed; says how many events that took.
    fn try_next(&mut self) -> u64 {
        let patient = self.quest.only || self.tried < PATIENCE || self.best.is_some();
        let fallback = self.other.filter(|_| !patient);
        let seed = fallback.unwrap_or(self.next);
        let wanted = match self.quest.property.filter(|_| fallback.is_none()) {
            Some(property) => Wanted::Only(property),
            None => Wanted::Any,
        };
        let Quest { base, hint, length, stride, .. } = &self.quest;
        let played = swarm::run(seed, base, *hint, *length, wanted);
        let events = played.events;
        self.events += events;
        self.tried += 1;
        if played.broke_other {
            self.other.get_or_insert(seed);
        }
        self.next = self.next.saturating_add(*stride);
        self.current = Shrinker::new(played.clone(), Budget::USUAL)
            .and_then(|mut shrinker| shrinker.is_telling().then_some(shrinker))
            .map(|shrinker| Found { seed, drawn: played, shrinker });
        events
    }
}
