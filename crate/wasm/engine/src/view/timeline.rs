//! The outline of a run.

use serde::Serialize;
use tsify::Tsify;

/// The outline of the run, for painting a strip.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct Timeline {
    pub terms: Vec<TermMark>,
    pub leaders: Vec<LeadershipMark>,
    pub down: Vec<DowntimeMark>,
    pub cut: Vec<CutMark>,
    pub elections: Vec<ElectionMark>,
    pub commits: Vec<CommitMark>,
    pub commands: Vec<CommandMark>,
    pub violations: Vec<ViolationMark>,
}

/// The first violation of a property.
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
pub struct LeadershipMark {
    pub server: u16,
    pub term: u64,
    pub from: u64,
    #[tsify(type = "number | null")]
    pub to: Option<u64>,
}

#[derive(Serialize, Tsify)]
pub struct DowntimeMark {
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
