//! The tests of the lab, each under seeds 1 to 20: the right core passes, a wrong one is found out.

use raft_lab::{CONTROLS, EARLIER, TESTS, Test, Wrong, all, run, run_wrong};
use std::collections::BTreeSet;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=20;

fn named(name: &str) -> &'static Test {
    all().find(|test| test.name == name).expect("the suite has a test of this name")
}

fn passes(name: &str) {
    let test = named(name);
    for seed in SEEDS {
        if let Some(failure) = run(test, seed).failure {
            panic!("{failure}\nagain: raft-playground lab {name} --seeds {seed}");
        }
    }
}

/// The test's control fails it for the reason that it names.
fn notices(name: &str) {
    let control = CONTROLS.iter().find(|control| control.test == name).expect("it has a control");
    let (test, wrong) = (named(name), control.wrong);
    let mut heard = BTreeSet::new();
    let seed = SEEDS.into_iter().find(|&seed| {
        let failure = run_wrong(test, seed, &wrong).failure.map(|failure| failure.what);
        let found = failure.as_ref().is_some_and(|what| what.contains(control.says));
        heard.extend(failure);
        found
    });
    let Some(seed) = seed else {
        panic!("{name}: {}\nexpected: {}\nsaw: {heard:#?}", control.why, control.says);
    };
    if !wrong.rules.is_empty() {
        let right = run_wrong(test, seed, &Wrong { rules: &[], ..wrong });
        assert!(right.failure.is_none(), "{name}: it is not the broken rule that fails it");
    }
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
