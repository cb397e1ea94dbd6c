//! The tests of the lab, each under seeds 1 to 20: the right core passes, a wrong one is found out.

use raft_lab::{
    CONTROLS, EARLIER, Mutation, Outcome, TESTS, Test, all, record, record_mutated, run,
    run_mutated,
};
use raft_playground_tests::broken;
use raft_playground_tests::link::link;
use raft_run::load::{self, Verdict as Same};
use raft_run::remark::{Lane, Remark, Verdict};
use raft_run::{Time, Trace, World};
use std::collections::BTreeSet;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=20;

fn named(name: &str) -> &'static Test {
    all().find(|test| test.name == name).expect("the suite has a test of this name")
}

fn passes(name: &str) {
    let test = named(name);
    for seed in SEEDS {
        if let Some(failure) = run(test, seed).failure {
            let open = link(record(test, seed).1, failure.at);
            panic!("{failure}\nagain: raft-playground lab {name} --seeds {seed}\n{open}");
        }
    }
}

/// The test's control fails it for the reason that it names.
fn notices(name: &str) {
    let control = CONTROLS.iter().find(|control| control.test == name).expect("it has a control");
    let (test, mutation) = (named(name), control.mutation);
    let mut heard = BTreeSet::new();
    let seed = SEEDS.into_iter().find(|&seed| {
        let failure = run_mutated(test, seed, &mutation).failure.map(|failure| failure.what);
        let found = failure.as_ref().is_some_and(|what| what.contains(control.says));
        heard.extend(failure);
        found
    });
    let Some(seed) = seed else {
        panic!("{name}: {}\nexpected: {}\nsaw: {heard:#?}", control.why, control.says);
    };
    let (outcome, trace) = record_mutated(test, seed, &mutation);
    is_the_run(name, &trace, &outcome);
    let failed = trace.remarks.iter().filter(|remark| remark.verdict == Verdict::Failed);
    assert!(failed.into_iter().any(|remark| remark.answered.contains(control.says)), "{name}");
    if !mutation.rules.is_empty() {
        let right = run_mutated(test, seed, &Mutation { rules: &[], ..mutation });
        assert!(right.failure.is_none(), "{name}: it is not the broken rule that fails it");
    }
}

