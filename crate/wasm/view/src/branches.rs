//! Opened runs, their branches, and how those differ.

use crate::ServerView;
use serde::Serialize;
use tsify::Tsify;

/// The result of executing a run's text again.
#[derive(Clone, Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct Opened {
    #[tsify(type = "VerdictName")]
    pub verdict: &'static str,
    /// The verdict in words.
    pub says: String,
    /// The engine that made the text, when it is another one.
    #[tsify(type = "string | null")]
    pub engine: Option<String>,
    #[tsify(type = "string | null")]
    pub name: Option<String>,
    /// The moment to show.
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
    /// The place at which it left another branch; null: it is the first.
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

/// The result of carrying later commands over into a branch.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Carried {
    /// The number of commands that were carried out again.
    pub kept: u64,
    pub renumbered: Vec<Renumbered>,
    pub left_out: Vec<LeftOut>,
}

/// A command about a message that has another number in this branch.
#[derive(Serialize, Tsify)]
pub struct Renumbered {
    pub at: u64,
    pub was: String,
    pub is: String,
}

/// A command that made no sense in this branch, and why.
#[derive(Serialize, Tsify)]
pub struct LeftOut {
    pub at: u64,
    pub command: String,
    pub why: String,
}
