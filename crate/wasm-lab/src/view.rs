//! The shapes that the page reads. Their TypeScript types are derived from here.

#![allow(missing_docs, reason = "the fields are the course's columns; what needs a word has one")]

use raft_lab::{Outcome, Test};
use serde::Serialize;
use tsify::Tsify;

/// One of the lab's tests.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct LabTest {
    pub name: &'static str,
    /// What the course prints.
    pub title: &'static str,
    /// "3A" to "3D".
    pub part: &'static str,
    pub servers: u16,
    /// Whether the network is.
    pub reliable: bool,
    /// Whether services take snapshots.
    pub snapshots: bool,
}

impl LabTest {
    pub(crate) fn of(test: &Test) -> Self {
        let &Test { name, title, servers, reliable, snapshots, .. } = test;
        Self { name, title, part: part(name), servers, reliable, snapshots }
    }
}

/// The part of the lab is at the end of a test's name.
fn part(name: &'static str) -> &'static str {
    name.split_at_checked(name.len().saturating_sub(2)).map_or("", |(_, part)| part)
}

/// What a run of a test came to.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct LabOutcome {
    pub name: &'static str,
    pub seed: String,
    pub passed: bool,
    #[tsify(type = "string | null")]
    pub failure: Option<String>,
    /// Virtual microseconds.
    pub time: u64,
    pub rpcs: u64,
    pub bytes: u64,
    pub commands: u64,
    pub events: u64,
}

impl LabOutcome {
    pub(crate) fn of(test: &Test, seed: u64, outcome: Outcome) -> Self {
        let Outcome { failure, time, calls, bytes, commands, events } = outcome;
        Self {
            name: test.name,
            seed: seed.to_string(),
            passed: failure.is_none(),
            failure: failure.map(|failure| failure.to_string()),
            time: time.0,
            rpcs: calls,
            bytes,
            commands,
            events,
        }
    }
}