/// A trace is the run: read back from its text and executed again, it ends as the lab's own world did.
fn is_the_run(name: &str, trace: &Trace, outcome: &Outcome) -> World {
    let text = trace.to_string();
    assert_eq!(text.parse().as_ref(), Ok(trace), "{name}: it is read back as it was written");
    let loaded = load::load(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let Same::Identical { events, .. } = loaded.verdict else {
        panic!("{name}: {}", loaded.verdict)
    };
    assert_eq!((events, loaded.run.world().events()), (outcome.events, outcome.events), "{name}");
    let end = loaded.run.world().now();
    for remark in &trace.remarks {
        assert!(remark.from <= remark.to && remark.to <= end, "{name}, {end}: {remark}");
    }
    loaded.run.world().clone()
}

fn of(trace: &Trace, lane: Lane) -> impl Iterator<Item = &Remark> {
    trace.remarks.iter().filter(move |remark| remark.lane == lane)
}

/// The test's run under seed 1 as a trace.
fn is_traced(name: &str) {
    let (outcome, trace) = record(named(name), 1);
    assert_eq!(outcome.events, run(named(name), 1).events, "being watched changes nothing");
    let mut world = is_the_run(name, &trace, &outcome);
    assert_eq!(broken(&mut world), [""; 0], "{name}: every property holds");
    let whole = of(&trace, Lane::Test).next().expect("the test itself");
    assert_eq!((whole.verdict, whole.from, whole.to), (Verdict::Passed, Time(0), outcome.time));
    assert!(whole.asked.starts_with(name) && whole.answered == "passed");
    assert!(of(&trace, Lane::Checker).any(|check| check.verdict == Verdict::Passed));
    assert!(of(&trace, Lane::Checker).all(|check| check.verdict != Verdict::Failed));
    // One state of faults follows the other; what lasts no time stands for itself.
    let faults: Vec<_> = of(&trace, Lane::Faults).filter(|fault| fault.from < fault.to).collect();
    assert!(faults.windows(2).all(|two| two[0].to <= two[1].from));
}

macro_rules! lab {
    ($($function:ident $name:literal)*) => {
        $(
            mod $function {
                #[test]
                fn the_core_passes() {
                    super::passes($name);
                }

                #[test]
                fn a_wrong_core_is_found_out() {
                    super::notices($name);
                }

                #[test]
                fn its_trace_is_its_run() {
                    super::is_traced($name);
                }
            }
        )*

        #[test]
        fn every_test_of_the_suite_is_here() {
            let here = BTreeSet::from([$($name),*]);
            let suite: BTreeSet<&str> = all().map(|test| test.name).collect();
            assert_eq!(here, suite);
            assert_eq!((TESTS.len(), EARLIER.len()), (28, 2));
        }
    };
}

lab! {
    initial_election_3a "TestInitialElection3A"
    re_election_3a "TestReElection3A"
    many_elections_3a "TestManyElections3A"
    basic_agree_3b "TestBasicAgree3B"
    rpc_bytes_3b "TestRPCBytes3B"
    follower_failure_3b "TestFollowerFailure3B"
    leader_failure_3b "TestLeaderFailure3B"
    fail_agree_3b "TestFailAgree3B"
    fail_no_agree_3b "TestFailNoAgree3B"
    concurrent_starts_3b "TestConcurrentStarts3B"
    rejoin_3b "TestRejoin3B"
    backup_3b "TestBackup3B"
    count_3b "TestCount3B"
    persist_1_3c "TestPersist13C"
    persist_2_3c "TestPersist23C"
    persist_3_3c "TestPersist33C"
    figure_8_3c "TestFigure83C"
    unreliable_agree_3c "TestUnreliableAgree3C"
    figure_8_unreliable_3c "TestFigure8Unreliable3C"
    reliable_churn_3c "TestReliableChurn3C"
    unreliable_churn_3c "TestUnreliableChurn3C"
    snapshot_basic_3d "TestSnapshotBasic3D"
    snapshot_install_3d "TestSnapshotInstall3D"
    snapshot_install_unreliable_3d "TestSnapshotInstallUnreliable3D"
    snapshot_install_crash_3d "TestSnapshotInstallCrash3D"
    snapshot_install_un_crash_3d "TestSnapshotInstallUnCrash3D"
    snapshot_all_crash_3d "TestSnapshotAllCrash3D"
    snapshot_init_3d "TestSnapshotInit3D"
    snapshot_all_crash_3d_reliable "TestSnapshotAllCrash3D-reliable"
    snapshot_init_3d_reliable "TestSnapshotInit3D-reliable"
}

#[test]
fn every_test_has_a_control() {
    let controlled: Vec<&str> = CONTROLS.iter().map(|control| control.test).collect();
    assert_eq!(controlled, all().map(|test| test.name).collect::<Vec<_>>());
}

#[test]
fn a_trace_tells_what_was_asked_and_what_came_back() {
    let said = |name: &str, lane: Lane| -> Vec<String> {
        let (_, trace) = record(named(name), 1);
        of(&trace, lane).map(|remark| format!("{} > {}", remark.asked, remark.answered)).collect()
    };
    assert_eq!(
        said("TestLeaderFailure3B", Lane::Checker),
        [
            "agreement of 3 servers on 101 > index 1",
            "one leader > S1, term 1",
            "agreement of 2 servers on 102 > index 2",
            "agreement of 2 servers on 103 > index 3",
            "one leader > S2, term 2",
            "nothing committed at index 4 > nobody has applied it",
        ]
    );
    assert_eq!(
        said("TestLeaderFailure3B", Lane::Commands),
        ["command 104 to S1 S2 S3 > S1 takes it as 2@1, S2 takes it as 4@2"]
    );
    assert_eq!(said("TestLeaderFailure3B", Lane::Faults), ["S1 | S2 S3 > ", "S1 | S2 | S3 > "]);
    assert_eq!(
        said("TestBackup3B", Lane::Commands)[0],
        "50 commands to S1 > S1 takes them as 2@1 to 51@1"
    );
    assert_eq!(
        said("TestPersist13C", Lane::Faults)[..3],
        [
            "S1 S2 S3 crash and restart at once > ",
            "S1 crash and restart at once > ",
            "S2 S3 · S1 crashed > ",
        ]
    );
    assert!(
        said("TestFigure8Unreliable3C", Lane::Test).contains(&"network lab-reordering > ".into())
    );
}

/// A core for which time stands still, in events or in commands, is stopped and said to be so.
#[test]
fn what_has_no_end_is_cut_short_and_its_trace_with_it() {
    use raft_core::Rule;
    for (name, rules, says) in [
        ("TestFailAgree3B", &[Rule::BackUp], "expected at most 500000 events"),
        (
            "TestReliableChurn3C",
            &[Rule::CommitByCounting],
            "expected at most 1000 commands at one moment",
        ),
    ] {
        let (outcome, trace) =
            record_mutated(named(name), 1, &Mutation { rules, ..Mutation::NONE });
        let failure = outcome.failure.as_ref().expect("it fails").to_string();
        assert!(failure.contains(says), "{failure}");
        is_the_run(name, &trace, &outcome);
        assert!(of(&trace, Lane::Test).any(|test| test.verdict == Verdict::Failed));
    }
}
