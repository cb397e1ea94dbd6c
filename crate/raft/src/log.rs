//! The log (§5.3), of which a prefix may have been replaced by a snapshot (§7).
//!
//! Invariants: entry `i` stands in chunk `(i - 1) / CHUNK`; only the
//! first chunk may lack its front (discarded) and only the last its back. Chunks are shared between
//! clones, so cloning a log of a million entries copies a few thousand pointers.

use crate::entries::Entries;
use crate::types::{Entry, EntryId, Index, Term};
use std::collections::VecDeque;
use std::sync::Arc;

const CHUNK: u64 = 128;

/// A replicated log: the entries after `snapshot_end`.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Parts", into = "Parts"))]
pub struct Log {
    snapshot_end: EntryId,
    last: EntryId,
    cuts: LogCuts,
    chunks: VecDeque<Arc<Vec<Entry>>>,
}

/// A count of deletions at a log's end, for a reader that looks only at changes. Equality of logs ignores it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LogCuts {
    /// The number of times that entries were deleted, or the whole log put aside for a snapshot.
    pub count: u64,
    /// The first index of which the entry went the last time.
    pub from: Index,
}

impl Log {
    /// A log whose entries up to and including `snapshot_end` are in a snapshot, and that holds nothing else.
    pub fn after(snapshot_end: EntryId) -> Self {
        Self { snapshot_end, last: snapshot_end, ..Self::default() }
    }

    /// Puts all entries aside for a snapshot that ends here.
    pub fn restart_after(&mut self, snapshot_end: EntryId) {
        let cuts = LogCuts { count: self.cuts.count + 1, from: snapshot_end.index.next() };
        *self = Self { cuts, ..Self::after(snapshot_end) };
    }

    /// Deletions at its end.
    pub fn cuts(&self) -> LogCuts {
        self.cuts
    }

    /// The last entry that the snapshot replaced (`lastIncludedIndex`, `lastIncludedTerm`).
    pub fn snapshot_end(&self) -> EntryId {
        self.snapshot_end
    }

    /// The last entry; the snapshot's end when there is none after it.
    pub fn last(&self) -> EntryId {
        self.last
    }

    /// The index of the first entry that the log still holds, if it holds any.
    pub fn first_index(&self) -> Index {
        self.snapshot_end.index.next()
    }

    /// The number of entries that it holds.
    pub fn len(&self) -> u64 {
        self.last.index - self.snapshot_end.index
    }

    /// It holds no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry at an index; none before the first and after the last.
    pub fn get(&self, index: Index) -> Option<&Entry> {
        if index <= self.snapshot_end.index || index > self.last.index {
            return None;
        }
        let (chunk, offset) = self.place(index);
        Some(&self.chunks[chunk][offset])
    }

    /// The term of the entry at an index; known for the snapshot's last entry too.
    pub fn term_at(&self, index: Index) -> Option<Term> {
        if index == self.last.index {
            Some(self.last.term)
        } else if index == self.snapshot_end.index {
            Some(self.snapshot_end.term)
        } else {
            self.get(index).map(|entry| entry.term)
        }
    }

    /// Adds an entry at the end.
    pub fn push(&mut self, entry: Entry) {
        let index = self.last.index.next();
        self.last = EntryId { term: entry.term, index };
        let starts_chunk = (index.0 - 1).is_multiple_of(CHUNK);
        match self.chunks.back_mut() {
            Some(chunk) if !starts_chunk => Arc::make_mut(chunk).push(entry),
            _ => self.chunks.push_back(Arc::new(vec![entry])),
        }
    }

