//! Values of a key, each with a number. Many configurations hold the same values and compare them often.

use bytes::Bytes;
use std::collections::BTreeMap;

/// Number of a value. Equal values of one key have the same number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Value(u32);

/// Values that have been seen. The first is the empty value, which a key has before it is written.
#[derive(Clone, Debug)]
pub(super) struct Values {
    bytes: Vec<Bytes>,
    /// Number of each value, once there are more than [`FEW`]. A few are found as quickly without a map, and every
    /// copy of a world copies this.
    numbers: BTreeMap<Bytes, Value>,
    /// Number of values when all of them were last known to be in use.
    used: usize,
}

/// Number of unused values that makes forgetting them worth the work.
const MANY: usize = 6;

/// Maximum number of values that are found by looking at each.
const FEW: usize = 16;

impl Default for Values {
    fn default() -> Self {
        Self { bytes: vec![Bytes::new()], numbers: BTreeMap::new(), used: 0 }
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
        if self.bytes.len() > FEW {
            return self.numbers.get(bytes).copied();
        }
        let place = self.bytes.iter().position(|known| known == bytes)?;
        Some(Value(place as u32))
    }

    pub(super) fn insert(&mut self, bytes: Bytes) -> Value {
        if let Some(known) = self.find(&bytes) {
            return known;
        }
        let value = Value(self.bytes.len() as u32);
        self.bytes.push(bytes);
        if self.bytes.len() > FEW {
            for number in self.numbers.len()..self.bytes.len() {
                self.numbers.insert(self.bytes[number].clone(), Value(number as u32));
            }
        }
        value
    }

    pub(super) fn are_many(&self) -> bool {
        self.bytes.len() > 2 * self.used + MANY
    }

    /// Notes that every value is in use.
    pub(super) fn are_all_used(&mut self) {
        self.used = self.bytes.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_one_number_however_many_there_are() {
        let mut values = Values::default();
        let text = |n: usize| if n == 0 { Bytes::new() } else { Bytes::from(n.to_string()) };
        for many in 1..4 * FEW {
            assert_eq!(values.find(&text(many)), None);
            let value = values.insert(text(many));
            assert_eq!(values.bytes(value), &text(many));
            for known in 0..=many {
                let found = values.find(&text(known)).expect("it was inserted");
                assert_eq!(
                    (values.insert(text(known)), values.bytes(found)),
                    (found, &text(known))
                );
            }
            assert_eq!(values.bytes.len(), many + 1);
        }
    }
}
