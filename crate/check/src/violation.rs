//! Violation of a property, with its evidence.

use crate::property::Property;
use raft_core::{Bug, EntryId, ServerId, Time};
use std::fmt;

/// Moment of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct At {
    /// The moment.
    pub time: Time,
    /// The number of the event, from 1; 0 before the first.
    pub event: u64,
}

/// First violation of a property, with its evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// The property.
    pub property: Property,
    /// Event in which it was seen.
    pub at: At,
    /// Servers between which it is violated. The server that was seen last stands last.
    pub servers: Vec<ServerId>,
    /// Entries that it concerns.
    pub entries: Vec<EntryId>,
    /// Numbers of the events that led to it, in order. In the last one it was seen.
    pub events: Vec<u64>,
    /// Sentence that says how the property is violated.
    pub facts: String,
    /// Assumption of Raft that did not hold before the violation.
    pub assumption: Option<(ServerId, Assumption)>,
    /// Bugs that servers had on purpose: rules switched off, and mistakes.
    pub bugs: Vec<Bug>,
}

/// Assumption that Raft makes about a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Assumption {
    /// Writes that its disk reports as durable survive a crash.
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
