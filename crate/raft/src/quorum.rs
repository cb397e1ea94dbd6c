//! Majorities.

/// How many servers of `n` are a majority.
pub fn majority(n: usize) -> usize {
    n / 2 + 1
}

/// The highest index that a majority holds, given what each server holds. Reorders `held`.
///
/// # Panics
/// When `held` is empty: a cluster has at least one server.
pub fn held_by_majority(held: &mut [u64]) -> u64 {
    held.sort_unstable();
    held[held.len() - majority(held.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majorities_of_even_and_odd_clusters() {
        let sizes: Vec<usize> = (1..=7).map(majority).collect();
        assert_eq!(sizes, [1, 2, 2, 3, 3, 4, 4]);
    }

    #[test]
    fn the_highest_index_held_by_a_majority() {
        let held = |list: &[u64]| held_by_majority(&mut list.to_vec());
        assert_eq!(held(&[5]), 5);
        assert_eq!(held(&[5, 3]), 3);
        assert_eq!(held(&[5, 3, 4]), 4);
        assert_eq!(held(&[9, 1, 9, 1]), 1);
        assert_eq!(held(&[9, 1, 8, 7, 2]), 7);
    }
}
