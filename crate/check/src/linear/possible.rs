//! Configurations that are possible for one key.

mod set;
mod values;

use super::{Answer, Asked, Operation};
use crate::violation::At;
use bytes::Bytes;
use set::Set;
use std::sync::Arc;
use values::{Value, Values};

/// Maximum number of configurations, and of open operations.
const MOST: usize = 2_048;

/// Maximum number of configurations that one answer looks at.
const MOST_LOOKS: u64 = 8_192;
const MOST_OPEN: usize = 24;

/// Maximum work on a key beyond the `SPARE` of each answer. Looking at many configurations costs the square of their
/// number, in units of 1,024.
const MOST_WORK: u64 = 50_000;
const SPARE: u64 = 32;

/// Maximum number of comparisons of two configurations for one answer, which take some milliseconds. It bounds the
/// time of one event; beyond it the key is no longer checked.
const MOST_COMPARED: u64 = 4_000_000;

/// Number of operations of an order that are remembered: an order that grows beyond `LONG` is cut to the newest
/// `SHORT`.
const LONG: u32 = 64;
pub(super) const SHORT: usize = 16;

#[derive(Clone, Debug, Default)]
pub(super) struct Key {
    pub(super) configurations: Vec<Configuration>,
    /// Operations without an answer. A free place is used again.
    pub(super) open: Vec<Option<Arc<Operation>>>,
    /// Places of the operations to which nobody will get an answer, a bit for each.
    pub(super) unheard: u64,
    /// Work beyond what the answers had to spare.
    pub(super) work: u64,
    /// Moment from which the key is no longer checked, and whether it was found not to be linearizable then.
    pub(super) given_up: Option<(At, bool)>,
    /// All values that the configurations name.
    values: Values,
    /// Looks and comparisons since `take_cost` was last called.
    looks: u64,
    compared: u64,
}

/// One state that the key may be in.
#[derive(Clone, Debug, Default)]
pub(super) struct Configuration {
    value: Value,
    /// Places of open operations that have changed the value, a bit for each.
    done: u64,
    /// Values that open operations may return without changing the value, sorted.
    found: Vec<Find>,
    /// One bit for each of `found`; several may share a bit.
    marks: u64,
    /// Operations in the order in which they took effect, the newest first.
    order: Option<Arc<Link>>,
    /// Number of writes that have taken effect.
    writes: u64,
}

/// A value that an open operation may return.
#[derive(Clone, Copy, Debug)]
struct Find {
    slot: u8,
    value: Value,
    /// Number of writes that had taken effect by then.
    writes: u64,
}

#[derive(Debug)]
struct Link {
    operation: Arc<Operation>,
    before: Option<Arc<Link>>,
    depth: u32,
    /// Number of writes up to this operation.
    writes: u64,
}

/// Meaning of an answer.
#[derive(Clone, Copy)]
enum Says {
    /// The operation changed the value.
    Done,
    /// The operation found this value.
    Found(Value),
    /// Such an operation is never answered like this.
    Nonsense,
}

/// Configurations that remain possible.
pub(super) enum Remain {
    Some(Vec<Configuration>),
    TooMany,
    /// None remains. This configuration had the most writes, and this was its value.
    None(Configuration, Bytes),
}

impl Asked {
    /// Returns the value after the operation if it changes the value, and none if it only reads.
    fn change(&self, value: &Bytes) -> Option<Bytes> {
        match self {
            Self::Put(new) => Some(new.clone()),
            Self::Append(more) => Some([&value[..], more].concat().into()),
            Self::CompareAndSet(old, new) if old == value => Some(new.clone()),
            Self::CompareAndSet(..) | Self::Get => None,
        }
    }

    fn looks(&self) -> bool {
        matches!(self, Self::Get | Self::CompareAndSet(..))
    }

    fn understand(&self, answer: &Answer, values: &mut Values) -> Says {
        match (self, answer) {
            (Self::Get, Answer::Value(value))
            | (Self::CompareAndSet(..), Answer::Differs(value)) => {
                Says::Found(values.insert(value.clone()))
            }
            (Self::Put(_) | Self::Append(_) | Self::CompareAndSet(..), Answer::Done) => Says::Done,
            _ => Says::Nonsense,
        }
    }
}

impl Key {
    /// Creates a key that was never written.
    pub(super) fn new() -> Self {
        Self { configurations: vec![Configuration::default()], ..Self::default() }
    }

    /// Creates a key that is not checked from this moment on, and says whether it was found not to be linearizable
    /// then.
    pub(super) fn without_verdict(since: At, broken: bool) -> Self {
        Self { given_up: Some((since, broken)), ..Self::default() }
    }