    /// Deletes the entry at `from` and all that follow it.
    pub fn truncate(&mut self, from: Index) {
        let from = from.max(self.first_index());
        if from > self.last.index {
            return;
        }
        self.cuts = LogCuts { count: self.cuts.count + 1, from };
        let (chunk, offset) = self.place(from);
        self.chunks.truncate(chunk + 1);
        if offset == 0 {
            self.chunks.pop_back();
        } else if let Some(kept) = self.chunks.back_mut() {
            Arc::make_mut(kept).truncate(offset);
        }
        let index = from.prev();
        let term = self
            .chunks
            .back()
            .and_then(|chunk| chunk.last())
            .map_or(self.snapshot_end.term, |entry| entry.term);
        self.last = EntryId { term, index };
    }

    /// Discards every entry up to and including `through`, which the log must hold or end before.
    /// The entries are freed, unless a clone of the log still shares them.
    pub fn discard_through(&mut self, through: EntryId) {
        if through.index <= self.snapshot_end.index {
            return;
        }
        if through.index >= self.last.index {
            *self = Self { cuts: self.cuts, ..Self::after(through) };
            return;
        }
        let (chunk, offset) = self.place(through.index.next());
        self.chunks.drain(..chunk);
        if offset > 0 {
            let first = self.chunks.front_mut().expect("the entry after `through` is in a chunk");
            *first = Arc::new(first[offset..].to_vec());
        }
        self.snapshot_end = through;
    }

    /// The entries from `from` on: at least one if there is one, and no more than `bytes` together otherwise.
    pub fn batch(&self, from: Index, bytes: u64) -> Entries {
        let mut first = true;
        let mut left = bytes;
        let fits = |entry: &&Entry| {
            let size = entry.size();
            let fits = size <= left || first;
            (first, left) = (false, left.saturating_sub(size));
            fits
        };
        self.iter_from(from).take_while(fits).cloned().collect()
    }

    /// The entries from `from` on.
    pub fn iter_from(&self, from: Index) -> impl Iterator<Item = &Entry> {
        let from = from.max(self.first_index());
        let (chunk, offset) =
            if from > self.last.index { (self.chunks.len(), 0) } else { self.place(from) };
        let head = self.chunks.get(chunk).map_or(&[][..], |first| &first[offset..]);
        head.iter().chain(self.chunks.iter().skip(chunk + 1).flat_map(|chunk| chunk.iter()))
    }

    /// The first index that holds an entry of `term` or a later one; one past the end if none does.
    pub fn first_index_of(&self, term: Term) -> Index {
        let (mut low, mut high) = (self.first_index().0, self.last.index.0 + 1);
        while low < high {
            let middle = u64::midpoint(low, high);
            if self.term_at(Index(middle)).is_some_and(|at| at < term) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Index(low)
    }

    /// The last index that holds an entry of `term`, the snapshot's last entry included.
    pub fn last_index_of(&self, term: Term) -> Option<Index> {
        let index = self.first_index_of(term.next()).prev();
        (self.term_at(index) == Some(term)).then_some(index)
    }

    /// Chunk and offset of an entry that the log holds.
    fn place(&self, index: Index) -> (usize, usize) {
        let before = self.snapshot_end.index.0;
        let chunk = (index.0 - 1) / CHUNK - before / CHUNK;
        let missing = if chunk == 0 { before % CHUNK } else { 0 };
        (chunk as usize, ((index.0 - 1) % CHUNK - missing) as usize)
    }
}

/// A log as it is written down.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Parts {
    snapshot_end: EntryId,
    entries: Vec<Entry>,
}

