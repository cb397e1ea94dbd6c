//! A running fingerprint of a run, and the seeds of its separate streams of chance.

use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// Folds every event of a run into 64 bits, the same on every platform. Equal digests after the same
/// number of events mean: the same run so far.
///
/// It is a fingerprint, not a seal: whoever wants two runs with one digest can make them. What it costs, every
/// event costs, in WebAssembly too, which multiplies 64 bits by 64 into 64 and no more.
#[derive(Clone, Debug, Default)]
pub struct Digest(u64);

/// Odd numbers without a pattern (the fractions of the square roots of 2, 3, 5 and 7).
const ODD: [u64; 4] =
    [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1];

impl Digest {
    /// Folds in numbers, at most four at a time. Each is mixed by itself, so that a processor does it at once;
    /// only the last step waits for what was folded in before.
    pub(crate) fn fold<const N: usize>(&mut self, words: [u64; N]) {
        const { assert!(N <= ODD.len()) };
        let mut mixed = N as u64;
        for (turn, (word, odd)) in (1..).zip(words.into_iter().zip(ODD)) {
            mixed ^= word.wrapping_mul(odd).rotate_left(13 * turn);
        }
        self.0 = (self.0 ^ mixed).wrapping_mul(ODD[0]).rotate_left(29);
    }

    /// Folds in bytes and how many they are.
    pub(crate) fn fold_bytes(&mut self, bytes: &[u8]) {
        self.fold([bytes.len() as u64]);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.fold([u64::from_le_bytes(word)]);
        }
    }

    /// The fingerprint so far: every bit of the state reaches every bit of it.
    pub fn value(&self) -> u64 {
        let mut value = self.0;
        for odd in [ODD[1], ODD[3]] {
            value = (value ^ value >> 32).wrapping_mul(odd);
        }
        value ^ value >> 32
    }
}

/// The purpose of a stream of chance.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Node = 1,
    Link = 2,
    Disk = 3,
    Order = 4,
    Client = 5,
}

/// The seed of a stream: decided by the run's seed, what it is for, and for whom. Who draws how often
/// from one stream changes nothing in another.
pub(crate) fn stream(seed: u64, purpose: Purpose, of: [u64; 2]) -> u64 {
    let mut hasher = SipHasher13::new();
    // Not `write_u64`, whose bytes would depend on the platform's endianness.
    hasher.write([seed, purpose as u64, of[0], of[1]].map(u64::to_le_bytes).as_flattened());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[u64]) -> u64 {
        let mut digest = Digest::default();
        for &word in words {
            digest.fold([word, 7]);
        }
        digest.value()
    }

    #[test]
    fn what_is_folded_in_changes_the_fingerprint_and_so_does_the_order() {
        let mut digests: Vec<u64> = (0..1000).map(|n| of(&[n, 3])).collect();
        digests.extend((0..1000).map(|n| of(&[3, n])));
        digests.extend((0..64).map(|bit| of(&[1 << bit, 1 << 20, 1 << bit])));
        digests.push(of(&[]));
        digests.sort_unstable();
        let all = digests.len();
        digests.dedup();
        assert_eq!(all - digests.len(), 1, "only 3, 3 came twice");
    }

    #[test]
    fn a_changed_bit_changes_half_of_the_fingerprint() {
        let (mut changed, mut least) = (0, 64);
        for bit in 0..64 {
            let bits = (of(&[1 << bit, 5]) ^ of(&[0, 5])).count_ones();
            changed += bits;
            least = least.min(bits);
        }
        assert!((29..35).contains(&(changed / 64)) && least > 12, "{changed} in all, {least}");
    }

    #[test]
    fn bytes_count_with_their_number() {
        let of = |bytes: &[u8]| {
            let mut digest = Digest::default();
            digest.fold_bytes(bytes);
            digest.value()
        };
        assert_ne!(of(b"x=1"), of(b"x=1\0"));
        assert_ne!(of(b"12345678x"), of(b"12345678y"));
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
