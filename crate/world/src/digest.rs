//! A running fingerprint of a run, and the seeds of its separate streams of chance.

use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// Folds every event of a run into 64 bits, the same on every platform. Equal digests after the same
/// number of events mean: the same run so far.
#[derive(Clone, Debug, Default)]
pub struct Digest(SipHasher13);

impl Digest {
    /// Folds in numbers.
    pub(crate) fn fold<const N: usize>(&mut self, words: [u64; N]) {
        // Not `write_u64`, whose bytes would depend on the platform's endianness.
        self.0.write(words.map(u64::to_le_bytes).as_flattened());
    }

    /// Folds in bytes and how many they are.
    pub(crate) fn fold_bytes(&mut self, bytes: &[u8]) {
        self.fold([bytes.len() as u64]);
        self.0.write(bytes);
    }

    /// The fingerprint so far.
    pub fn value(&self) -> u64 {
        self.0.finish()
    }
}

/// What a stream of chance is for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Node = 1,
    Link = 2,
    Disk = 3,
    Order = 4,
}

/// The seed of a stream: decided by the run's seed, what it is for, and for whom. Who draws how often
/// from one stream changes nothing in another.
pub(crate) fn stream(seed: u64, purpose: Purpose, of: [u64; 2]) -> u64 {
    let mut digest = Digest::default();
    digest.fold([seed, purpose as u64, of[0], of[1]]);
    digest.value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_fixed_for_ever() {
        let mut digest = Digest::default();
        digest.fold([1, 2, 3]);
        digest.fold_bytes(b"x=1");
        assert_eq!(format!("{:016x}", digest.value()), format!("{:016x}", digest.clone().value()));
        let mut other = Digest::default();
        other.fold([1, 2, 3]);
        assert_ne!(digest.value(), other.value());
    }

    #[test]
    fn streams_are_separate() {
        let mut seeds: Vec<u64> = (0..100)
            .flat_map(|of| {
                [Purpose::Node, Purpose::Link, Purpose::Disk].map(|p| stream(7, p, [of, 0]))
            })
            .collect();
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), 300);
    }
}
