//! The world round Raft, simulated: network, disks, clocks, crashes, and the record of what happens.
//!
//! A [`World`](world::World) owns time, chance, links, disks and servers; each running server holds a
//! [`raft_core::Node`] and a key/value service. It advances through one queue of events on virtual
//! microseconds. Its settings, its seed and the commands given to it decide every byte of it: the same
//! run natively and in WebAssembly, advanced at once or in a thousand slices.
//!
//! # A map
//!
//! | module | holds |
//! |---|---|
//! | [`world`], [`change`], `possible` | the event queue, what a command does to it, and whether it can be carried out |
//! | [`server`], [`disk`], [`wal`], [`clock`], [`machine`] | one box: process, disk as bytes, clock, service |
//! | [`network`], [`order`] | links and messages in flight; what commands do to messages, and orders for those still to be sent |
//! | [`client`], [`client_network`], [`session`], [`history`] | clients, what is on its way to and from them, what the service remembers of them, what they have asked |
//! | [`expect`], [`blocker`] | whether the cluster comes to rest in time, and what stands in the way |
//! | [`assumptions`] | what Raft needs of network, disks and timers, and does not have |
//! | [`record`], [`client_event`] | the output language |
//! | [`journal`], [`timeline`] | what is remembered for reading |
//! | [`digest`] | the fingerprint of a run, and the streams of chance |
//!
//! Every event goes through this crate, so it is compiled for speed also where the rest is compiled for
//! size. What only commands need is generic, and so is compiled with its caller.

pub mod assumptions;
pub mod blocker;
pub mod change;
pub mod client;
pub mod client_command;
pub mod client_event;
pub mod client_network;
pub mod clock;
mod cluster;
pub mod digest;
pub mod disk;
mod event;
pub mod expect;
pub mod history;
pub mod journal;
pub mod machine;
pub mod network;
pub mod order;
mod possible;
mod reading;
pub mod record;
mod segments;
pub mod server;
pub mod session;
pub mod timeline;
mod user_starts;
pub mod wal;
pub mod world;

use raft_script::{command, config, quality};
