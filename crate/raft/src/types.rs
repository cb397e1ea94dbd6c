//! Terms, indexes, servers, entries and time: the nouns of Figure 2, each a type of its own.

use bytes::Bytes;
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

/// A server of the cluster, numbered from 1; printed `S1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ServerId(pub u16);

impl ServerId {
    /// Position in an array of servers: S1 stands at 0.
    pub fn slot(self) -> usize {
        usize::from(self.0) - 1
    }

    /// The server that stands at a position of an array.
    pub fn from_slot(slot: usize) -> Self {
        Self(slot as u16 + 1)
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S{}", self.0)
    }
}

/// A term: Raft's logical clock (§5.1). The first election is for term 1; 0 is before any.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Term(pub u64);

impl Term {
    /// The term after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A place in the log (§5.3). The first entry has index 1; 0 is the place before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Index(pub u64);

impl Index {
    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The place before this one; the place before 0 is 0.
    #[must_use]
    pub fn prev(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl Add<u64> for Index {
    type Output = Self;
    fn add(self, n: u64) -> Self {
        Self(self.0 + n)
    }
}

impl Sub for Index {
    type Output = u64;
    fn sub(self, other: Self) -> u64 {
        self.0 - other.0
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An entry's identity: term and index together name one entry for ever (§5.3).
///
/// The order is the one of §5.4.1, "more up-to-date": the later term first, then the longer log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EntryId {
    /// The term in which a leader created the entry.
    pub term: Term,
    /// Its place in the log.
    pub index: Index,
}

impl EntryId {
    /// The place before the first entry: index 0, term 0.
    pub const ZERO: Self = Self { term: Term(0), index: Index(0) };

    /// An entry's identity from plain numbers.
    pub fn new(index: u64, term: u64) -> Self {
        Self { term: Term(term), index: Index(index) }
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.index, self.term)
    }
}

/// One log entry (Figure 2): a command for the state machine, and the term in which a leader received it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Entry {
    /// The term in which the leader received the command.
    pub term: Term,
    /// The command, opaque to Raft; cheap to clone.
    pub command: Bytes,
}

impl Entry {
    /// Its size in a batch in bytes: the command, its term and its length.
    pub fn size(&self) -> u64 {
        self.command.len() as u64 + 12
    }
}

/// A stretch of the log, both ends included; printed `21` or `21-22`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Span {
    /// The first index.
    pub first: Index,
    /// The last index; before `first` when the stretch is empty.
    pub last: Index,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last.cmp(&self.first) {
            Ordering::Less => f.write_str("nothing"),
            Ordering::Equal => self.first.fmt(f),
            Ordering::Greater => write!(f, "{}-{}", self.first, self.last),
        }
    }
}

/// A text that is not what it was read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not in the form in which it is printed")
    }
}

impl std::error::Error for Unreadable {}

impl FromStr for ServerId {
    type Err = Unreadable;
    fn from_str(text: &str) -> Result<Self, Unreadable> {
        text.strip_prefix('S').and_then(|n| n.parse().ok()).map(Self).ok_or(Unreadable)
    }
}

impl FromStr for Term {
    type Err = Unreadable;
    fn from_str(text: &str) -> Result<Self, Unreadable> {
        text.parse().map(Self).map_err(|_| Unreadable)
    }
}

impl FromStr for Index {
    type Err = Unreadable;
    fn from_str(text: &str) -> Result<Self, Unreadable> {
        text.parse().map(Self).map_err(|_| Unreadable)
    }
}

impl FromStr for EntryId {
    type Err = Unreadable;
    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let (index, term) = text.split_once('@').ok_or(Unreadable)?;
        Ok(Self { index: index.parse()?, term: term.parse()? })
    }
}

impl FromStr for Span {
    type Err = Unreadable;
    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Ok(Self { first: first.parse()?, last: last.parse()? })
    }
}

/// A length of time in microseconds.
pub type Micros = u64;

/// A moment: microseconds since the start of the run; printed in seconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Time(pub u64);

impl Time {
    /// Never: later than every moment of a run.
    pub const NEVER: Self = Self(u64::MAX);
}

impl Add<Micros> for Time {
    type Output = Self;
    fn add(self, d: Micros) -> Self {
        Self(self.0.saturating_add(d))
    }
}

impl Sub for Time {
    type Output = Micros;
    fn sub(self, earlier: Self) -> Micros {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}s", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}
