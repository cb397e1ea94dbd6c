//! The properties hold in every state of small worlds of the correct core, and bugs have a shortest path to a violation.
//! The findings for each mistake are in `tests/explore.rs` of the workspace, which also opens the paths as runs.

use raft_core::Bug;
use raft_core::ServerId;
use raft_explore::{Bounds, End, Explored, StepAction, Violation, explore};

fn run(bounds: &Bounds, broken: &[&str]) -> Explored {
    let named = |name: &&str| Bug::named(name).unwrap_or_else(|| panic!("no bug {name}"));
    let bugs: Vec<Bug> = broken.iter().map(named).collect();
    explore(bounds, &bugs, &mut |_| true)
}

fn violation(bounds: &Bounds, broken: &str) -> Violation {
    match run(bounds, &[broken]).end {
        End::Violated(violation) => violation,
        end => panic!("{broken}: {end:?}"),
    }
}

/// Bounds within which the exploration ends by itself.
fn small() -> Vec<Bounds> {
    let bounds = Bounds::default();
    vec![
        Bounds { terms: 2, commands: 0, in_flight: 2, ..bounds.clone() },
        Bounds { terms: 1, commands: 2, ..bounds.clone() },
        Bounds { terms: 1, commands: 1, crashes: 1, drops: 1, ..bounds.clone() },
        Bounds { terms: 1, commands: 1, snapshots: 1, duplicates: 1, ..bounds.clone() },
        Bounds { terms: 3, commands: 2, timeouts: Some(3), ..bounds.clone() },
        Bounds { servers: 2, terms: 2, commands: 1, crashes: 1, in_flight: 2, ..bounds.clone() },
        Bounds { servers: 4, terms: 1, commands: 0, ..bounds },
    ]
}

#[test]
fn the_correct_core_keeps_every_property_in_every_state() {
    for bounds in small() {
        let explored = run(&bounds, &[]);
        assert_eq!(explored.end, End::Complete, "{bounds:?}");
        assert!(explored.progress.states > 1_000, "{bounds:?}: {:?}", explored.progress);
    }
}

#[test]
fn timeouts_are_counted_the_heartbeats_of_a_leader_too() {
    let bounds = Bounds { terms: 3, commands: 0, in_flight: 2, ..Bounds::default() };
    let states = |timeouts| {
        let explored = run(&Bounds { timeouts, ..bounds.clone() }, &[]);
        assert_eq!(explored.end, End::Complete, "{timeouts:?}");
        explored.progress.states
    };
    let (one, two, three) = (states(Some(1)), states(Some(2)), states(Some(3)));
    assert!(one * 10 < two && two * 10 < three, "{one} {two} {three}");
}

#[test]
fn a_path_is_told_in_words_under_the_same_names_throughout() {
    let told = violation(&Bounds { commands: 0, ..Bounds::default() }, "OldLeaderKeepsLeading");
    let words: Vec<&str> = told.path.iter().map(|told| &told.words[..]).collect();
    assert_eq!(
        words,
        [
            "the election timer of S1 runs out",
            "arrives: RequestVote, log ends at 0@0 (term 1), from S1 to S2",
            "the election timer of S2 runs out",
            "arrives: RequestVote, log ends at 0@0 (term 2), from S2 to S3",
            "arrives: vote granted (term 1), from S2 to S1",
            "arrives: vote granted (term 2), from S3 to S2",
            "arrives: heartbeat after 0@0, commit 0 (term 2), from S2 to S1",
        ]
    );
    assert_eq!(told.words, "S2 and S1 lead term 2");
    // The same to be carried out elsewhere: of six messages, the fourth is S2's request to S3, the fifth the first vote.
    let deeds: Vec<StepAction> = told.path.iter().map(|told| told.action).collect();
    let timeout = |server| StepAction::Timeout(ServerId(server));
    assert_eq!(
        deeds,
        [
            timeout(1),
            StepAction::Deliver(0),
            timeout(2),
            StepAction::Deliver(4),
            StepAction::Deliver(2),
            StepAction::Deliver(5),
            StepAction::Deliver(8),
        ]
    );
    let sends: Vec<usize> = told.path.iter().map(|told| told.sends.len()).collect();
    assert_eq!(sends, [2, 1, 2, 1, 2, 2, 0]);
    assert!(told.path[4].rules.contains(&"becomes leader of term 1 with 2 votes".to_owned()));
    assert!(told.to_string().ends_with("Election Safety is violated: S2 and S1 lead term 2"));
}

/// A path through a rule that is obeyed does not depend on the treatment of symmetric states.
#[test]
fn states_that_differ_in_names_only_come_to_the_same() {
    let bounds = Bounds { commands: 0, ..Bounds::default() };
    let whole = Bounds { symmetry: false, ..bounds.clone() };
    let (few, many) = (run(&bounds, &[]), run(&whole, &[]));
    assert_eq!((few.end, many.end), (End::Complete, End::Complete));
    let (few, many) = (few.progress, many.progress);
    assert_eq!(few.depth, many.depth);
    assert!(few.states * 5 < many.states && many.states <= few.states * 6, "{few:?} {many:?}");
    for name in ["OldLeaderKeepsLeading", "IgnoreStaleReply", "RefuseSecondVote"] {
        let (a, b) = (violation(&bounds, name), violation(&whole, name));
        assert_eq!((a.property, a.path.len()), (b.property, b.path.len()), "{name}");
    }
}

#[test]
fn bounds_end_an_exploration() {
    let bounds = Bounds::default();
    let deep = run(&Bounds { depth: 5, ..bounds.clone() }, &[]);
    assert_eq!((deep.end, deep.progress.depth), (End::Deep, 4));
    let full = run(&Bounds { states: 1_000, ..bounds.clone() }, &[]);
    assert_eq!(full.end, End::Full);
    assert!((1_000..1_100).contains(&full.progress.states));
    assert_eq!(explore(&bounds, &[], &mut |_| false).end, End::Stopped);
    for (wrong, says) in [
        (Bounds { servers: 6, ..bounds.clone() }, "6 servers cannot be explored: 2 to 5 can"),
        (Bounds { terms: 0, ..bounds.clone() }, "terms can be 1 to 15, not 0"),
        (Bounds { timeouts: Some(0), ..bounds.clone() }, "timeouts can be 1 to 15, not 0"),
        (Bounds { crashes: 16, ..bounds.clone() }, "crashes can be 0 to 15, not 16"),
        (Bounds { states: 0, ..bounds }, "states can be 1 to 4294967295, not 0"),
    ] {
        assert_eq!(wrong.check(), Err(says.to_owned()));
    }
}
