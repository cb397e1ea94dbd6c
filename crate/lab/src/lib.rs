//! The 28 tests of MIT 6.5840's Raft lab (2025), on the simulated world and on virtual time.
//!
//! A test is a function over a [`Lab`]: a cluster with the course's verbs (`one`, `check_one_leader`,
//! `n_committed`, `wait` and so on). It reads like the course's description of it, and runs in
//! milliseconds. The network is the lab's own, writes are durable at once, and the service keeps every
//! command, taking a snapshot after every tenth in part 3D.
//!
//! ```
//! let test = raft_lab::TESTS.iter().find(|test| test.name == "TestFigure83C").unwrap();
//! let outcome = raft_lab::run(test, 1);
//! assert!(outcome.failure.is_none());
//! ```
//!
//! # What differs from the course
//!
//! - The tester's clock is virtual, so nothing depends on the machine.
//! - A crashed instance is gone at once; in the course it goes on until it looks at a flag. Nobody can
//!   hear it there either.
//! - A message is answered or lost, but its sender is not told of the loss; our core needs no such news.
//! - The bound on persisted state is scaled to our encoding: see [`part_d::MOST_STATE`].
//!
//! `tasks` lets a test's parts sleep and run side by side, `watch` is the tester's record of what each
//! server has applied, `harness` holds the verbs, `suite` the list, and `part_a` to `part_d` the tests.

mod checks;
pub mod control;
mod harness;
mod notes;
pub mod part_a;
pub mod part_b;
pub mod part_c;
pub mod part_d;
mod suite;
mod tasks;
mod watch;

pub use control::{CONTROLS, Control, Wrong};
pub use harness::{Check, Failure, Lab};
pub use suite::{EARLIER, Outcome, TESTS, Test, all, record, record_wrong, run, run_wrong};
