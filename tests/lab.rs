//! The 28 tests of the lab, each under seeds 1 to 20.

use raft_lab::{TESTS, run};
use std::collections::BTreeSet;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=20;

fn passes(name: &str) {
    let test =
        TESTS.iter().find(|test| test.name == name).expect("the suite has a test of this name");
    for seed in SEEDS {
        if let Some(failure) = run(test, seed).failure {
            panic!("{failure}\nagain: raft-playground lab {name} --seeds {seed}");
        }
    }
}

macro_rules! lab {
    ($($function:ident $name:literal)*) => {
        $(
            #[test]
            fn $function() {
                passes($name);
            }
        )*

        #[test]
        fn every_test_of_the_suite_is_here() {
            let here = BTreeSet::from([$($name),*]);
            let suite: BTreeSet<&str> = TESTS.iter().map(|test| test.name).collect();
            assert_eq!(here, suite);
            assert_eq!(TESTS.len(), 28);
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
}

/// The lab's tests notice a core that is wrong: each of these breaks one rule, and one test says why.
#[test]
fn a_wrong_core_is_noticed_for_the_right_reason() {
    use raft_core::{Rule, RuleSet};
    for (name, rule, says) in [
        ("TestInitialElection3A", Rule::IncrementTerm, "expected a term of at least 1, saw 0"),
        ("TestReElection3A", Rule::WinElection, "expected no leader, but"),
        ("TestFollowerFailure3B", Rule::CommitByCounting, "expected nothing committed at index 4"),
        ("TestFailNoAgree3B", Rule::CommitByCounting, "expected nothing committed at index 2"),
        ("TestRejoin3B", Rule::RefuseOutdatedLog, "applied different commands at index 2"),
        ("TestBackup3B", Rule::DeleteConflict, "applied different commands"),
        ("TestPersist33C", Rule::RefuseOutdatedLog, "applied different commands at index 2"),
        ("TestFigure8Unreliable3C", Rule::SkipConflictingTerm, "to agree on"),
    ] {
        let test = TESTS.iter().find(|test| test.name == name).expect("the suite has it");
        let broken = RuleSet::NONE.with(rule);
        let mut failures =
            SEEDS.filter_map(|seed| raft_lab::run_broken(test, seed, broken).failure);
        assert!(
            failures.any(|failure| failure.what.contains(says)),
            "{name} without {rule}: {says}"
        );
    }
}