#[cfg(feature = "serde")]
impl From<Log> for Parts {
    fn from(log: Log) -> Self {
        let entries = log.iter_from(log.first_index()).cloned().collect();
        Self { snapshot_end: log.snapshot_end, entries }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Parts> for Log {
    type Error = String;

    fn try_from(Parts { snapshot_end, entries }: Parts) -> Result<Self, String> {
        let end = snapshot_end.index.0.saturating_add(entries.len() as u64);
        if end > crate::MAX_NUMBER {
            return Err(format!("no log reaches index {end}"));
        }
        let mut log = Self::after(snapshot_end);
        for entry in entries {
            log.push(entry);
        }
        Ok(log)
    }
}

impl PartialEq for Log {
    fn eq(&self, other: &Self) -> bool {
        self.snapshot_end == other.snapshot_end
            && self.last == other.last
            && self.iter_from(self.first_index()).eq(other.iter_from(other.first_index()))
    }
}

impl Eq for Log {}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    /// A log of `n` entries in which the term grows by one every ten.
    fn log(n: u64) -> Log {
        let mut log = Log::default();
        for i in 1..=n {
            log.push(entry(i));
        }
        log
    }

    fn entry(i: u64) -> Entry {
        Entry { term: Term(1 + (i - 1) / 10), command: Bytes::from(i.to_string()) }
    }

    #[test]
    fn every_entry_is_found_again_after_discarding_and_truncating_anywhere() {
        let n = 3 * CHUNK + 7;
        for cut in [1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, n - 1, n] {
            let mut kept = log(n);
            kept.discard_through(EntryId { index: Index(cut), term: entry(cut).term });
            for i in 1..=n {
                assert_eq!(
                    kept.get(Index(i)),
                    (i > cut).then(|| entry(i)).as_ref(),
                    "cut {cut}, index {i}"
                );
            }
            assert_eq!(kept.term_at(Index(cut)), Some(entry(cut).term));
            let mut short = kept.clone();
            for end in (cut + 1..=n).rev().step_by(5) {
                short.truncate(Index(end));
                assert_eq!(short.last().index, Index(end - 1));
                assert_eq!(
                    short.last().term,
                    if end - 1 == cut { entry(cut).term } else { entry(end - 1).term }
                );
                assert_eq!(short.iter_from(Index(0)).count() as u64, end - 1 - cut);
            }
            short.push(Entry { term: Term(999), command: Bytes::new() });
            assert_eq!(short.term_at(short.last().index), Some(Term(999)));
            assert_eq!(
                kept.last(),
                EntryId { index: Index(n), term: entry(n).term },
                "the clone is untouched"
            );
        }
    }

    #[test]
    fn a_batch_is_bounded_in_bytes_but_never_empty() {
        let log = log(300);
        let size = entry(100).size();
        assert_eq!(log.batch(Index(100), 3 * size).len(), 3);
        assert_eq!(log.batch(Index(100), 3 * size - 1).len(), 2);
        assert_eq!(log.batch(Index(100), 0).len(), 1);
        assert_eq!(log.batch(Index(301), 1 << 20).len(), 0);
        assert_eq!(log.batch(Index(1), 1 << 20).len(), 300);
    }

    #[test]
    fn terms_are_found_by_their_ends() {
        let mut log = log(35);
        assert_eq!(log.first_index_of(Term(2)), Index(11));
        assert_eq!(log.last_index_of(Term(2)), Some(Index(20)));
        assert_eq!(log.last_index_of(Term(4)), Some(Index(35)));
        assert_eq!(log.last_index_of(Term(5)), None);
        log.discard_through(EntryId::new(20, 2));
        assert_eq!(log.last_index_of(Term(2)), Some(Index(20)), "the snapshot's last entry counts");
        assert_eq!(log.last_index_of(Term(1)), None);
        assert_eq!(log.first_index_of(Term(1)), Index(21), "what is discarded is not found");
    }

    #[test]
    fn discarded_entries_are_freed() {
        let big = Bytes::from(vec![7_u8; 1024]);
        let mut log = Log::default();
        for _ in 0..200 {
            log.push(Entry { term: Term(1), command: Bytes::copy_from_slice(&big) });
        }
        let watched: Vec<Bytes> =
            (1..=200).map(|i| log.get(Index(i)).expect("held").command.clone()).collect();
        log.discard_through(EntryId::new(130, 1));
        for (at, command) in watched.iter().enumerate() {
            assert_eq!(command.is_unique(), at < 130, "entry {}", at + 1);
        }
    }
}
