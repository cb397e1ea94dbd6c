//! The shapes that the page reads of a run, and the way on which they reach JavaScript. Their TypeScript types are derived
//! from here. A world's run and a recording fill the same shapes, so the page need not know which it shows. What a
//! recording may not know is missing then: null, and never a value that nobody has seen.
//!
//! Times are virtual microseconds since the start of the run, shares are per thousand, sizes are bytes,
//! servers are numbered from 1.

#![allow(missing_docs, reason = "the fields carry the paper's names; what needs a word has one")]

mod branches;
mod clients;
mod inspector;
mod journal;
mod json;
mod properties;
mod query;
mod spacetime;
mod timeline;
mod why;

pub use branches::{
    BranchView, Carried, Comparison, Difference, ForkView, Happened, LeftOut, Opened, Renumbered,
    Show,
};
pub use clients::{ClientsView, OperationView};
pub use inspector::{
    DiskRecord, DiskView, EntryDetail, Field, KeyValue, LogRange, MessageDetail, Pending,
    ServerDetail, SnapshotView,
};
pub use journal::{JournalLine, JournalPage, JournalQuery, Remark};
pub use json::{object, objects};
pub use properties::PropertyView;
pub use query::{FrameViewJs, JournalQueryJs};
pub use spacetime::Rows;
pub use timeline::{
    CommandMark, CommitMark, CutMark, DowntimeMark, ElectionMark, LeadershipMark, TermMark,
    Timeline, ViolationMark,
};
pub use why::{Answer, Reason};

use serde::Serialize;
use tsify::Tsify;

/// A JavaScript number as a whole one: cut to the range of the type, and 0 for what is no number.
#[allow(clippy::cast_sign_loss, reason = "`as` makes 0 of what is below 0")]
pub fn whole(number: f64) -> u64 {
    number as u64
}

/// A whole number as JavaScript has it. Times, steps and numbers of messages stay far below 2^53.
#[allow(clippy::cast_precision_loss, reason = "JavaScript has no other numbers")]
pub fn number(value: u64) -> f64 {
    value as f64
}

/// The result of an advance.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Advance {
    pub now: u64,
    /// Events since the start of the run.
    pub events: u64,
    /// False: the budget ran out before.
    pub reached: bool,
    /// At the end of what has happened.
    pub live: bool,
    /// Number of properties that were violated until then.
    pub broken: u64,
}

/// The stretch of the logs that a frame holds.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct FrameView {
    /// The first index; null: follow the end of the longest log.
    #[tsify(type = "number | null")]
    pub log_first: Option<u64>,
    pub log_count: u64,
}

/// A moment of a run, as the page draws it.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Frame {
    pub now: u64,
    pub events: u64,
    /// Events and commands so far.
    pub step: u64,
    /// The end of what has happened.
    pub end: u64,
    /// At that end: what happens next has not happened before.
    pub live: bool,
    /// The fingerprint of the run so far: 16 hexadecimal digits.
    pub digest: String,
    pub seed: String,
    /// The preset's name, or "custom".
    pub network: String,
    pub heartbeat: u64,
    pub election_min: u64,
    pub election_max: u64,
    #[tsify(type = "number | null")]
    pub leader: Option<u16>,
    /// Number of properties that hold, of those that something has happened about.
    pub holding: u64,
    /// Number of properties that were violated.
    pub violated: u64,
    /// Number of properties that were violated after an assumption of Raft had been.
    pub outside: u64,
    /// Number of clients that there have ever been.
    pub clients: u16,
    /// Number of bugs: rules that are switched off, and mistakes.
    pub bugs: u64,
    /// The highest currentTerm.
    pub term: u64,
    pub servers: Vec<ServerView>,
    /// Only directed links that are cut or unlike the others.
    pub links: Vec<LinkView>,
    /// In flight, held, or lost within the last second.
    pub messages: Vec<MessageView>,
    pub log_first: u64,
    /// Before `logFirst` when the stretch is empty.
    pub log_last: u64,
    /// The highest last log index of any server.
    pub longest: u64,
}

#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ServerView {
    pub id: u16,
    #[tsify(type = "Status")]
    pub status: &'static str,
    #[tsify(type = "Role")]
    pub role: &'static str,
    pub current_term: u64,
    #[tsify(type = "number | null")]
    pub voted_for: Option<u16>,
    #[tsify(type = "number | null")]
    pub leader: Option<u16>,
    /// Votes that a candidate has received, its own included.
    pub votes: Vec<u16>,
    pub votes_needed: u64,
    pub commit_index: u64,
    pub last_applied: u64,
    pub last_log: EntryId,
    #[tsify(type = "TimerView | null")]
    pub timer: Option<TimerView>,
    /// Of a leader.
    #[tsify(type = "PeerView[] | null")]
    pub peers: Option<Vec<PeerView>>,
    /// The last entry that the log's snapshot replaces.
    #[tsify(type = "EntryId | null")]
    pub snapshot: Option<EntryId>,
    pub entries: Vec<EntryView>,
    /// The log is durable up to here.
    pub synced_index: u64,
    pub disk_bytes: u64,
    pub unsynced_bytes: u64,
    /// The last entry that its service has applied.
    pub applied: u64,
    /// In thousandths of a percent; 100,000 is exact.
    pub clock_rate: u32,
    /// The difference between its disk and those that the run began with, in words; empty: none.
    #[tsify(type = "DiskMark")]
    pub disk_mark: &'static str,
    /// The crash that is planned for one of its writes: `between log and snapshot`.
    #[tsify(type = "string | null")]
    pub planned: Option<String>,
}

#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TimerView {
    #[tsify(type = "TimerKind")]
    pub kind: &'static str,
    pub set_at: u64,
    pub fires_at: u64,
}

#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PeerView {
    pub id: u16,
    pub next_index: u64,
    pub match_index: u64,
    /// The last index sent and not answered yet; 0: none.
    pub in_flight: u64,
}

#[derive(Serialize, Tsify)]
pub struct EntryId {
    pub index: u64,
    pub term: u64,
}

impl From<raft_core::EntryId> for EntryId {
    fn from(id: raft_core::EntryId) -> Self {
        Self { index: id.index.0, term: id.term.0 }
    }
}

#[derive(Serialize, Tsify)]
pub struct EntryView {
    pub index: u64,
    pub term: u64,
    /// Without who asks, printable and shortened.
    pub command: String,
    /// As far as this server knows.
    pub committed: bool,
    pub applied: bool,
    pub synced: bool,
}

#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    pub from: u16,
    pub to: u16,
    pub cut: bool,
    pub loss: u16,
    pub latency_min: u64,
    pub latency_max: u64,
    pub duplicate: u16,
    pub reorder: u16,
}

#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    pub id: u64,
    pub from: u16,
    pub to: u16,
    pub term: u64,
    #[tsify(type = "RpcName")]
    pub rpc: &'static str,
    pub reply: bool,
    /// An `AppendEntries` without entries, or the reply to one.
    pub heartbeat: bool,
    /// A reply that says no.
    pub refused: bool,
    /// Its load: "21-22", "22", "…12" or "".
    pub label: String,
    #[tsify(type = "MessageMark")]
    pub state: &'static str,
    pub sent_at: u64,
    pub arrives_at: u64,
    /// The moment at which it was held or lost; its place is (t - sentAt) / (arrivesAt - sentAt) for t = this, or now.
    #[tsify(type = "number | null")]
    pub stopped_at: Option<u64>,
    /// The request that this reply answers.
    #[tsify(type = "number | null")]
    pub answers: Option<u64>,
}
