//! Checks the properties of Raft from outside after every event, at a cost that follows the change.
//!
//! [`Checks`] is a value that gets facts: the state of a server in memory after it has handled something, what
//! it says to others, what its disk holds, what its service applies. It keeps what it needs of them and never asks
//! the core what it has decided or why. A fact that does not fit makes a [`Violation`], also a value.
//!
//! ```
//! use raft_check::{At, Checks, Memory, Property, Step};
//! use raft_core::{Bytes, EntryId, Index, Log, ServerId, Term, Time, Vote};
//!
//! let mut checks = Checks::new(3, |_| None);
//! let vote = Vote { current_term: Term(3), voted_for: None };
//! let (log, snapshot) = (Log::default(), Bytes::new());
//! let leader = Memory { vote, leads: true, commit: Index(0), applied: Index(0), log: &log, snapshot: &snapshot };
//! for (event, server) in [(7, ServerId(1)), (9, ServerId(3))] {
//!     checks.stepped(At { time: Time(event), event }, server, &leader, Step::default());
//! }
//! let violation = &checks.violations()[0];
//! assert_eq!(violation.property, Property::ElectionSafety);
//! assert_eq!(violation.to_string(), "S1 and S3 both lead term 3");
//! assert_eq!(violation.events, [7, 9]);
//! ```
//!
//! # A map
//!
//! | module | holds |
//! |---|---|
//! | `property`, `violation` | the properties, and the violation of one |
//! | `checks` | the state last seen of each server; terms, votes, messages |
//! | `checks::found` | violations that were found |
//! | `checks::clients` | reports of operations and answers of clients |
//! | `logs` | logs, leaders, commits |
//! | `service` | services and snapshots |
//! | `linear` | linearizability of the answers that clients get |
//! | `table` | facts about each index of the log |
//!
//! Logs and commands are compared by their hashes alone: two logs whose hashes collide would pass for the same.
//! Memory follows the tail: entries that every log has put into its snapshot, or does not reach, are forgotten.

mod checks;
mod hash;
mod linear;
mod logs;
mod property;
mod service;
mod table;
mod violation;

pub use checks::{Checks, Durable, Memory, Step};
pub use linear::{Answer, Asked, Linear, Operation, Partial};
pub use logs::Commit;
pub use property::Property;
pub use violation::{Assumption, At, Violation};
