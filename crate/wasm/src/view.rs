//! The shapes that the page reads. Their TypeScript types are derived from here.
//!
//! Times are virtual microseconds since the start of the run, shares are per thousand, sizes are bytes,
//! servers are numbered from 1.

#![allow(missing_docs, reason = "the fields carry the paper's names; what needs a word has one")]

use serde::Serialize;
use std::borrow::Cow;
use tsify::Tsify;

/// How far an advance came.
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
    /// How many promises were broken until then.
    pub broken: u64,
}

/// Which stretch of the logs a frame holds.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct FrameView {
    /// The first index; null: follow the end of the longest log.
    #[tsify(type = "number | null")]
    pub log_first: Option<u64>,
    pub log_count: u64,
}

/// What the page draws.
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
    /// How many promises hold, of those that something has happened about.
    pub holding: u64,
    /// How many were broken.
    pub fallen: u64,
    /// How many were broken after Raft had lost something that it builds on.
    pub outside: u64,
    /// How many clients there have ever been.
    pub clients: u16,
    /// How many rules are not obeyed, and mistakes made, on purpose.
    pub wrong: u64,
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
    #[tsify(type = "\"up\" | \"crashed\" | \"paused\"")]
    pub status: &'static str,
    #[tsify(type = "\"follower\" | \"candidate\" | \"leader\"")]
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
    /// Per thousand; 1000 is exact.
    pub clock_rate: u32,
    /// Its disk says at once that a write is durable, which is not so.
    pub disk_lies: bool,
}

#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TimerView {
    #[tsify(type = "\"election\" | \"heartbeat\"")]
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
    #[tsify(type = "\"RequestVote\" | \"AppendEntries\" | \"InstallSnapshot\"")]
    pub rpc: &'static str,
    pub reply: bool,
    /// An `AppendEntries` without entries, or the reply to one.
    pub heartbeat: bool,
    /// A reply that says no.
    pub refused: bool,
    /// What it carries: "21-22", "22", "…12" or "".
    pub label: String,
    #[tsify(type = "\"flying\" | \"held\" | \"lost\"")]
    pub state: &'static str,
    pub sent_at: u64,
    pub arrives_at: u64,
    /// When it was held or lost; its place is (t - sentAt) / (arrivesAt - sentAt) for t = this, or now.
    #[tsify(type = "number | null")]
    pub stopped_at: Option<u64>,
    /// The request that this reply answers.
    #[tsify(type = "number | null")]
    pub answers: Option<u64>,
}

/// One server, for the inspector.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct ServerDetail {
    pub id: u16,
    #[tsify(type = "\"up\" | \"crashed\" | \"paused\"")]
    pub status: &'static str,
    /// Null when crashed: nothing is in memory.
    #[tsify(type = "Field[] | null")]
    pub memory: Option<Vec<Field>>,
    pub disk: DiskView,
    pub table: Vec<KeyValue>,
    /// How many rows of the table are left out.
    pub table_more: u64,
    pub applied: u64,
    /// Entries of the log that the service has not applied.
    pub pending: Vec<Pending>,
}

#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DiskView {
    pub bytes: u64,
    pub current_term: u64,
    #[tsify(type = "number | null")]
    pub voted_for: Option<u16>,
    #[tsify(type = "SnapshotView | null")]
    pub snapshot: Option<SnapshotView>,
    #[tsify(type = "LogRange | null")]
    pub log: Option<LogRange>,
    /// The newest records, in order.
    pub records: Vec<DiskRecord>,
    /// How many records stand before them.
    pub earlier: u64,
    /// The newest bytes of the write-ahead log: offset, hexadecimal, text.
    pub hex: String,
    /// Why a restart would fail.
    #[tsify(type = "string | null")]
    pub problem: Option<String>,
}

#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotView {
    pub last_included: EntryId,
    pub bytes: u64,
    pub table: Vec<KeyValue>,
    pub more: u64,
}

#[derive(Serialize, Tsify)]
pub struct LogRange {
    pub first: EntryId,
    pub last: EntryId,
}

#[derive(Serialize, Tsify)]
pub struct DiskRecord {
    pub offset: u64,
    pub bytes: u64,
    pub text: String,
    pub synced: bool,
}

#[derive(Serialize, Tsify)]
pub struct Field {
    pub name: Cow<'static, str>,
    pub value: String,
    /// What it means, in one sentence.
    pub hint: &'static str,
}

#[derive(Serialize, Tsify)]
pub struct KeyValue {
    pub key: String,
    pub value: String,
    /// The entry that wrote it.
    pub index: u64,
}

#[derive(Serialize, Tsify)]
pub struct Pending {
    pub index: u64,
    pub key: String,
    pub value: String,
    #[tsify(type = "\"put\" | \"append\" | \"get\"")]
    pub op: &'static str,
}

/// One message, for the inspector.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct MessageDetail {
    pub view: MessageView,
    pub fields: Vec<Field>,
    pub entries: Vec<EntryView>,
    pub bytes: u64,
}

/// One entry of one server's log, for the inspector.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct EntryDetail {
    pub index: u64,
    pub term: u64,
    pub command: String,
    pub bytes: u64,
    /// The servers whose logs hold this very entry.
    pub holders: Vec<u16>,
    pub committed: bool,
    pub applied: bool,
    pub synced: bool,
}

/// Which records are wanted.
#[derive(Tsify)]
pub struct JournalQuery {
    #[tsify(type = "number | null")]
    pub server: Option<u16>,
    #[tsify(type = "JournalKind[]")]
    pub kinds: Vec<String>,
    /// The first of the matching lines; null: the last `count`.
    #[tsify(type = "number | null")]
    pub first: Option<u64>,
    pub count: u64,
}

