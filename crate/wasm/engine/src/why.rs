//! Answers to "Why?", as the page reads them.

#![allow(missing_docs, reason = "the fields carry what their names say; what needs a word has one")]

use raft_run::Run;
use raft_run::why::Question;
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

pub(crate) fn answer(run: &Run, question: Question) -> Answer {
    let answer = run.why(question);
    Answer { says: answer.says, because: answer.because.into_iter().map(reason).collect() }
}

pub(crate) fn reason(reason: raft_run::why::Reason) -> Reason {
    Reason {
        says: reason.says,
        server: reason.server.map(|server| server.0),
        message: reason.message,
        at: reason.event.map(|(at, _)| at.0),
        step: reason.event.map(|(_, step)| step),
    }
}
