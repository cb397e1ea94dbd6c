//! A server, a message and an entry, as the inspector shows them.

use crate::{EntryId, EntryView, MessageView};
use serde::Serialize;
use std::borrow::Cow;
use tsify::Tsify;

/// One server, for the inspector.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct ServerDetail {
    pub id: u16,
    #[tsify(type = "Status")]
    pub status: &'static str,
    /// Null when crashed: nothing is in memory.
    #[tsify(type = "Field[] | null")]
    pub memory: Option<Vec<Field>>,
    pub disk: DiskView,
    pub table: Vec<KeyValue>,
    /// Number of rows of the table that are left out.
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
    /// Number of records before them.
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
    /// Its meaning, in one sentence.
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
    #[tsify(type = "OperationName")]
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
