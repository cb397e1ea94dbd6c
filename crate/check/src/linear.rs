//! Checks online, key by key, whether the answers that clients get are linearizable.
//!
//! After Wing and Gong, and Lowe's just-in-time linearization. For each key there is the set of all
//! *configurations* that are possible so far: a value of the key, which of the writes that are not answered
//! yet have taken effect already, and which values the open reads may have found. An answer keeps those
//! configurations to which it fits, after any of the open writes have taken effect just before it. When none
//! is left, no order of the operations explains what clients saw.
//!
//! A key on which nothing is open mostly has one configuration, so cost and memory do not grow with the history. Both
//! are bounded; beyond the bounds nothing is said of the key any more.

mod possible;
mod words;

use crate::violation::At;
use bytes::Bytes;
use possible::{Key, Remain, SHORT};
use std::sync::Arc;

/// Maximum number of keys that are checked.
const MOST_KEYS: usize = 1_000;

/// Operation on a key. A key that was never written has the empty value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// Reads the value.
    Get,
    /// Writes this value.
    Put(Bytes),
    /// Appends this to the value.
    Append(Bytes),
    /// Writes the second value if the value is the first.
    CompareAndSet(Bytes, Bytes),
}

/// Answer to an operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The write took effect.
    Done,
    /// The value that was read.
    Value(Bytes),
    /// The compare-and-set did not take effect, because this is the value.
    Differs(Bytes),
}

/// A client's operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operation {
    /// The client; 0 for a caller that is no client and whose answers are not seen.
    pub client: u32,
    /// Number of the operation among those of its client.
    pub sequence: u64,
    /// The key.
    pub key: Bytes,
    /// The operation on the key.
    pub asked: Asked,
    /// Moment of the call.
    pub invoked: At,
}

/// Evidence that a history is not linearizable: the longest order of operations that fits, and one that does not fit
/// after it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Partial {
    /// Operations in an order in which they may have taken effect, without the oldest ones.
    pub order: Vec<Arc<Operation>>,
    /// Value after all of them.
    pub value: Bytes,
    /// Operation that fits nowhere.
    pub stuck: Arc<Operation>,
    /// Its answer, or none if it is certain that it never took effect.
    pub answer: Option<Answer>,
}

/// State of the check for all keys.
#[derive(Clone, Debug, Default)]
pub struct Linear {
    /// Sorted by key.
    keys: Vec<(Bytes, Key)>,
    /// Operations that wait for an answer.
    open: Vec<(u32, u64, Bytes)>,
    /// Moment from which there were too many keys.
    too_many: Option<At>,
    cost: u64,
}

impl Linear {
    /// Reports that a client calls. The same client and sequence again is the same operation.
    pub fn invoked(&mut self, operation: Operation) {
        let Operation { client, sequence, invoked, .. } = operation;
        if self.is_open(client, sequence).is_some() {
            return;
        }
        let place = match self.find(&operation.key) {
            Ok(place) => place,
            Err(_) if self.keys.len() >= MOST_KEYS => {
                self.too_many.get_or_insert(invoked);
                return;
            }
            Err(place) => {
                self.keys.insert(place, (operation.key.clone(), Key::new()));
                place
            }
        };
        let (name, key) = &mut self.keys[place];
        if key.given_up.is_some() {
            return;
        }
        if key.open(operation) {
            self.open.push((client, sequence, name.clone()));
        } else {
            self.give_up(place, invoked, false);
        }
    }

    /// Reports that a client gets its answer. Returns the evidence if the answer does not fit; then the key is no
    /// longer checked.
    pub fn answered(
        &mut self,
        at: At,
        client: u32,
        sequence: u64,
        answer: &Answer,
    ) -> Option<Partial> {
        self.close(at, client, sequence, Some(answer))
    }

    /// Reports that an operation certainly has not taken effect and never will.
    pub fn has_failed(&mut self, at: At, client: u32, sequence: u64) -> Option<Partial> {
        self.close(at, client, sequence, None)
    }

    /// Reports that nobody will get an answer to an operation. It may still take effect at any time.
    pub fn abandoned(&mut self, client: u32, sequence: u64) {
        let Some((place, slot)) = self.place_of(client, sequence) else { return };
        self.open.retain(|(c, s, _)| (*c, *s) != (client, sequence));
        let key = &mut self.keys[place].1;
        key.unheard |= 1 << slot;
        let configurations = std::mem::take(&mut key.configurations);
        key.keep(configurations);
        self.cost += key.take_cost();
    }

    /// Returns the keys that are no longer checked because too many operations were open at once, and since when.
    pub fn unknown(&self) -> impl Iterator<Item = (&Bytes, At)> {
        let since = |key: &Key| key.given_up.filter(|(_, broken)| !broken).map(|(at, _)| at);
        self.keys.iter().filter_map(move |(name, key)| Some((name, since(key)?)))
    }

    /// Returns the moment from which there were more keys than can be checked.
    pub fn too_many_keys(&self) -> Option<At> {
        self.too_many
    }

    /// Returns the work done so far, counted as events of a world, which take about as long.
    pub fn cost(&self) -> u64 {
        self.cost
    }

    /// Returns the number of configurations that are kept.
    pub fn configurations(&self) -> usize {
        self.keys.iter().map(|(_, key)| key.configurations.len()).sum()
    }

    fn find(&self, key: &Bytes) -> Result<usize, usize> {
        self.keys.binary_search_by(|(name, _)| name.cmp(key))
    }

    fn is_open(&self, client: u32, sequence: u64) -> Option<usize> {
        self.open.iter().position(|(c, s, _)| (*c, *s) == (client, sequence))
    }

    /// Returns the place of an open operation's key, and the operation's place there.
    fn place_of(&self, client: u32, sequence: u64) -> Option<(usize, usize)> {
        let key = self.find(&self.open[self.is_open(client, sequence)?].2).ok()?;
        let is_it = |operation: &Option<Arc<Operation>>| {
            operation.as_ref().is_some_and(|o| (o.client, o.sequence) == (client, sequence))
        };
        Some((key, self.keys[key].1.open.iter().position(is_it)?))
    }

    fn close(
        &mut self,
        at: At,
        client: u32,
        sequence: u64,
        answer: Option<&Answer>,
    ) -> Option<Partial> {
        let (place, slot) = self.place_of(client, sequence)?;
        let key = &mut self.keys[place].1;
        self.open.retain(|(c, s, _)| (*c, *s) != (client, sequence));
        let found = match answer {
            Some(answer) => key.fitting(slot, answer),
            None => key.never(slot),
        };
        let stuck = key.open[slot].take()?;
        self.cost += key.take_cost();
        match found {
            Remain::Some(configurations) => {
                key.keep(configurations);
                self.cost += key.take_cost();
                None
            }
            Remain::TooMany => {
                self.give_up(place, at, false);
                None
            }
            Remain::None(furthest, value) => {
                self.give_up(place, at, true);
                let order = furthest.operations(SHORT).into_iter().rev();
                let order = order.map(|(operation, _)| operation).collect();
                let answer = answer.cloned();
                Some(Partial { order, value, stuck, answer })
            }
        }
    }

    /// Stops checking a key.
    fn give_up(&mut self, place: usize, at: At, broken: bool) {
        let (name, key) = &mut self.keys[place];
        self.open.retain(|(.., of)| of != name);
        *key = Key::without_verdict(at, broken);
    }
}
