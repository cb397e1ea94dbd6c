//! The world round Raft, simulated: network, disks, clocks, clients, crashes, and the record of what happens.
//!
//! A [`World`](world::World) owns time, chance, links, disks and servers; each running server has a
//! [`raft_core::Node`] and a key/value service. It advances through one queue of events on virtual
//! microseconds. Its settings, its seed and the commands given to it decide every byte of it: the same
//! run natively and in WebAssembly, advanced at once or in a thousand slices.
//!
//! # A tour
//!
//! Begin with `event`: the queue, and the six kinds of events that there are. `world::advance` takes them out one
//! by one. Most of them give a node an input, and `world::perform` carries out the actions that the node returns, in
//! their order: writes go to the [`disk`], messages into the [`network`], committed commands to the service
//! ([`machine`]). Actions that others can see wait for the disk.
//!
//! While a world advances, `world::Observed` holds it together with the [`Observer`](record::Observer) that is told
//! every [`Record`](record::Record). All rooms that need both are written as methods of `Observed`; a room that can do
//! without is a value of its own, which the world asks.
//!
//! | room | holds |
//! |---|---|
//! | [`world`] | the value, and what can be read of it; `world::beginning`: its first moment |
//! | `world::advance`, `event` | events, and their order |
//! | `world::perform` | the actions of a node |
//! | `world::power` | crashes, also in the midst of a sync |
//! | `world::service`, [`machine`], [`session`] | the service of a server, its snapshots, the last operation of each client |
//! | `world::serve`, `user_starts` | servers answer clients; operations as the checks see them |
//! | [`client`], [`client_network`], [`client_event`], [`history`] | clients as a value, their packets, events and operations |
//! | [`client_command`] | a command of the service, read once for service, clients and checks |
//! | [`change`], `possible` | commands of the user: carried out, or refused with a reason |
//! | [`network`], [`order`] | links and messages in flight; actions on messages, and orders for those still to be sent |
//! | [`server`], [`state`], [`disk`], [`wal`], [`clock`] | a server: process, its state at a moment, disk as bytes, clock |
//! | [`expect`], [`blocker`], `cluster` | expected progress, what blocks it, and how servers stand to each other |
//! | [`assumptions`] | the assumptions of Raft that do not hold with the present settings |
//! | [`record`], `kind`, `reading` | the output language, printed and read back |
//! | [`journal`], [`timeline`] | the records that are kept for reading |
//! | [`digest`] | the fingerprint of a run, and the streams of chance |
//!
//! A fault is a command whose effect stands in one of these rooms; `docs/how-to/add-a-fault.md` leads through one.
//!
//! Every event goes through this crate, so it is compiled for speed also where the rest is compiled for
//! size. Code that only commands need is `#[inline]`, and so is compiled with its caller.

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
mod kind;
pub mod machine;
pub mod network;
pub mod order;
mod possible;
mod reading;
pub mod record;
mod segments;
pub mod server;
pub mod session;
pub mod state;
pub mod timeline;
mod user_starts;
pub mod wal;
pub mod world;

use raft_script::{command, config, quality};
