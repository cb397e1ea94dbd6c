//! A violated property, with its evidence.

use crate::property::Property;
use raft_core::{Bug, EntryId, ServerId, Time};
use std::fmt;

/// When something happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct At {
    /// The moment.
    pub time: Time,
    /// The number of the event, from 1; 0 before the first.
    pub event: u64,
}

/// A property that was violated: the first time, and what shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// The property.
    pub property: Property,
    /// When it was seen to be broken.
    pub at: At,
    /// The servers between which it is broken; the one that was seen last stands last.
    pub servers: Vec<ServerId>,
    /// The entries that it is about.
    pub entries: Vec<EntryId>,
    /// The numbers of the events that led to it, in order; the last is the one in which it was seen.
    pub events: Vec<u64>,
    /// What is wrong, in words.
    pub facts: String,
    /// What Raft builds on and did not have, before this.
    pub assumption: Option<(ServerId, Assumption)>,
    /// What servers did wrongly on purpose: the rules that were not obeyed, and the mistakes.
    pub bugs: Vec<Bug>,
}

/// What Raft takes for granted of a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Assumption {
    /// What its disk says to be durable outlives a crash.
    HonestDisk,
    /// Its disk flushes a write before it acknowledges it.
    FlushedFirst,
    /// Nobody else writes to its disk.
    OwnDisk,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.facts)?;
        match self.assumption {
            None => Ok(()),
            Some((server, Assumption::HonestDisk)) => write!(
                f,
                "; {server}'s disk lied about a sync: Raft promises nothing about what {server} forgets"
            ),
            Some((server, Assumption::FlushedFirst)) => write!(
                f,
                "; {server}'s disk acknowledged writes before they were flushed: Raft promises nothing about what {server} forgets"
            ),
            Some((server, Assumption::OwnDisk)) => write!(
                f,
                "; bytes on {server}'s disk were changed: Raft promises nothing about what {server} reads there"
            ),
        }
    }
}
