//! The values of a key, each with a number: many configurations hold the same ones, and compare them often.

use bytes::Bytes;
use std::collections::BTreeMap;

/// A value, by its number. Equal values of one key have the same number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Value(u32);

/// The values that have been seen. The first is the empty one, which a key has before it is written.
#[derive(Clone, Debug)]
pub(super) struct Values {
    bytes: Vec<Bytes>,
    numbers: BTreeMap<Bytes, Value>,
    /// How many there were when all of them stood somewhere.
    used: usize,
}

/// With so many more than are used, those that are not used are worth forgetting.
const MANY: usize = 64;

impl Default for Values {
    fn default() -> Self {
        let mut values = Self { bytes: Vec::new(), numbers: BTreeMap::new(), used: 0 };
        values.insert(Bytes::new());
        values
    }
}

impl Value {
    pub(super) fn number(self) -> u32 {
        self.0
    }
}

impl Values {
    pub(super) fn bytes(&self, value: Value) -> &Bytes {
        &self.bytes[value.0 as usize]
    }

    pub(super) fn find(&self, bytes: &Bytes) -> Option<Value> {
        self.numbers.get(bytes).copied()
    }

    pub(super) fn insert(&mut self, bytes: Bytes) -> Value {
        if let Some(known) = self.find(&bytes) {
            return known;
        }
        let value = Value(self.bytes.len() as u32);
        self.bytes.push(bytes.clone());
        self.numbers.insert(bytes, value);
        value
    }

    pub(super) fn are_many(&self) -> bool {
        self.bytes.len() > 2 * self.used + MANY
    }

    /// Tells that each of them stands somewhere.
    pub(super) fn are_all_used(&mut self) {
        self.used = self.bytes.len();
    }
}
