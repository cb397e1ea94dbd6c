//! Runs drawn from seeds, the search for those in which a property is violated, and their shrinking.
//!
//! A seed decides a whole run: settings, work and faults, and then a peace in which all must be well again. What was done is
//! written down as a [`Case`], which is an ordinary run, and plays the same everywhere.
//!
//! ```
//! use raft_core::{Rule, Bug};
//! use raft_swarm::search::{Quest, Search};
//!
//! let mut search = Search::new(Quest::of(Bug::Rule(Rule::RefuseSecondVote), 1, 1));
//! while !search.step(10_000) {
//!     // So many events at a time: here progress can be shown, and the search be given up.
//! }
//! let shrinker = &search.found().expect("it is over").shrinker;
//! assert!(shrinker.is_minimum() && shrinker.best().case.acts.len() <= 30);
//!
//! // As a text, it is a run that the playground opens at the violation.
//! let run = raft_run::Run::from_text(&shrinker.best().trace(None).to_string()).unwrap();
//! assert_eq!(run.world().violations()[0].property, shrinker.property());
//! ```
//!
//! # A map
//!
//! | module | holds |
//! |---|---|
//! | [`swarm`] | one seed, one run: storm and peace |
//! | `settings`, `storm`, `scenes`, `hint` | what is drawn: settings, faults and work one by one, scenes that mistakes fear, and what a search leans towards |
//! | `play`, `case`, `sometimes` | a run being played, what remains of it, and what happened how often |
//! | [`search`] | seed after seed for a violated property |
//! | [`shrink`], `moves`, `simpler` | from there to a local minimum, one change at a time |
//! | [`way`] | the shortest way of an exploration, as a run |
//!
//! Nothing here knows why a property is violated, and nothing prints, reads a clock or starts a thread.

mod case;
mod chance;
mod hint;
mod moves;
mod play;
mod scenes;
pub mod search;
mod settings;
pub mod shrink;
mod simpler;
mod sometimes;
mod storm;
pub mod swarm;
pub mod way;

pub use case::{Act, Case};
pub use hint::Hint;
pub use play::{Play, Played, Wanted, play};
pub use sometimes::{Counts, Sometimes};
