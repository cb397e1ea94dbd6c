//! Raft as a value: input in, actions out.
//!
//! This is the algorithm of the extended Raft paper (Ongaro and Ousterhout, "In Search of an
//! Understandable Consensus Algorithm"): leader election (§5.2), log replication (§5.3), safety (§5.4),
//! persistence (Figure 2) and log compaction with `InstallSnapshot` (§7, Figure 13). It is all of parts
//! 3A to 3D of MIT 6.5840's Raft lab. Absent: cluster membership changes (§6), the read-only and client
//! interaction rules of §8 (they belong to the service), and snapshots sent in chunks.
//!
//! A [`Node`] does no I/O, reads no clock and knows no randomness but its own seed. [`Node::step`] takes
//! one [`Input`] and appends [`Action`]s to a list. The whole contract:
//!
//! > Perform the actions in order. Nothing after a [`Action::Persist`] may be seen by anyone before that
//! > write is durable.
//!
//! The caller asks [`Node::deadline`] when the node next wants [`Input::Tick`].
//!
//! # What a caller may rely on
//!
//! - **Replies.** Each request gets exactly one reply, in the same step: a [`Action::Send`] with the request's `call`
//!   number. A transport of request and response can answer with it. Only a leader that hears of another leader of its
//!   own term, which Raft excludes, says nothing.
//! - **Strangers.** A message that is not for this server, not from another member, or that speaks of a term or index
//!   beyond [`MAX_NUMBER`], changes nothing and is not answered. A vote of no member never counts. Who a sender really
//!   is, the transport must know.
//! - **Time.** `now` is the server's own clock; it should not go back while the node lives, and may begin anywhere
//!   after a restart. Safety never depends on it (§5.6): a clock that jumps costs elections. An early [`Input::Tick`]
//!   does nothing; [`Input::Timeout`] forces the timer.
//! - **Seeds.** Each server needs another seed, or they time out together for ever.
//! - **Calls.** Their numbers begin again at 1 after a restart. That is safe: a restarted server calls nobody before it
//!   stands in a new term, and a success that an earlier call brought carries an earlier term, so that it is ignored.
//! - **Restarts.** [`Node::recover`] hands out at most a [`Action::Note`]. The service restores itself from
//!   [`Persistent::snapshot`], and is given the entries after it again.
//! - **Storage.** [`Persistent::apply`] folds a [`Write`] into the state; the state to recover from is the fold of all
//!   durable writes, in order. A storage that keeps log and snapshot in two files writes the snapshot first;
//!   [`Persistent::put_snapshot`] puts the two together after a crash between them.
//! - **Failed calls.** Lost messages are sent again without anybody's doing. [`Input::Failed`] saves a round trip.
//! - **Panics.** A node stops when it is told to replace what is committed: see [`Node::step`]. No other message, and no
//!   order of inputs, makes it panic.
//!
//! # Features
//!
//! `notes` (on by default): [`Action::Note`] tells which rule was applied. `serde`: inputs, actions and the persistent
//! state can be written down and read back. `bugs`: servers that are wrong on purpose, for teaching and testing.
//!
//! # The lab's interface
//!
//! | the lab | here |
//! |---|---|
//! | `Make(peers, me, persister, applyCh)`, first start | [`Node::new`] |
//! | `Make(...)` after a crash | [`Node::recover`] with the [`Persistent`] state read back |
//! | `Start(command)` → index, term, isLeader | [`Input::Start`] → [`Action::Started`], at the head of the list |
//! | `GetState()` → term, isLeader | [`Node::get_state`] |
//! | `Snapshot(index, bytes)` | [`Input::Snapshot`] |
//! | `ApplyMsg` with `CommandValid` | [`Action::Apply`] of [`ApplyMsg::Command`] |
//! | `ApplyMsg` with `SnapshotValid` | [`Action::Apply`] of [`ApplyMsg::Snapshot`]; it only ever leads forward |
//! | `Persister.Save(state, snapshot)` | [`Action::Persist`]: [`Write::Save`] is that call; [`Write::Vote`] and [`Write::Append`] say only what changed |
//! | `sendRequestVote`, `RequestVote` and the like | [`Action::Send`] and [`Input::Receive`]; a reply carries its call's number |
//! | `XTerm`, `XIndex`, `XLen` | [`Appended::Conflict`]: `conflict_term`, and `first_index` for the other two |
//! | `Kill()` | drop the node |
//!
//! # A tour
//!
//! Three nodes elect a leader and commit a command; the messages are delivered by hand.
//!
//! ```
//! use bytes::Bytes;
//! use raft_core::{Action, ApplyMsg, Config, Input, Node, ServerId, Time};
//! use std::collections::VecDeque;
//!
//! let config = Config { servers: 3, ..Config::default() };
//! let mut nodes: Vec<Node> = (1..=3).map(|n| Node::new(ServerId(n), config, u64::from(n), Time(0))).collect();
//! let mut network = VecDeque::new();
//! let mut applied = Vec::new();
//!
//! // Performs one input's actions in order. Writes are durable at once here, so nothing has to wait.
//! let mut perform = |node: &mut Node, now, input, network: &mut VecDeque<_>| {
//!     let mut actions = Vec::new();
//!     node.step(now, input, &mut actions);
//!     for action in actions {
//!         match action {
//!             Action::Send(envelope) => network.push_back(envelope),
//!             Action::Apply(ApplyMsg::Command { id, command }) => applied.push((node.id(), id, command)),
//!             _ => {}
//!         }
//!     }
//! };
//! let mut deliver_all = |nodes: &mut Vec<Node>, now, network: &mut VecDeque<raft_core::Envelope>,
//!                        perform: &mut dyn FnMut(&mut Node, Time, Input, &mut VecDeque<_>)| {
//!     while let Some(envelope) = network.pop_front() {
//!         let to = envelope.to.slot();
//!         perform(&mut nodes[to], now, Input::Receive(envelope), network);
//!     }
//! };
//!
//! // S1's election timer runs out, it asks for votes, and it wins.
//! let now = nodes[0].deadline();
//! perform(&mut nodes[0], now, Input::Timeout, &mut network);
//! deliver_all(&mut nodes, now, &mut network, &mut perform);
//! assert!(nodes[0].get_state().1, "S1 leads");
//!
//! // A command reaches a majority, and the followers learn of the commit with the next heartbeat.
//! perform(&mut nodes[0], now, Input::Start(Bytes::from("x=1")), &mut network);
//! deliver_all(&mut nodes, now, &mut network, &mut perform);
//! let now = nodes[0].deadline();
//! perform(&mut nodes[0], now, Input::Timeout, &mut network);
//! deliver_all(&mut nodes, now, &mut network, &mut perform);
//! assert!(nodes.iter().all(|node| node.commit_index().0 == 1));
//! assert_eq!(applied.len(), 3, "each service has applied it once");
//! ```
//!
//! # Reading on
//!
//! In this order the crate reads as the paper does:
//!
//! 1. [`types`] has the nouns: terms, indexes, entries. [`message`] has the three RPCs.
//! 2. [`node`] has the state of Figure 2; [`role`] has the three roles, the timer, and the only functions that change them.
//! 3. `receive` has the rules for all servers: a higher term is adopted, an old one answered, and the message handed to its RPC.
//! 4. `election` is §5.2 with §5.4.1, `replication` is §5.3 with §5.4.2, `snapshot` is §7. Each has the side that asks
//!    first, and the receiver after it.
//! 5. `persist` has the writes to stable storage and applying; [`persistent`] has the state that they add up to.
//! 6. [`log`] holds the entries, [`entries`] carries them, [`progress`] is a leader's view of a follower, and [`quorum`]
//!    is the only place where a majority is computed.
//! 7. `decisions` has every decision under a name, with the reason: `is_up_to_date`, `votes_needed`, `commit_bound`,
//!    `may_commit_by_counting`. No other file knows that a server may have bugs.
//! 8. [`rule`] is the table of all rules in words; notes are made from it. With the feature `bugs`, `bugs` has the set of bugs
//!    of a server, and `mistake` the table of the mistakes.

