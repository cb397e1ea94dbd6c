//! `NextIndexForward`: a leader that believes old refusals. It violates no property and costs calls.

use raft_core::{Bug, Mistake};
use raft_lab::{Mutation, Test, all, run_mutated};
use raft_swarm::search::{Search, SearchSettings};

const MUTATION: Mutation = Mutation { rules: &[], settings: &["broken NextIndexForward"] };

fn named(name: &str) -> &'static Test {
    all().find(|test| test.name == name).expect("the suite has a test of this name")
}

/// These tests lose and delay messages, or have logs that part in many terms.
#[test]
fn the_labs_tests_of_lost_and_late_messages_pass_with_it() {
    let mut failed = Vec::new();
    for name in [
        "TestBackup3B",
        "TestUnreliableAgree3C",
        "TestFigure8Unreliable3C",
        "TestUnreliableChurn3C",
        "TestSnapshotInstallUnreliable3D",
    ] {
        for seed in 1..=20 {
            let failure = run_mutated(named(name), seed, &MUTATION).failure;
            failed.extend(failure.map(|failure| format!("{name}, seed {seed}: {failure}")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_lab_counts_too_many_calls() {
    let failure = run_mutated(named("TestCount3B"), 7, &MUTATION).failure.expect("it counts calls");
    assert!(failure.what.contains("expected at most 42 RPCs"), "{failure}");
    let right = Mutation { rules: &[], settings: &[] };
    assert!(run_mutated(named("TestCount3B"), 7, &right).failure.is_none());
}

#[test]
fn a_search_finds_nothing() {
    let mut search = Search::new(SearchSettings::of(Bug::Mistake(Mistake::NextIndexForward), 1, 1));
    assert!(!search.find(150), "{:?}", search.found());
}
