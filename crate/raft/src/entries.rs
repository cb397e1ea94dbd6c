//! Entries that are on their way: in messages, and in writes to the disk.

use crate::types::Entry;
use std::ops::Deref;
use std::sync::Arc;

/// Entries that follow each other in a log. The leader's disk and its followers share them; to clone them copies
/// nothing, and none take no room.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "Vec<Entry>", into = "Vec<Entry>"))]
pub struct Entries(Option<Arc<[Entry]>>);

impl Entries {
    /// Without the first so many.
    #[must_use]
    #[inline]
    pub fn skip(self, first: usize) -> Self {
        if first == 0 { self } else { Self::from(&self[first..]) }
    }
}

impl Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl From<Entry> for Entries {
    fn from(entry: Entry) -> Self {
        Self(Some(Arc::new([entry])))
    }
}

impl From<&[Entry]> for Entries {
    fn from(entries: &[Entry]) -> Self {
        Self((!entries.is_empty()).then(|| entries.into()))
    }
}

impl From<Vec<Entry>> for Entries {
    fn from(entries: Vec<Entry>) -> Self {
        entries.into_iter().collect()
    }
}

impl From<Entries> for Vec<Entry> {
    fn from(entries: Entries) -> Self {
        entries.to_vec()
    }
}

impl FromIterator<Entry> for Entries {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let entries: Arc<[Entry]> = entries.into_iter().collect();
        Self((!entries.is_empty()).then_some(entries))
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Term;

    fn entry(n: u8) -> Entry {
        Entry { term: Term(1), command: vec![n].into() }
    }

    #[test]
    fn what_is_skipped_is_gone_and_the_rest_stays_in_order() {
        let all: Entries = (1..=3).map(entry).collect();
        assert_eq!(*all.clone().skip(0), [entry(1), entry(2), entry(3)]);
        assert_eq!(*all.clone().skip(2), [entry(3)]);
        assert_eq!(all.skip(3), Entries::default());
    }

    #[test]
    fn none_are_equal_however_they_came_to_be() {
        assert_eq!(Entries::from(&[][..]), Entries::default());
        assert_eq!(std::iter::empty().collect::<Entries>(), Entries::default());
        assert_ne!(Entries::from(entry(1)), Entries::default());
    }
}
