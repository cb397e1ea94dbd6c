//! Runs: a world, the commands that led to it, and all that has happened, so that one can go back.
//!
//! The world itself is the crate [`raft_sim`], its settings and commands are words of [`raft_script`];
//! their modules are found here too. A [`Run`] can be written as a text, which can be read, edited and executed
//! again:
//!
//! ```
//! use raft_run::{Run, Time};
//!
//! let mut run = Run::from_text("seed 7\nservers 3\nnetwork lan\nat 2s start leader x=1\nat 3s end\n").unwrap();
//! assert!(run.world().servers().iter().all(|server| server.process().unwrap().machine.applied().0 == 1));
//!
//! // The leader crashes, and a second later another server leads in a later term.
//! let old = run.world().leader().unwrap();
//! run.command(format!("crash {}", old.0).parse().unwrap()).unwrap();
//! run.advance(Time(4_000_000), 1_000_000);
//! assert_ne!(run.world().leader().unwrap(), old);
//!
//! // Its text is the same run, event by event.
//! let again = Run::from_text(&run.to_string()).unwrap();
//! assert_eq!(again.world().digest(), run.world().digest());
//! ```
//!
//! # A map
//!
//! | module | holds |
//! |---|---|
//! | [`run`], `place`, `keyframes`, `again` | a run: the world, what was done, and going back |
//! | [`branches`], [`difference`], [`saved`] | runs that have a beginning in common, where they part, and their text |
//! | [`carry`] | a branch that keeps what was done later in the one that it left |
//! | [`branch_moment`] | a branch at a moment, for looking at two of them together |
//! | [`trace`], `written`, [`remark`], [`notes`] | a run as text, and what was remarked on it |
//! | [`load`], [`engine`] | a text executed again and compared, and by which engine |
//! | [`complete`] | help with typing a command |
//! | [`properties`] | how each property stands now, and what shows that one is broken |
//! | [`settings`] | which assumptions of Raft about network, disks and timers do not hold |
//! | [`why`] | why there is no leader, why an entry is not committed, why a message was refused |
//! | [`tables`] | the lists of names that the engine and the page share |
//! | [`window`] | a stretch of a run, read in a world apart |

mod again;
pub mod branch_moment;
pub mod branches;
pub mod carry;
pub mod complete;
pub mod difference;
pub mod engine;
mod keyframes;
pub mod load;
pub mod notes;
mod place;
pub mod properties;
pub mod remark;
pub mod run;
pub mod saved;
pub mod settings;
pub mod tables;
pub mod trace;
pub mod why;
pub mod window;
mod written;

pub use raft_script::{bugs, clients, command, config, line, quality, text};
pub use raft_sim::{
    assumptions, blocker, change, client, client_command, client_event, client_network, clock,
    digest, disk, expect, history, journal, machine, network, order, record, server, session,
    state, timeline, wal, world,
};

pub use branches::Branches;
pub use command::Command;
pub use config::Config;
pub use journal::Journal;
pub use place::Place;
pub use raft_core::{ServerId, Time};
pub use record::{Kind, Observer, Record, Stamp};
pub use run::Run;
pub use trace::Trace;
pub use world::World;
