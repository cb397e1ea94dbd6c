//! Breadth-first search: all states of a depth before those of the next, each once.

use crate::bounds::Bounds;
use crate::model::{Model, State, Step};
use crate::path::{Violation, describe};
use crate::property::Property;
use hashbrown::HashTable;
use raft_core::{Bug, Bugs};

/// Progress of an exploration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Length of the paths that are explored now.
    pub depth: u64,
    /// Number of different states that were found.
    pub states: u64,
    /// Number of steps that were followed.
    pub steps: u64,
    /// Number of states of this depth that are left.
    pub waiting: u64,
}

/// Reason why an exploration ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// Every state within the bounds was explored.
    Complete,
    /// A property was violated. No shorter path to a violation exists within the bounds.
    Violated(Violation),
    /// The bound on depth was reached.
    Deep,
    /// The bound on states was reached.
    Full,
    /// `watch` stopped it.
    Stopped,
}

/// Result of an exploration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explored {
    /// Progress until the end.
    pub progress: Progress,
    /// Reason for the end.
    pub end: End,
}

/// States of one depth, one after the other.
#[derive(Default)]
struct Level {
    numbers: Vec<u32>,
    ends: Vec<usize>,
}

impl Level {
    fn push(&mut self, state: &[u32]) {
        self.numbers.extend(state);
        self.ends.push(self.numbers.len());
    }

    fn get(&self, at: usize) -> &[u32] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.numbers[start..self.ends[at]]
    }
}

struct Search {
    model: Model,
    bounds: Bounds,
    /// Fingerprints of all states that were found.
    seen: HashTable<u64>,
    /// For each state, in the order in which they were found: the state before it, and the step.
    parents: Vec<(u32, u32)>,
    steps: u64,
}

/// Explores every state within the bounds, of servers with these bugs. It calls `watch` now and then with the progress,
/// and stops if that returns false.
///
/// # Panics
/// When [`Bounds::check`] finds the bounds wrong.
pub fn explore(bounds: &Bounds, bugs: &[Bug], watch: &mut dyn FnMut(Progress) -> bool) -> Explored {
    bounds.check().expect("the bounds were checked");
    let mut search = Search {
        model: Model::new(bounds, bounds.config(), Bugs::of(bugs.iter().copied())),
        bounds: bounds.clone(),
        seen: HashTable::new(),
        parents: Vec::new(),
        steps: 0,
    };
    search.run(watch)
}

impl Search {
    fn run(&mut self, watch: &mut dyn FnMut(Progress) -> bool) -> Explored {
        let mut level = Level::default();
        let mut start = self.model.start();
        if self.bounds.symmetry {
            self.model.canonical(&mut start);
        }
        self.visit(&start, (0, 0));
        level.push(&start);
        let mut depth = 0;
        loop {
            let first = self.parents.len() - level.ends.len();
            let (next, end) = self.level(&level, first as u32, depth, watch);
            let end = match end {
                Some(end) => Some(end),
                None if next.ends.is_empty() => Some(End::Complete),
                None if depth + 1 >= self.bounds.depth => Some(End::Deep),
                None => None,
            };
            if let Some(end) = end {
                return Explored { progress: self.progress(depth, 0), end };
            }
            level = next;
            depth += 1;
        }
    }

    /// Follows every step out of the states of one depth.
    fn level(
        &mut self,
        level: &Level,
        first: u32,
        depth: u64,
        watch: &mut dyn FnMut(Progress) -> bool,
    ) -> (Level, Option<End>) {
        let mut next = Level::default();
        let mut steps = Vec::new();
        let mut state = State::new();
        for at in 0..level.ends.len() {
            let number = first + at as u32;
            if number.is_multiple_of(1 << 14)
                && !watch(self.progress(depth, (level.ends.len() - at) as u64))
            {
                return (next, Some(End::Stopped));
            }
            let from = level.get(at);
            self.model.steps(from, &mut steps);
            for &step in &steps {
                self.steps += 1;
                if let Err((property, words)) = self.model.follow(from, step, &mut state) {
                    return (next, Some(self.violated(number, step, property, words)));
                }
                if self.bounds.symmetry {
                    self.model.canonical(&mut state);
                }
                if self.visit(&state, (number, step.pack())) {
                    next.push(&state);
                }
            }
            if self.parents.len() as u64 >= self.bounds.states {
                return (next, Some(End::Full));
            }
        }
        (next, None)
    }

    /// True if the state is new.
    fn visit(&mut self, state: &[u32], came: (u32, u32)) -> bool {
        let print = fingerprint(state);
        if self.seen.find(print, |&other| other == print).is_some() {
            return false;
        }
        self.seen.insert_unique(print, print, |&other| other);
        self.parents.push(came);
        true
    }

    fn violated(&mut self, number: u32, last: Step, property: Property, words: String) -> End {
        let mut steps = vec![last];
        let mut at = number;
        while at > 0 {
            let (from, step) = self.parents[at as usize];
            steps.push(Step::unpack(step));
            at = from;
        }
        steps.reverse();
        End::Violated(describe(&mut self.model, self.bounds.symmetry, &steps, property, words))
    }

    fn progress(&self, depth: u64, waiting: u64) -> Progress {
        Progress { depth, states: self.parents.len() as u64, steps: self.steps, waiting }
    }
}

/// Returns a fingerprint of a state: each pair of numbers is folded in by a multiplication, and both halves of the
/// product count. Among ten million states, two different ones have the same fingerprint with a chance of about one in
/// 400,000.
fn fingerprint(state: &[u32]) -> u64 {
    let fold = |a: u64, b: u64| {
        let product = u128::from(a) * u128::from(b);
        product as u64 ^ (product >> 64) as u64
    };
    let pairs = state.chunks(2).map(|pair| {
        u64::from(pair[0]) | u64::from(pair.get(1).map_or(u32::MAX, |&number| number)) << 32
    });
    let print = pairs.fold(0x243f_6a88_85a3_08d3, |print, pair| {
        fold(print ^ pair, 0x9e37_79b9_7f4a_7c15).wrapping_add(0x1319_8a2e_0370_7344)
    });
    fold(print, 0xd1b5_4a32_d192_ed03)
}
