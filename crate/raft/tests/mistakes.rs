//! Each mistake of a node changes one decision: the same inputs, the right core beside the wrong one.

mod common;

use common::*;
use raft_core::{Index, Input, Mistake, Role, ServerId, Time};

fn take(index: u64) -> Input {
    Input::Snapshot { index: Index(index), data: "mine".into() }
}

#[test]
fn the_vote_is_left_out_of_what_is_written() {
    let differ = differences(Mistake::VoteNotPersisted, 3, |config| {
        step(&mut node_of(config, 3, None, log(&[1])), request(S2, 4, asks(1, 1)))
    });
    assert_eq!(differ, lines(["persist term 4 vote S2"], ["persist term 4 no vote"]));
}

#[test]
fn the_term_is_left_out_of_what_is_written() {
    let differ = differences(Mistake::TermNotPersisted, 3, |config| {
        step(&mut node_of(config, 3, None, log(&[1])), request(S2, 4, asks(1, 1)))
    });
    assert_eq!(differ, lines(["persist term 4 vote S2"], ["persist term 0 vote S2"]));
}

#[test]
fn entries_are_left_out_of_what_is_written() {
    let differ = differences(Mistake::EntriesNotPersisted, 3, |config| {
        let mut node = node_of(config, 2, None, log(&[]));
        let mut lines = step(&mut node, request(S2, 2, append((0, 0), &[1, 2], 1)));
        lines.extend(step(&mut node, take(1)));
        lines
    });
    let saves = |rest| format!("persist term 2 no vote, snapshot up to 1@1 (mine), {rest}");
    let (right, wrong) = (saves("2@2"), saves("nothing"));
    assert_eq!(differ, lines(["persist 1@1 2@2 from 1", &right], [&wrong]));
}

#[test]
fn the_snapshot_is_left_out_of_what_is_written() {
    let differ = differences(Mistake::SnapshotLostOnRestart, 3, |config| {
        let mut node = node_of(config, 2, None, log(&[1, 2]));
        step(&mut node, request(S2, 2, append((2, 2), &[], 1)));
        step(&mut node, take(1))
    });
    assert_eq!(
        differ,
        lines(
            ["persist term 2 no vote, snapshot up to 1@1 (mine), 2@2"],
            ["persist term 2 no vote, snapshot up to 1@1 (), 2@2"]
        )
    );
}

#[test]
fn a_leader_takes_a_higher_term_and_goes_on() {
    let act = |config| {
        let mut node = leader_of(config, 1, log(&[1]));
        let mut lines = step(&mut node, reply(S3, 5, 2, NO));
        lines.push(format!("term {}, leads: {}", node.get_state().0, node.get_state().1));
        lines
    };
    let differ = differences(Mistake::OldLeaderKeepsLeading, 3, act);
    assert_eq!(differ, lines(["term 5, leads: false"], ["term 5, leads: true"]));
}

#[test]
fn the_vote_of_an_earlier_term_stands_against_other_candidates() {
    let differ = differences(Mistake::VoteKeptAcrossTerms, 3, |config| {
        step(&mut node_of(config, 3, Some(S3), log(&[1])), request(S2, 4, asks(1, 1)))
    });
    assert_eq!(
        differ.1,
        [
            "RefuseSecondVote: refuses its vote to S2: voted for S3 in term 4",
            "persist term 4 vote S3",
            "send S2 in term 4, call 7: vote refused"
        ]
    );
    assert!(differ.0.contains(&"send S2 in term 4, call 7: vote granted".to_owned()));
}

#[test]
fn votes_of_the_election_before_are_counted() {
    let differ = differences(Mistake::VotesOfEarlierElections, 5, |config| {
        let mut node = node_of(config, 0, None, log(&[]));
        step(&mut node, Input::Timeout);
        step(&mut node, reply(S2, 1, 1, YES));
        step(&mut node, Input::Timeout);
        step(&mut node, reply(S3, 2, 6, YES)).into_iter().take(2).collect()
    });
    assert_eq!(
        differ,
        lines(
            ["CountVote: counts the vote of S3: 2 of the 3 needed"],
            [
                "CountVote: counts the vote of S3: 3 of the 3 needed",
                "WinElection: becomes leader of term 2 with 3 votes"
            ]
        )
    );
}

#[test]
fn a_longer_log_gets_the_vote_though_its_last_term_is_older_and_a_shorter_one_does_not() {
    let asked = |index, term| {
        differences(Mistake::ComparesLengthOnly, 3, |config| {
            let mut lines = step(
                &mut node_of(config, 3, None, log(&[1, 2])),
                request(S2, 4, asks(index, term)),
            );
            lines.retain(|line| line.starts_with("send"));
            lines
        })
    };
    let (yes, no) =
        ("send S2 in term 4, call 7: vote granted", "send S2 in term 4, call 7: vote refused");
    assert_eq!(asked(3, 1), lines([no], [yes]));
    assert_eq!(asked(1, 3), lines([yes], [no]));
    assert_eq!(asked(2, 2), lines([], []));
}

