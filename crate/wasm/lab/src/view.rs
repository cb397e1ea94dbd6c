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
    /// The years in which the course ran it so; null: it does now.
    #[tsify(type = "string | null")]
    pub years: Option<&'static str>,
}

impl LabTest {
    pub(crate) fn of(test: &Test) -> Self {
        let &Test { name, title, servers, reliable, snapshots, years, .. } = test;
        Self { name, title, part: test.part(), servers, reliable, snapshots, years }
    }
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
