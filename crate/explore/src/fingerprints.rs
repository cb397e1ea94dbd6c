//! A set of fingerprints.

/// A set of 64-bit fingerprints. They are as good as random, so each stands at the first free slot from its own bits on.
///
/// An exploration looks up every state that it reaches, and the set does not fit into the caches of a processor. A
/// look-up reads one place of memory here; in a general hash table it reads two.
pub(crate) struct Fingerprints {
    /// A power of two. Zero is a free slot.
    slots: Vec<u64>,
    len: usize,
}

impl Fingerprints {
    pub(crate) fn new() -> Self {
        Self { slots: vec![0; 1 << 10], len: 0 }
    }

    /// Adds a fingerprint. Returns true if it was not in the set.
    pub(crate) fn insert(&mut self, print: u64) -> bool {
        // Zero stands for a free slot, so its fingerprint is another one.
        let print = if print == 0 { 1 } else { print };
        let slot = self.slot(print);
        if self.slots[slot] == print {
            return false;
        }
        self.slots[slot] = print;
        self.len += 1;
        if self.len > self.slots.len() / 8 * 5 {
            self.grow();
        }
        true
    }

    /// Returns the slot of a fingerprint, or the free one that it would take.
    fn slot(&self, print: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = print as usize & mask;
        while self.slots[slot] != 0 && self.slots[slot] != print {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let free = vec![0; 2 * self.slots.len()];
        for print in std::mem::replace(&mut self.slots, free) {
            if print != 0 {
                let slot = self.slot(print);
                self.slots[slot] = print;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_added_also_after_it_has_grown() {
        let mut set = Fingerprints::new();
        // Many that begin at the same slot, at the end of the slots, and zero.
        let prints: Vec<u64> = (1..5_000).map(|n| n << 40 | 1023).chain(0..5_000).collect();
        for &print in &prints {
            assert_eq!(set.insert(print), print != 1, "{print}");
        }
        assert!(prints.iter().all(|&print| !set.insert(print)));
        assert!(!set.insert(0) && !set.insert(1) && set.insert(5_000));
    }
}
