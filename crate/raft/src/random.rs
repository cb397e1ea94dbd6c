//! A seeded source of chance: named, portable, and cheap enough for one per node and per link.

use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A stream of random numbers that its seed decides, the same on every platform.
///
/// The generator is xoshiro128++. The mapping to a range is written out here, so that no library's
/// new version can change a run.
#[derive(Clone, Debug)]
pub struct Random(Xoshiro128PlusPlus);

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(Xoshiro128PlusPlus::seed_from_u64(seed))
    }

    /// A number from 0 up to, not including, `n`; 0 when `n` is 0. `n` is cut to 32 bits.
    #[inline(always)]
    pub fn below(&mut self, n: u64) -> u64 {
        let n = n.min(u64::from(u32::MAX));
        (u64::from(self.0.next_u32()) * n) >> 32
    }

    /// A number from `min` to `max`, both included.
    #[inline(always)]
    pub fn between(&mut self, min: u64, max: u64) -> u64 {
        min + self.below(max.saturating_sub(min) + 1)
    }

    /// True in `per_thousand` cases of 1,000. Draws nothing when the answer is certain.
    #[inline(always)]
    pub fn chance(&mut self, per_thousand: u16) -> bool {
        per_thousand > 0 && self.below(1000) < u64::from(per_thousand)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_covered_to_both_ends_and_never_left() {
        let mut random = Random::new(7);
        let drawn: Vec<u64> = (0..1000).map(|_| random.between(10, 13)).collect();
        for n in 10..=13 {
            assert!(drawn.contains(&n), "{n} was never drawn");
        }
        assert!(drawn.iter().all(|n| (10..=13).contains(n)));
    }

    #[test]
    fn a_chance_of_one_in_ten_comes_once_in_ten() {
        let mut random = Random::new(7);
        let hits = (0..100_000).filter(|_| random.chance(100)).count();
        assert!((9_500..10_500).contains(&hits), "{hits} of 100,000 at 10 %");
        assert!(!random.chance(0));
        assert!(random.chance(1000));
    }
}
