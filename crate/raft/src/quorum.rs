//! Majorities.

/// How many servers of `n` are a majority.
pub fn majority(n: usize) -> usize {
    n / 2 + 1
}

/// The highest index that so many servers hold, given what each holds.
pub fn held_by(held: &[u64], enough: usize) -> u64 {
    let is_held = |index: u64| held.iter().filter(|&&upto| upto >= index).count() >= enough;
    held.iter().copied().filter(|&index| is_held(index)).max().unwrap_or(0)
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
        let held = |list: &[u64]| held_by(list, majority(list.len()));
        assert_eq!(held(&[5]), 5);
        assert_eq!(held(&[5, 3]), 3);
        assert_eq!(held(&[5, 3, 4]), 4);
        assert_eq!(held(&[9, 1, 9, 1]), 1);
        assert_eq!(held(&[9, 1, 8, 7, 2]), 7);
        assert_eq!(held_by(&[9, 1, 8, 7, 2], 1), 9);
    }
}
