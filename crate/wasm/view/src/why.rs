//! Answers to "Why?", as the page reads them.

use serde::Serialize;
use tsify::Tsify;

/// An answer: a sentence or two, and what it rests on.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Answer {
    pub says: String,
    pub because: Vec<Reason>,
}

/// One thing that an answer rests on.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Reason {
    pub says: String,
    #[tsify(type = "number | null")]
    pub server: Option<u16>,
    #[tsify(type = "number | null")]
    pub message: Option<u64>,
    /// The moment of the event; null: it is so now.
    #[tsify(type = "number | null")]
    pub at: Option<u64>,
    /// The steps up to the event and with it.
    #[tsify(type = "number | null")]
    pub step: Option<u64>,
}

impl From<raft_run::why::Answer> for Answer {
    fn from(answer: raft_run::why::Answer) -> Self {
        Self { says: answer.says, because: answer.because.into_iter().map(Reason::from).collect() }
    }
}

impl From<raft_run::why::Reason> for Reason {
    fn from(reason: raft_run::why::Reason) -> Self {
        Self {
            says: reason.says,
            server: reason.server.map(|server| server.0),
            message: reason.message,
            at: reason.event.map(|(at, _)| at.0),
            step: reason.event.map(|(_, step)| step),
        }
    }
}
