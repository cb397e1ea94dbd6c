//! Exhaustive exploration of small worlds, breadth first, over hashed states.
//!
//! The nodes are real: every step is a call of [`raft_core::Node::step`]. Only what surrounds them is
//! reduced to what can happen at all. There is no time: any server's timer may run out at any moment, and
//! any message in flight may arrive. There is no chance, because every path is followed. Each part of a
//! state (a server with its disk and service, a message, the facts about the past) gets a number once and
//! is known by it from then on; so are the consequences of a step for a server. A state is a row of numbers,
//! and states that differ only in the servers' names are one.
//!
//! The properties of Figure 3 are checked from outside, on every state and on every step to it. Since all
//! states of a depth are looked at before the next, the first violation found is a shortest one.
//!
//! ```
//! use raft_core::{Rule, Bug};
//! use raft_explore::{Bounds, End, Property, explore};
//!
//! let bounds = Bounds { commands: 0, terms: 1, ..Bounds::default() };
//! assert_eq!(explore(&bounds, &[], &mut |_| true).end, End::Complete);
//! let wrong = [Bug::Rule(Rule::WinElection)];
//! let End::Violated(violation) = explore(&bounds, &wrong, &mut |_| true).end else {
//!     panic!("two servers lead by their own votes alone");
//! };
//! assert_eq!(violation.property, Property::ElectionSafety);
//! ```

mod bounds;
mod compare;
mod host;
mod model;
mod path;
mod property;
mod scope;
mod search;
mod tables;

pub use bounds::{Bounds, MOST};
pub use path::{PathStep, StepAction, Violation};
pub use raft_check::Property;
pub use scope::{Scope, refusal};
pub use search::{End, Explored, Progress, explore};