/// The examples of the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod action;
#[cfg(feature = "bugs")]
pub mod bugs;
#[cfg(not(feature = "bugs"))]
#[allow(dead_code, unreachable_pub, reason = "nobody makes a wrong server")]
mod bugs;
pub mod config;
mod decisions;
mod election;
pub mod entries;
pub mod log;
pub mod message;
#[cfg(feature = "bugs")]
pub mod mistake;
#[cfg(not(feature = "bugs"))]
#[allow(dead_code, unreachable_pub, reason = "nobody makes a mistake")]
mod mistake;
pub mod node;
mod persist;
pub mod persistent;
pub mod progress;
pub mod quorum;
pub mod random;
mod receive;
mod replication;
pub mod role;
pub mod rule;
mod snapshot;
pub mod types;
pub mod words;

pub use action::{Action, ApplyMsg, Input, Started, Vote, Write};
#[cfg(feature = "bugs")]
pub use bugs::{Bug, Bugs, MistakeSet, RuleSet};
pub use bytes::Bytes;
pub use config::{Config, MAX_SERVERS};
pub use entries::Entries;
pub use log::{Log, LogCuts};
pub use message::{Appended, Envelope, MAX_NUMBER, Message, Rpc};
#[cfg(feature = "bugs")]
pub use mistake::Mistake;
pub use node::{Node, Role, Timer};
pub use persistent::{Misfit, Persistent, Unconnected};
pub use progress::{Followers, InFlight, Progress};
pub use random::Random;
pub use rule::{Note, Rule};
pub use types::{Entry, EntryId, Index, Micros, ServerId, Span, Term, Time, Unreadable};
