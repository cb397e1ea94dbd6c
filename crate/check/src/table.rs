//! Facts about each index of the log, in chunks that copies share.

use raft_core::{EntryId, Index, ServerId, Term};
use std::sync::Arc;

const CHUNK: u64 = 128;

/// Maximum number of entries of other terms that a chunk keeps beside the first of each index.
const STRAYS: usize = 1_024;

/// A server and the number of an event, in one word; zero for nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Who(u64);

impl Who {
    pub(crate) fn new(server: ServerId, event: u64) -> Self {
        Self(event << 16 | u64::from(server.0))
    }

    pub(crate) fn is_somebody(self) -> bool {
        self.0 != 0
    }

    pub(crate) fn server(self) -> ServerId {
        ServerId(self.0 as u16)
    }

    pub(crate) fn event(self) -> u64 {
        self.0 >> 16
    }
}

/// Entry that some log held at this index: its term, the hash of that log up to it, and the server.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) term: Term,
    pub(crate) chain: u64,
    pub(crate) who: Who,
}

/// First entry committed at this index: its term, the term and the server of the commit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Committed {
    pub(crate) term: Term,
    pub(crate) when: Term,
    pub(crate) who: Who,
}

/// First command applied at this index, and the state after it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Applied {
    pub(crate) term: Term,
    pub(crate) command: u64,
    pub(crate) state: u64,
    pub(crate) who: Who,
}

/// Facts about one index of the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) seen: Seen,
    pub(crate) committed: Committed,
    pub(crate) applied: Applied,
}

#[derive(Clone, Debug, Default)]
struct Chunk {
    rows: Vec<Row>,
    /// Entries of other terms than the first that was seen at their index.
    strays: Vec<(Index, Seen)>,
}

/// Facts about every index that is not forgotten.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// Sorted by number.
    chunks: Vec<(u64, Arc<Chunk>)>,
}

impl Table {
    /// Returns the facts about an index, if any are known.
    pub(crate) fn get(&self, index: Index) -> Option<&Row> {
        let (chunk, offset) = place(index);
        let rows = &self.chunks[self.find(chunk).ok()?].1.rows;
        rows.get(offset).filter(|_| index > Index(0))
    }

    /// Returns the facts about an index, from 1, to add to them.
    pub(crate) fn at(&mut self, index: Index) -> &mut Row {
        let offset = place(index).1;
        let rows = &mut self.chunk(index).rows;
        if rows.len() <= offset {
            rows.resize_with(offset + 1, Row::default);
        }
        &mut rows[offset]
    }

    fn chunk(&mut self, index: Index) -> &mut Chunk {
        let number = place(index).0;
        let at = self.find(number).unwrap_or_else(|at| {
            self.chunks.insert(at, (number, Arc::default()));
            at
        });
        Arc::make_mut(&mut self.chunks[at].1)
    }

    fn find(&self, chunk: u64) -> Result<usize, usize> {
        match self.chunks.last() {
            Some((number, _)) if *number == chunk => Ok(self.chunks.len() - 1),
            _ => self.chunks.binary_search_by_key(&chunk, |(number, _)| *number),
        }
    }

    /// Returns the entry with this index and term, if some log has held it.
    pub(crate) fn seen(&self, id: EntryId) -> Option<Seen> {
        let (chunk, offset) = place(id.index);
        let chunk = &self.chunks[self.find(chunk).ok()?].1;
        let first = chunk.rows.get(offset).filter(|_| id.index > Index(0))?.seen;
        if first.who.is_somebody() && first.term == id.term {
            return Some(first);
        }
        let is_it = |(index, seen): &&(Index, Seen)| *index == id.index && seen.term == id.term;
        chunk.strays.iter().find(is_it).map(|(_, seen)| *seen)
    }

    /// Notes an entry, or replaces what was known of it.
    pub(crate) fn note(&mut self, index: Index, seen: Seen) {
        let first = &mut self.at(index).seen;
        if !first.who.is_somebody() || first.term == seen.term {
            *first = seen;
            return;
        }
        let strays = &mut self.chunk(index).strays;
        let is_it = |(other, stray): &(Index, Seen)| *other == index && stray.term == seen.term;
        match strays.iter().position(is_it) {
            Some(at) => strays[at].1 = seen,
            None if strays.len() < STRAYS => strays.push((index, seen)),
            None => {}
        }
    }

    /// Forgets the entries that logs have held after an index.
    pub(crate) fn unsee_after(&mut self, last: Index) {
        for (number, chunk) in &mut self.chunks {
            let before = *number * CHUNK;
            if before + CHUNK > last.0 {
                let chunk = Arc::make_mut(chunk);
                let gone = chunk.rows.iter_mut().skip(last.0.saturating_sub(before) as usize);
                gone.for_each(|row| row.seen = Seen::default());
                chunk.strays.retain(|(index, _)| *index <= last);
            }
        }
    }

    /// Forgets the chunks that `is_old` picks by their first and last index.
    pub(crate) fn forget(&mut self, mut is_old: impl FnMut(Index, Index) -> bool) {
        self.chunks.retain(|(number, _)| {
            let before = Index(number * CHUNK);
            !is_old(before.next(), before + CHUNK)
        });
    }

    /// Returns the number of indexes that it has room for.
    pub(crate) fn len(&self) -> usize {
        self.chunks.iter().map(|(_, chunk)| chunk.rows.len()).sum()
    }

    /// True if two indexes are in the same chunk.
    pub(crate) fn together(one: Index, other: Index) -> bool {
        place(one).0 == place(other).0
    }
}

fn place(index: Index) -> (u64, usize) {
    let before = index.prev().0;
    (before / CHUNK, (before % CHUNK) as usize)
}
