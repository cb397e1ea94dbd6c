//! Pages of the journal, and remarks.

use serde::Serialize;
use tsify::Tsify;

/// A query for lines of the journal.
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
    /// Number of kept records that match.
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

/// A remark on a stretch of the run.
#[derive(Serialize, Tsify)]
pub struct Remark {
    pub from: u64,
    pub to: u64,
    #[tsify(type = "Lane")]
    pub lane: &'static str,
    #[tsify(type = "RemarkVerdict")]
    pub verdict: &'static str,
    pub asked: String,
    pub answered: String,
}

impl From<&raft_run::remark::Remark> for Remark {
    fn from(remark: &raft_run::remark::Remark) -> Self {
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