#[test]
fn half_of_the_servers_elect_and_commit() {
    let differ = differences(Mistake::HalfIsEnough, 4, |config| {
        let mut node = node_of(config, 0, None, log(&[]));
        step(&mut node, Input::Timeout);
        step(&mut node, reply(S2, 1, 1, YES)).into_iter().take(2).collect()
    });
    assert_eq!(
        differ,
        lines(
            ["CountVote: counts the vote of S2: 2 of the 3 needed"],
            [
                "CountVote: counts the vote of S2: 2 of the 2 needed",
                "WinElection: becomes leader of term 1 with 2 votes"
            ]
        )
    );
    let differ = differences(Mistake::HalfIsEnough, 4, |config| {
        let mut node = node_of(config, 0, None, log(&[]));
        step(&mut node, Input::Timeout);
        for voter in [S2, S3] {
            step(&mut node, reply(voter, 1, 1, YES));
        }
        step(&mut node, Input::Start("1@1".into()));
        step(&mut node, reply(S2, 1, 9, success(1)))
    });
    assert_eq!(
        differ.1,
        [
            "CommitByCounting: commits up to index 1: stored on 2 servers",
            "ApplyCommitted: applies 1@1",
            "apply 1@1 (1@1)"
        ]
    );
}

#[test]
fn a_deposed_leader_resets_the_timer_but_not_that_of_a_leader() {
    let timer = |config| {
        let mut node = node_of(config, 3, None, log(&[1]));
        let now = Time(node.deadline().0 - 1);
        let mut lines = step_at(&mut node, now, request(S2, 2, append((1, 1), &[], 0)));
        lines.push(format!("waits anew: {}", node.timer().set_at == now));
        lines
    };
    let differ = differences(Mistake::StaleMessageResetsTimer, 3, timer);
    assert_eq!(differ, lines(["waits anew: false"], ["waits anew: true"]));
    let leads = |config| {
        let mut node = leader_of(config, 3, log(&[1]));
        let before = node.timer();
        step_at(&mut node, Time(9), request(S2, 2, append((1, 1), &[], 0)));
        assert_eq!(node.timer(), before);
        Vec::new()
    };
    assert_eq!(differences(Mistake::StaleMessageResetsTimer, 3, leads), lines([], []));
}

#[test]
fn next_index_moves_too_far_back_wraps_and_never_comes_back() {
    let differ = differences(Mistake::NextIndexUnderflow, 3, |config| {
        let mut node = leader_of(config, 1, log(&[1, 1]));
        let mut lines = step(&mut node, reply(S2, 2, 3, conflict(2, None, 1)));
        // Whatever the follower says from now on, and however often.
        for call in 6..20 {
            lines.extend(step(&mut node, reply(S2, 2, call, success(0))));
            lines.extend(step(&mut node, reply(S2, 2, call, conflict(1, Some(1), 1))));
            lines.extend(step(&mut node, Input::Timeout));
        }
        lines.retain(|line| line.contains("S2") && !line.contains("heartbeat"));
        let Role::Leader { progress } = node.role() else { panic!("S1 leads") };
        lines.push(format!("match {}", progress.get(S2).expect("a follower").match_index));
        lines
    });
    assert!(differ.0.iter().any(|line| line == "SendEntries: sends 1-2 to S2"));
    let wraps = "BackUp: moves nextIndex of S2 back to 4294967295";
    assert!(!differ.1.is_empty() && differ.1.iter().all(|line| line == wraps), "{:?}", differ.1);
}

#[test]
fn an_entry_of_another_term_passes_for_the_one_before() {
    let differ = differences(Mistake::ChecksIndexOnly, 3, |config| {
        step(&mut node_of(config, 3, None, log(&[1])), request(S2, 3, append((1, 2), &[3], 0)))
    });
    assert_eq!(
        differ,
        lines(
            [
                "RefuseMismatch: rejects entries from S2: has no entry 1@2",
                "send S2 in term 3, call 7: refused: has term 1 at 1, from 1 on"
            ],
            [
                "AppendNew: has the previous entry 1@1: appends 2",
                "persist 2@3 from 2",
                "send S2 in term 3, call 7: success, matches through 2"
            ]
        )
    );
    let missing = |config| {
        step(&mut node_of(config, 3, None, log(&[1])), request(S2, 3, append((2, 2), &[3], 0)))
    };
    assert_eq!(differences(Mistake::ChecksIndexOnly, 3, missing), lines([], []));
}

/// The world and the service make the others; they leave a node as it is.
#[test]
fn the_mistakes_of_the_service_change_nothing_in_the_node() {
    for mistake in [
        Mistake::AnswersBeforeDurable,
        Mistake::AnswersBeforeCommit,
        Mistake::ReadsWithoutLog,
        Mistake::RetriesAppliedTwice,
        Mistake::SessionsNotInSnapshot,
    ] {
        let differ = differences(mistake, 5, |config| {
            let mut node = leader_of_five(config);
            let mut lines = step(&mut node, Input::Start("1@1".into()));
            for peer in [S2, S3] {
                lines.extend(step(&mut node, reply(peer, 1, 9, success(1))));
            }
            lines.extend(step(&mut node, take(1)));
            lines
        });
        assert_eq!(differ, lines([], []), "{mistake}");
    }
}

fn leader_of_five(config: Core) -> raft_core::Node {
    let mut node = node_of(config, 0, None, log(&[]));
    step(&mut node, Input::Timeout);
    for voter in 2..=3 {
        step(&mut node, reply(ServerId(voter), 1, 1, YES));
    }
    assert!(node.get_state().1, "S1 leads");
    node
}
