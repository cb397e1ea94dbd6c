//! Random choices from lists, on top of the core's generator.

use raft_core::{Micros, Random};

/// Stream of random numbers for one part of a plan. Each part has its own, so that one more draw in one part changes
/// nothing in another.
///
/// The mapping from numbers to list items is written out here, because a seed of the swarm names its run for ever,
/// and a library may change its mapping with any version.
#[derive(Clone, Debug)]
pub(crate) struct Chance(Random);

/// Part of a plan that draws from a stream.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Settings = 1,
    Weights = 2,
    Workload = 3,
    Recovery = 4,
}

impl Chance {
    /// Creates the stream of a seed for a purpose.
    pub(crate) fn new(seed: u64, purpose: Purpose) -> Self {
        let mut mixed = seed ^ (purpose as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // The finaliser of MurmurHash3: seeds beside each other become far apart.
        for factor in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
            mixed = (mixed ^ mixed >> 33).wrapping_mul(factor);
        }
        Self(Random::new(mixed ^ mixed >> 33))
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0.below(n)
    }

    pub(crate) fn between(&mut self, min: u64, max: u64) -> u64 {
        self.0.between(min, max)
    }

    pub(crate) fn percent(&mut self, percent: u16) -> bool {
        self.0.chance(percent * 10)
    }

    /// Draws a range within these bounds.
    pub(crate) fn range(&mut self, least: Micros, most: Micros) -> (Micros, Micros) {
        let (a, b) = (self.between(least, most), self.between(least, most));
        (a.min(b), a.max(b))
    }

    /// Draws an item of a list.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }

    /// Draws an item of a list that may be empty.
    pub(crate) fn any<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        (!list.is_empty()).then(|| self.pick(list))
    }

    /// Draws an item of a list by weights. At least one weight is not 0.
    pub(crate) fn weighted<T: Copy>(&mut self, list: &[(u64, T)]) -> T {
        let mut at = self.below(list.iter().map(|(weight, _)| weight).sum());
        for &(weight, thing) in list {
            match at.checked_sub(weight) {
                Some(rest) => at = rest,
                None => return thing,
            }
        }
        list[0].1
    }

    /// Shuffles a list.
    pub(crate) fn shuffled<T>(&mut self, mut list: Vec<T>) -> Vec<T> {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at as u64 + 1) as usize);
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_for_ever() {
        let mut chance = Chance::new(7, Purpose::Workload);
        let order = chance.shuffled((1..=7).collect());
        let picked: String = (0..12).map(|_| chance.pick(&['a', 'b', 'c', 'd'])).collect();
        let weighted: String =
            (0..12).map(|_| chance.weighted(&[(6, 'x'), (3, 'y'), (1, 'z')])).collect();
        let drawn = format!("{order:?} {picked} {weighted} {:?}", chance.range(10, 99));
        assert_eq!(drawn, "[6, 3, 1, 4, 2, 5, 7] acdadadacccc yxxxxxyxxxyy (13, 66)");
    }
}