    /// Adds an open operation. Returns false if there are too many already.
    pub(super) fn open(&mut self, operation: Operation) -> bool {
        let free = self.open.iter().position(Option::is_none);
        let slot = free.unwrap_or(self.open.len());
        if slot == MOST_OPEN {
            return false;
        }
        if slot == self.open.len() {
            self.open.push(None);
        }
        let operation = self.open[slot].insert(Arc::new(operation));
        if operation.asked.looks() {
            for configuration in &mut self.configurations {
                configuration.look(slot, operation, &self.values);
            }
        }
        true
    }

    /// Returns the configurations that remain possible when the operation at a place gets this answer.
    pub(super) fn fitting(&mut self, slot: usize, answer: &Answer) -> Remain {
        let mut todo = std::mem::take(&mut self.configurations);
        let mut furthest = todo[0].clone();
        let Some(operation) = self.open[slot].clone() else { return Remain::Some(todo) };
        let says = operation.asked.understand(answer, &mut self.values);
        let (mut fitting, mut seen, mut looks) = (Set::default(), Set::default(), 0_u64);
        while let Some(mut configuration) = todo.pop() {
            if configuration.writes > furthest.writes {
                furthest = configuration.clone();
            }
            if configuration.fits(slot, says) {
                configuration.settle(slot, &operation, says);
                fitting.insert(&self.values, configuration);
                continue;
            }
            for other in 0..self.open.len() {
                let Some(next) = self.after(&configuration, other) else { continue };
                // Values that reads may find are compared with each other.
                looks += 1 + next.found.len().pow(2) as u64 / 64;
                if seen.insert(&self.values, next.clone()) {
                    todo.push(next);
                }
            }
            let many = seen.len() + fitting.len() > MOST || looks > MOST_LOOKS;
            if many || seen.compared() + fitting.compared() > MOST_COMPARED {
                self.count(looks, seen.compared() + fitting.compared());
                return Remain::TooMany;
            }
        }
        self.count(looks, seen.compared() + fitting.compared());
        self.work = self.work.saturating_sub(SPARE) + looks * looks / 1_024;
        if self.work > MOST_WORK {
            return Remain::TooMany;
        }
        self.remain(fitting.into_list(), furthest)
    }

    fn count(&mut self, looks: u64, compared: u64) {
        self.looks += looks;
        self.compared += compared;
    }

    /// Takes the work done since the last call, counted as events of a world, which take about as long.
    pub(super) fn take_cost(&mut self) -> u64 {
        std::mem::take(&mut self.looks) / 2 + std::mem::take(&mut self.compared) / 256
    }

    fn remain(&self, all: Vec<Configuration>, furthest: Configuration) -> Remain {
        if all.is_empty() {
            let value = self.values.bytes(furthest.value).clone();
            Remain::None(furthest, value)
        } else {
            Remain::Some(all)
        }
    }

    /// Returns the configuration after an open write has taken effect, or none if it is no write or has taken effect
    /// already.
    fn after(&mut self, configuration: &Configuration, slot: usize) -> Option<Configuration> {
        let operation = self.open[slot].as_ref()?;
        if configuration.done >> slot & 1 == 1 {
            return None;
        }
        let value = operation.asked.change(self.values.bytes(configuration.value))?;
        let mut next = configuration.clone();
        next.value = self.values.insert(value);
        next.done |= 1 << slot;
        next.writes += 1;
        next.forget_finds(slot);
        let depth = next.order.as_ref().map_or(0, |link| link.depth) + 1;
        let (operation, before) = (Arc::clone(operation), next.order.take());
        next.order = Some(Arc::new(Link { operation, before, depth, writes: next.writes }));
        for (other, operation) in self.open.iter().enumerate() {
            if let Some(operation) = operation
                && (next.done | self.unheard) >> other & 1 == 0
                && operation.asked.looks()
            {
                next.look(other, operation, &self.values);
            }
        }
        Some(next)
    }

    /// Returns the configurations that remain possible when the operation at a place never takes effect.
    pub(super) fn never(&mut self, slot: usize) -> Remain {
        let mut all = std::mem::take(&mut self.configurations);
        let furthest = all[0].clone();
        all.retain(|configuration| configuration.done >> slot & 1 == 0);
        for configuration in &mut all {
            configuration.forget_finds(slot);
        }
        self.remain(all, furthest)
    }

    /// Keeps these configurations, and forgets abandoned operations that make no difference any more.
    pub(super) fn keep(&mut self, mut configurations: Vec<Configuration>) {
        let everywhere = configurations.iter().fold(u64::MAX, |all, one| all & one.done);
        for (slot, open) in self.open.iter_mut().enumerate() {
            if self.unheard >> slot & 1 == 0 {
                continue;
            }
            let bit = 1 << slot;
            let only_looks = open.as_ref().is_none_or(|operation| operation.asked == Asked::Get);
            let is_over = only_looks || everywhere & bit != 0;
            for configuration in &mut configurations {
                configuration.forget_finds(slot);
                if is_over {
                    configuration.done &= !bit;
                }
            }
            if is_over {
                *open = None;
                self.unheard &= !bit;
            }
        }
        for configuration in &mut configurations {
            configuration.shorten();
        }
        self.configurations = if configurations.len() == 1 {
            self.count(0, 1);
            configurations
        } else {
            let mut kept = Set::default();
            for configuration in configurations {
                kept.insert(&self.values, configuration);
            }
            self.count(0, kept.compared());
            kept.into_list()
        };
        self.forget_values();
    }

