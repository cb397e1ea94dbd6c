//! The world round Raft, simulated: network, disks, clocks, crashes, and the record of what happens.
//!
//! A [`World`] owns time, chance, links, disks and servers; each running server holds a
//! [`raft_core::Node`] and a key/value service. It advances through one queue of events on virtual
//! microseconds. Its settings, its seed and the commands given to it decide every byte of it: the same
//! run natively and in WebAssembly, advanced at once or in a thousand slices.
//!
//! A [`Run`] is a world with the list of commands that led to it, as a text that can be read, edited
//! and executed again:
//!
//! ```
//! use raft_sim::{Run, Time};
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
//! | [`world`], [`change`] | the event queue, and what a command does to it |
//! | [`server`], [`disk`], [`wal`], [`clock`], [`machine`] | one box: process, disk as bytes, clock, service |
//! | [`network`], [`quality`] | links and messages in flight, and what links are like |
//! | [`command`], [`complete`], [`record`] | the input language, typed with help, and the output language |
//! | [`run`], `keyframes`, `again` | a run: the world, what was done, and going back |
//! | [`branches`], [`saved`] | runs that have a beginning in common, and their text |
//! | [`trace`], [`config`], [`remark`], [`text`] | a run as text |
//! | [`load`], [`engine`] | a text executed again and compared, and by which engine |
//! | [`journal`], [`timeline`] | what is remembered for reading |
//! | [`window`] | a stretch of a run, read in a world apart |
//! | [`digest`] | the fingerprint of a run, and the streams of chance |

mod again;
pub mod branches;
pub mod change;
pub mod clock;
pub mod command;
pub mod complete;
pub mod config;
pub mod digest;
pub mod disk;
mod due;
pub mod engine;
pub mod journal;
mod keyframes;
pub mod load;
pub mod machine;
pub mod network;
pub mod quality;
mod reading;
pub mod record;
pub mod remark;
pub mod run;
pub mod saved;
pub mod server;
mod tape;
pub mod text;
pub mod timeline;
pub mod trace;
pub mod wal;
pub mod window;
pub mod world;

pub use branches::Branches;
pub use command::Command;
pub use config::Config;
pub use journal::Journal;
pub use raft_core::{ServerId, Time};
pub use record::{Kind, Observer, Record, Stamp};
pub use run::{Place, Run};
pub use trace::Trace;
pub use world::World;
