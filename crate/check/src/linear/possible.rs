//! What is possible on one key.

use super::{Answer, Asked, Operation};
use crate::violation::At;
use bytes::Bytes;
use std::cmp::Ordering;
use std::sync::Arc;

/// The most configurations, and the most open operations.
const MOST: usize = 2_048;

/// At so many an answer looks at most.
const MOST_LOOKS: u64 = 8_192;
const MOST_OPEN: usize = 24;

/// What may be spent on a key beyond what each answer has to spare. Looking at many configurations costs the square of
/// their number, in units of 1,024.
const MOST_WORK: u64 = 50_000;
const SPARE: u64 = 32;

/// How many operations of an order are remembered: when there are more than the first, all but the second go.
const LONG: u32 = 64;
pub(super) const SHORT: usize = 16;

#[derive(Clone, Debug, Default)]
pub(super) struct Key {
    pub(super) configurations: Vec<Configuration>,
    /// What is not answered. A place is used again when it is free.
    pub(super) open: Vec<Option<Arc<Operation>>>,
    /// The places of those of which nobody will hear.
    pub(super) unheard: u64,
    /// What was spent on it beyond what was to spare.
    pub(super) work: u64,
    /// Since when nothing is said of it, and whether it was not linearizable then.
    pub(super) given_up: Option<(At, bool)>,
}

/// A way in which things may stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Configuration {
    pub(super) value: Bytes,
    /// The places of open operations that have changed the value.
    done: u64,
    /// What open operations may find that do not change it: each value in the order in which it came, with the
    /// writes before.
    found: Vec<(u8, Bytes, u64)>,
    /// In which order operations took effect: the newest first.
    order: Option<Arc<Link>>,
    /// How many writes have taken effect.
    writes: u64,
}

#[derive(Debug)]
struct Link {
    operation: Arc<Operation>,
    before: Option<Arc<Link>>,
    depth: u32,
    /// The writes up to it.
    writes: u64,
}

/// What an answer says.
#[derive(Clone, Copy)]
enum Says<'a> {
    /// The operation has changed the value.
    Done,
    /// It has found this value.
    Found(&'a Bytes),
    /// What such an operation is never answered.
    Nonsense,
}

/// What became of the possible configurations.
pub(super) enum Remain {
    Some(Vec<Configuration>),
    TooMany,
    /// None is left; this one came furthest.
    None(Configuration),
}

impl Asked {
    /// The value that it leaves, if it changes it; none if it only looks.
    fn change(&self, value: &Bytes) -> Option<Bytes> {
        match self {
            Self::Put(new) => Some(new.clone()),
            Self::Append(more) => Some([&value[..], more].concat().into()),
            Self::CompareAndSet(old, new) if old == value => Some(new.clone()),
            Self::CompareAndSet(..) | Self::Get => None,
        }
    }

    fn understand<'a>(&self, answer: &'a Answer) -> Says<'a> {
        match (self, answer) {
            (Self::Get, Answer::Value(value))
            | (Self::CompareAndSet(..), Answer::Differs(value)) => Says::Found(value),
            (Self::Put(_) | Self::Append(_) | Self::CompareAndSet(..), Answer::Done) => Says::Done,
            _ => Says::Nonsense,
        }
    }
}

