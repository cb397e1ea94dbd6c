//! Draws runs from seeds, searches for runs that violate a property, and shrinks them.
//!
//! A seed decides a whole run: settings, workload and faults, and then a phase without faults in which the cluster must
//! recover. The commands that were carried out make a [`Case`], which is an ordinary run and plays the same everywhere.
//!
//! ```
//! use raft_core::{Rule, Bug};
//! use raft_swarm::search::{SearchSettings, Search};
//!
//! let mut search = Search::new(SearchSettings::of(Bug::Rule(Rule::RefuseSecondVote), 1, 1));
//! while !search.step(10_000) {
//!     // So many events at a time: here progress can be shown, and the search be given up.
//! }
//! let shrinker = &search.found().expect("it is over").shrinker;
//! assert!(shrinker.is_minimum() && shrinker.best().case.commands.len() <= 30);
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
//! | [`swarm`] | the run of a seed: a phase with faults and one without |
//! | `settings`, `workload`, `scenarios`, `hint` | random settings, faults and commands, scenarios that bring bugs to light, and hints for a search |
//! | `play`, `case`, `sometimes` | a run that is played, its result as a case, and counts of what happened in it |
//! | [`search`] | the search, seed after seed, for a violation |
//! | [`shrink`], `reductions`, `simpler` | shrinking to a local minimum, one change at a time |
//! | [`path`] | the shortest path of an exploration, as a run |
//!
//! Nothing here knows why a property is violated, and nothing prints, reads a clock or starts a thread.

mod case;
mod chance;
mod hint;
pub mod path;
mod play;
mod reductions;
mod scenarios;
pub mod search;
mod settings;
pub mod shrink;
mod simpler;
mod sometimes;
pub mod swarm;
mod workload;

pub use case::{Case, TimedCommand};
pub use hint::Hint;
pub use play::{Play, Played, Wanted, play};
pub use sometimes::{Counts, Sometimes};
