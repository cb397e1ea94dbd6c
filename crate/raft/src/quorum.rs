//! Majorities: the only place where one is computed.

/// The smallest number of servers that is a majority of `n`: any two majorities have a server in common.
pub fn majority(n: usize) -> usize {
    n / 2 + 1
}

/// The highest index that at least `enough` servers hold. Each number says up to which index one server holds the log.
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