    /// Forgets unused values when there are many.
    fn forget_values(&mut self) {
        if !self.values.are_many() {
            return;
        }
        let old = std::mem::take(&mut self.values);
        for configuration in &mut self.configurations {
            let new = |value| self.values.insert(old.bytes(value).clone());
            configuration.rename_values(new);
        }
        self.values.are_all_used();
    }
}

impl Configuration {
    /// Notes that an open operation may return the present value, if it would not change it.
    fn look(&mut self, slot: usize, operation: &Operation, values: &Values) {
        if operation.asked.change(values.bytes(self.value)).is_none()
            && let Err(place) = self.place_of(slot, self.value)
        {
            let find = Find { slot: slot as u8, value: self.value, writes: self.writes };
            self.found.insert(place, find);
            self.marks |= find.mark();
        }
    }

    /// Searches for a value that an operation may return. The error is the place to insert it.
    fn place_of(&self, slot: usize, value: Value) -> Result<usize, usize> {
        self.found.binary_search_by_key(&(slot as u8, value), Find::key)
    }

    fn fits(&self, slot: usize, says: Says) -> bool {
        match says {
            Says::Done => self.done >> slot & 1 == 1,
            Says::Found(value) => self.place_of(slot, value).is_ok(),
            Says::Nonsense => false,
        }
    }

    /// Removes an operation that was answered; its place is free again.
    fn settle(&mut self, slot: usize, operation: &Arc<Operation>, says: Says) {
        if let Says::Found(value) = says {
            let place = self.place_of(slot, value);
            let writes = place.map_or(self.writes, |place| self.found[place].writes);
            self.order = with_look(self.order.take(), operation, writes);
        }
        self.done &= !(1 << slot);
        self.forget_finds(slot);
    }

    fn forget_finds(&mut self, slot: usize) {
        self.found.retain(|find| usize::from(find.slot) != slot);
        self.mark_finds();
    }

    fn mark_finds(&mut self) {
        self.marks = self.found.iter().fold(0, |marks, find| marks | find.mark());
    }

    fn rename_values(&mut self, mut new: impl FnMut(Value) -> Value) {
        self.value = new(self.value);
        for find in &mut self.found {
            find.value = new(find.value);
        }
        self.found.sort_unstable_by_key(Find::key);
        self.mark_finds();
    }

    /// Returns the newest operations that took effect, the newest first.
    pub(super) fn operations(&self, most: usize) -> Vec<(Arc<Operation>, u64)> {
        let mut operations = Vec::new();
        let mut link = self.order.as_ref();
        while let Some(Link { operation, before, writes, .. }) = link.map(Arc::as_ref) {
            if operations.len() == most {
                break;
            }
            operations.push((Arc::clone(operation), *writes));
            link = before.as_ref();
        }
        operations
    }

    /// Forgets the older part of a long order.
    fn shorten(&mut self) {
        if self.order.as_ref().is_some_and(|link| link.depth > LONG) {
            let mut before = None;
            for ((operation, writes), depth) in self.operations(SHORT).into_iter().rev().zip(1..) {
                before = Some(Arc::new(Link { operation, before, depth, writes }));
            }
            self.order = before;
        }
    }

    /// True if everything that is possible after `other` is possible after this one, because it may return every
    /// value that `other` may.
    fn covers(&self, other: &Self) -> bool {
        if other.marks & !self.marks != 0 || other.found.len() > self.found.len() {
            return false;
        }
        let mut own = self.found.iter().map(Find::key);
        other.found.iter().map(Find::key).all(|find| own.by_ref().any(|own| own == find))
    }
}

impl Find {
    fn key(&self) -> (u8, Value) {
        (self.slot, self.value)
    }

    fn mark(&self) -> u64 {
        let spread = self.value.number().wrapping_mul(7) ^ u32::from(self.slot).wrapping_mul(11);
        1 << (spread % 64)
    }
}

/// Inserts a read into an order, after this number of writes.
fn with_look(
    order: Option<Arc<Link>>,
    operation: &Arc<Operation>,
    writes: u64,
) -> Option<Arc<Link>> {
    let mut later = Vec::new();
    let mut before = order;
    while let Some(link) = before.as_ref().filter(|link| link.writes > writes).map(Arc::clone) {
        before.clone_from(&link.before);
        later.push((Arc::clone(&link.operation), link.writes));
    }
    later.push((Arc::clone(operation), writes));
    for (operation, writes) in later.into_iter().rev() {
        let depth = before.as_ref().map_or(0, |link| link.depth) + 1;
        before = Some(Arc::new(Link { operation, before, depth, writes }));
    }
    before
}