#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct JournalPage {
    /// How many kept records match.
    pub total: u64,
    pub first: u64,
    pub lines: Vec<JournalLine>,
    /// Older records that are no longer kept.
    pub dropped: u64,
    /// The moment up to which it tells.
    pub until: u64,
}

#[derive(Serialize, Tsify)]
pub struct JournalLine {
    pub seq: u64,
    /// The events and commands up to and with it.
    pub step: u64,
    pub event: u64,
    pub at: u64,
    #[tsify(type = "number | null")]
    pub server: Option<u16>,
    #[tsify(type = "JournalKind")]
    pub kind: &'static str,
    pub text: String,
    #[tsify(type = "string | null")]
    pub rule: Option<&'static str>,
    #[tsify(type = "string | null")]
    pub section: Option<&'static str>,
    /// The message that it is about, or in whose handling it happened.
    #[tsify(type = "number | null")]
    pub message: Option<u64>,
}

/// What re-executing a run's text came to.
#[derive(Clone, Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct Opened {
    #[tsify(type = "\"unchecked\" | \"identical\" | \"diverged\"")]
    pub verdict: &'static str,
    /// The verdict in words.
    pub says: String,
    /// The engine that made the text, when it is another one.
    #[tsify(type = "string | null")]
    pub engine: Option<String>,
    #[tsify(type = "string | null")]
    pub name: Option<String>,
    /// Where to look.
    #[tsify(type = "Show | null")]
    pub show: Option<Show>,
}

/// A moment to look at, and a server to look at there.
#[derive(Clone, Serialize, Tsify)]
pub struct Show {
    pub at: u64,
    #[tsify(type = "number | null")]
    pub server: Option<u16>,
}

/// One of several runs that have a beginning in common.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct BranchView {
    pub id: u64,
    pub name: String,
    pub current: bool,
    /// Where it left which other branch; null: it is the first.
    #[tsify(type = "ForkView | null")]
    pub fork: Option<ForkView>,
    /// The end of what has happened in it.
    pub end: u64,
    pub events: u64,
}

#[derive(Serialize, Tsify)]
pub struct ForkView {
    pub from: u64,
    pub at: u64,
    pub step: u64,
    /// With what it began.
    pub command: String,
}

/// The first thing in which two branches differ; null where a branch has come to its end.
#[derive(Serialize, Tsify)]
pub struct Difference {
    #[tsify(type = "Happened | null")]
    pub here: Option<Happened>,
    #[tsify(type = "Happened | null")]
    pub there: Option<Happened>,
}

/// The servers of two branches at a moment, with the same stretch of their logs.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    pub here: Vec<ServerView>,
    pub there: Vec<ServerView>,
    /// Of each server, where its two logs differ: the first index of all, and those in the stretch.
    pub logs: Vec<Vec<u64>>,
    pub log_first: u64,
    /// Before `logFirst` when the stretch is empty.
    pub log_last: u64,
    /// The highest last log index of any server in either.
    pub longest: u64,
}

#[derive(Serialize, Tsify)]
pub struct Happened {
    pub at: u64,
    pub event: u64,
    /// Before it came, so many events and commands had been.
    pub before: u64,
    #[tsify(type = "number | null")]
    pub server: Option<u16>,
    pub text: String,
}

/// What somebody remarked on a stretch of the run.
#[derive(Serialize, Tsify)]
pub struct Remark {
    pub from: u64,
    pub to: u64,
    #[tsify(type = "\"checker\" | \"commands\" | \"faults\" | \"test\" | \"note\"")]
    pub lane: &'static str,
    #[tsify(type = "\"passed\" | \"failed\" | \"abandoned\" | \"said\"")]
    pub verdict: &'static str,
    pub asked: String,
    pub answered: String,
}

impl From<&raft_sim::remark::Remark> for Remark {
    fn from(remark: &raft_sim::remark::Remark) -> Self {
        Self {
            from: remark.from.0,
            to: remark.to.0,
            lane: remark.lane.name(),
            verdict: remark.verdict.name(),
            asked: remark.asked.clone(),
            answered: remark.answered.clone(),
        }
    }
}

/// The outline of the run, for painting a strip.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct Timeline {
    pub terms: Vec<TermMark>,
    pub leaders: Vec<ReignMark>,
    pub down: Vec<AbsenceMark>,
    pub cut: Vec<CutMark>,
    pub elections: Vec<ElectionMark>,
    pub commits: Vec<CommitMark>,
    pub commands: Vec<CommandMark>,
    pub violations: Vec<ViolationMark>,
}

/// When a promise was first broken, and which.
#[derive(Serialize, Tsify)]
pub struct ViolationMark {
    pub at: u64,
    #[tsify(type = "string")]
    pub property: &'static str,
}

#[derive(Serialize, Tsify)]
pub struct TermMark {
    pub term: u64,
    pub from: u64,
}

#[derive(Serialize, Tsify)]
pub struct ReignMark {
    pub server: u16,
    pub term: u64,
    pub from: u64,
    #[tsify(type = "number | null")]
    pub to: Option<u64>,
}

#[derive(Serialize, Tsify)]
pub struct AbsenceMark {
    pub server: u16,
    pub paused: bool,
    pub from: u64,
    #[tsify(type = "number | null")]
    pub to: Option<u64>,
}

#[derive(Serialize, Tsify)]
pub struct CutMark {
    pub from: u64,
    #[tsify(type = "number | null")]
    pub to: Option<u64>,
}

#[derive(Serialize, Tsify)]
pub struct ElectionMark {
    pub server: u16,
    pub term: u64,
    pub at: u64,
}

#[derive(Serialize, Tsify)]
pub struct CommitMark {
    pub index: u64,
    pub at: u64,
}

#[derive(Serialize, Tsify)]
pub struct CommandMark {
    pub at: u64,
    pub text: String,
}