impl Key {
    /// False if there are too many already.
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
        for configuration in &mut self.configurations {
            configuration.look(slot, operation);
        }
        true
    }

    /// What remains possible when the operation at a place is answered so.
    pub(super) fn fitting(&mut self, slot: usize, answer: &Answer) -> Remain {
        let mut todo = std::mem::take(&mut self.configurations);
        let mut furthest = todo[0].clone();
        let Some(operation) = &self.open[slot] else { return Remain::Some(todo) };
        let says = operation.asked.understand(answer);
        let (mut fitting, mut seen, mut looks) = (Vec::new(), Vec::new(), 0_u64);
        while let Some(mut configuration) = todo.pop() {
            if configuration.writes > furthest.writes {
                furthest = configuration.clone();
            }
            if configuration.fits(slot, says) {
                configuration.settle(slot, operation, says);
                insert(&mut fitting, configuration);
                continue;
            }
            for (other, operation) in self.open.iter().enumerate() {
                if let Some(operation) = operation
                    && configuration.done >> other & 1 == 0
                    && let Some(value) = operation.asked.change(&configuration.value)
                {
                    let next = self.after(&configuration, other, operation, value);
                    // Values that reads may find are compared with each other.
                    looks += 1 + next.found.len().pow(2) as u64 / 64;
                    if insert(&mut seen, next.clone()) {
                        todo.push(next);
                    }
                }
            }
            if seen.len() + fitting.len() > MOST || looks > MOST_LOOKS {
                return Remain::TooMany;
            }
        }
        self.work = self.work.saturating_sub(SPARE) + looks * looks / 1_024;
        if self.work > MOST_WORK {
            return Remain::TooMany;
        }
        if fitting.is_empty() { Remain::None(furthest) } else { Remain::Some(fitting) }
    }

    /// After an open write has taken effect.
    fn after(
        &self,
        configuration: &Configuration,
        slot: usize,
        operation: &Arc<Operation>,
        value: Bytes,
    ) -> Configuration {
        let mut next = configuration.clone();
        next.value = value;
        next.done |= 1 << slot;
        next.writes += 1;
        next.found.retain(|(other, ..)| usize::from(*other) != slot);
        let depth = next.order.as_ref().map_or(0, |link| link.depth) + 1;
        let (operation, before) = (Arc::clone(operation), next.order.take());
        next.order = Some(Arc::new(Link { operation, before, depth, writes: next.writes }));
        for (other, operation) in self.open.iter().enumerate() {
            if let Some(operation) = operation
                && (next.done | self.unheard) >> other & 1 == 0
            {
                next.look(other, operation);
            }
        }
        next
    }

    /// What remains possible when the operation at a place never takes effect.
    pub(super) fn never(&mut self, slot: usize) -> Remain {
        let mut all = std::mem::take(&mut self.configurations);
        let furthest = all[0].clone();
        all.retain(|configuration| configuration.done >> slot & 1 == 0);
        for configuration in &mut all {
            configuration.found.retain(|(other, ..)| usize::from(*other) != slot);
        }
        if all.is_empty() { Remain::None(furthest) } else { Remain::Some(all) }
    }

    /// These are possible. What nobody hears of and makes no difference any more is forgotten.
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
                configuration.found.retain(|(other, ..)| usize::from(*other) != slot);
                if is_over {
                    configuration.done &= !bit;
                }
            }
            if is_over {
                *open = None;
                self.unheard &= !bit;
            }
        }
        self.configurations.clear();
        for mut configuration in configurations {
            configuration.shorten();
            insert(&mut self.configurations, configuration);
        }
    }
}

impl Configuration {
    /// An open operation that does not change the present value may find it.
    fn look(&mut self, slot: usize, operation: &Operation) {
        let looks = matches!(operation.asked, Asked::Get | Asked::CompareAndSet(..));
        if looks && operation.asked.change(&self.value).is_none() && !self.finds(slot, &self.value)
        {
            self.found.push((slot as u8, self.value.clone(), self.writes));
        }
    }

    fn finds(&self, slot: usize, value: &Bytes) -> bool {
        let is_it = |(other, found, _): &(u8, Bytes, u64)| {
            usize::from(*other) == slot && order(found, value).is_eq()
        };
        self.found.iter().any(is_it)
    }

    fn fits(&self, slot: usize, says: Says<'_>) -> bool {
        match says {
            Says::Done => self.done >> slot & 1 == 1,
            Says::Found(value) => self.finds(slot, value),
            Says::Nonsense => false,
        }
    }

    /// An operation is answered; its place is free again.
    fn settle(&mut self, slot: usize, operation: &Arc<Operation>, says: Says<'_>) {
        if let Says::Found(value) = says {
            let is_it = |(other, found, _): &&(u8, Bytes, u64)| {
                usize::from(*other) == slot && found == value
            };
            let writes = self.found.iter().find(is_it).map_or(self.writes, |(.., writes)| *writes);
            self.order = with_look(self.order.take(), operation, writes);
        }
        self.done &= !(1 << slot);
        self.found.retain(|(other, ..)| usize::from(*other) != slot);
    }

    /// The newest operations that took effect, the newest first.
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

    /// Whether whatever is possible after the other is possible after this one.
    fn covers(&self, other: &Self) -> bool {
        other.found.iter().all(|(slot, value, _)| self.finds(usize::from(*slot), value))
    }
}

/// An order with a read in it, after so many writes.
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

/// Adds a configuration to a list that is sorted by what was done and the value, unless another covers it. Those
/// that it covers itself go.
fn insert(list: &mut Vec<Configuration>, configuration: Configuration) -> bool {
    let of = |other: &Configuration| {
        other.done.cmp(&configuration.done).then_with(|| order(&other.value, &configuration.value))
    };
    let first = list.partition_point(|other| of(other).is_lt());
    let mut end = first + list[first..].partition_point(|other| of(other).is_eq());
    if list[first..end].iter().any(|other| other.covers(&configuration)) {
        return false;
    }
    for at in (first..end).rev() {
        if configuration.covers(&list[at]) {
            list.remove(at);
            end -= 1;
        }
    }
    list.insert(end, configuration);
    true
}

/// The order of two values, which are mostly copies of the same one.
fn order(one: &Bytes, other: &Bytes) -> Ordering {
    let is_copy = one.len() == other.len() && one.as_ptr() == other.as_ptr();
    if is_copy { Ordering::Equal } else { one.cmp(other) }
}
