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
//!
//! // The same run as a text: every command at its place, and a note on every check and fault.
//! let (_, trace) = raft_lab::record(test, 1);
//! let text = trace.to_string();
//! assert_eq!(raft_run::Run::from_text(&text).unwrap().world().events(), outcome.events);
//! ```
//!
//! [`EARLIER`] holds two tests as they were before 2025, on the reliable network. [`CONTROLS`] has
//! for every test a bug that it must find; the tests of this project check that it does.
//!
//! # What differs from the course
//!
//! - The tester's clock is virtual, so nothing depends on the machine. Delays are drawn in microseconds.
//! - Handlers and the reliable network take no time at all; what happens at one moment has an order that the
//!   seed gives.
//! - A crashed instance is gone at once; in the course it goes on until it looks at a flag. Nobody can
//!   hear it there either.
//! - A message is answered or lost, but its sender is not told of the loss; in the course it is, at once or,
//!   when the other cannot be reached, after up to seven seconds. Our core needs no such news.
//! - A reply is lost when its own direction of the link is cut; the course looks at the request's. Its tests
//!   always cut both.
//! - The bound on persisted state is scaled to our encoding: see [`part_d::MOST_STATE`].
//!
//! `tasks` lets a test's parts sleep and run side by side, `watch` is the tester's record of what each
//! server has applied, `harness` has the verbs and `checks` those that can fail, `notes` turns them into remarks of a
//! trace, `suite` has the list, `part_a` to `part_d` the tests, [`control`] a bug for each test, and
//! [`finds`](mod@finds) the tests that find each bug.

mod checks;
pub mod control;
pub mod finds;
mod harness;
mod notes;
pub mod part_a;
pub mod part_b;
pub mod part_c;
pub mod part_d;
mod suite;
mod tasks;
mod watch;

pub use control::{CONTROLS, Control, Mutation};
pub use finds::{Finds, finds};
pub use harness::{Check, Failure, Lab};
pub use suite::{
    EARLIER, Outcome, TESTS, Test, all, record, record_mutated, run, run_mutated, settings,
};
