//! §5.3 and §5.4.2 at one node: what is committed, applied, and when.

mod common;

use common::*;
use raft_core::{Config, Index, Input};

#[test]
fn a_majority_commits_and_applies() {
    let mut node = leader(0, log(&[]));
    step(&mut node, Input::Start("x".into()));
    assert_eq!(
        step(&mut node, reply(S2, 1, 5, success(1))),
        [
            "AdvanceMatch: learns that S2 has every entry up to 1",
            "CommitByCounting: commits up to index 1: stored on 2 servers",
            "ApplyCommitted: applies 1@1",
            "apply 1@1 (x)"
        ]
    );
    assert_eq!(
        step(&mut node, reply(S3, 1, 6, success(1))),
        ["AdvanceMatch: learns that S3 has every entry up to 1"],
        "later answers commit nothing more"
    );
}

#[test]
fn a_minority_does_not_commit() {
    let mut node = leader_five();
    assert_eq!(
        step(&mut node, reply(S2, 1, 9, success(1))),
        ["AdvanceMatch: learns that S2 has every entry up to 1"]
    );
    assert_eq!(node.commit_index(), Index(0));
}

fn leader_five() -> raft_core::Node {
    let mut node = node_of(Config::default(), 0, None, log(&[]));
    step(&mut node, Input::Timeout);
    for from in [S2, S3] {
        step(
            &mut node,
            reply(from, 1, 1, raft_core::Message::RequestVoteReply { vote_granted: true }),
        );
    }
    step(&mut node, Input::Start("x".into()));
    node
}

#[test]
fn the_same_answer_twice_counts_once() {
    let mut node = leader_five();
    step(&mut node, reply(S2, 1, 9, success(1)));
    assert_eq!(step(&mut node, reply(S2, 1, 9, success(1))), [""; 0]);
    assert_eq!(node.commit_index(), Index(0));
    step(&mut node, reply(S3, 1, 10, success(1)));
    assert_eq!(node.commit_index(), Index(1));
}

#[test]
fn an_entry_of_an_earlier_term_waits_for_one_of_this_term() {
    let mut node = leader(1, log(&[1]));
    assert_eq!(
        step(&mut node, reply(S2, 2, 3, success(1))),
        [
            "AdvanceMatch: learns that S2 has every entry up to 1",
            "CommitOnlyOwnTerm: does not commit 1@1 by counting: it is not of term 2"
        ]
    );
    step(&mut node, Input::Start("x".into()));
    assert_eq!(
        step(&mut node, reply(S2, 2, 5, success(2))),
        [
            "AdvanceMatch: learns that S2 has every entry up to 2",
            "CommitByCounting: commits up to index 2: stored on 2 servers",
            "ApplyCommitted: applies 1@1",
            "apply 1@1 (1@1)",
            "ApplyCommitted: applies 2@2",
            "apply 2@2 (x)"
        ]
    );
}

#[test]
fn the_only_server_commits_when_it_has_written() {
    let mut node = node_of(Config { servers: 1, ..Config::default() }, 0, None, log(&[]));
    step(&mut node, Input::Timeout);
    assert_eq!(
        step(&mut node, Input::Start("x".into())),
        [
            "started as 1@1",
            "AcceptCommand: appends a command to its log as 1@1",
            "persist x from 1",
            "CommitByCounting: commits up to index 1: stored on 1 servers",
            "ApplyCommitted: applies 1@1",
            "apply 1@1 (x)"
        ]
    );
}

#[test]
fn a_follower_commits_what_the_leader_has_but_not_beyond_the_last_new_entry() {
    let mut node = node(2, log(&[1, 1, 1]));
    assert_eq!(
        step(&mut node, request(S2, 2, append((1, 1), &[], 3))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "FollowCommit: advances its commitIndex to 1",
            "ApplyCommitted: applies 1@1",
            "apply 1@1 (1@1)",
            "send S2 in term 2, call 7: success, matches through 1"
        ]
    );
    assert_eq!(node.commit_index(), Index(1), "2 and 3 may conflict with the leader's log");
    assert_eq!(
        step(&mut node, request(S2, 2, append((1, 1), &[2], 3))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "DeleteConflict: deletes its entries 2 to 3: they conflict with the leader's",
            "AppendNew: has the previous entry 1@1: appends 2",
            "persist 2@2 from 2",
            "FollowCommit: advances its commitIndex to 2",
            "ApplyCommitted: applies 2@2",
            "apply 2@2 (2@2)",
            "send S2 in term 2, call 7: success, matches through 2"
        ]
    );
}

#[test]
fn the_commit_index_of_a_follower_never_falls() {
    let mut node = node(2, log(&[1, 1]));
    step(&mut node, request(S2, 2, append((2, 1), &[], 2)));
    assert_eq!(
        step(&mut node, request(S2, 2, append((2, 1), &[], 1))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "send S2 in term 2, call 7: success, matches through 2"
        ]
    );
    assert_eq!(node.commit_index(), Index(2));
}

#[test]
fn heartbeats_carry_the_commit_index() {
    let mut node = leader(0, log(&[]));
    step(&mut node, Input::Start("x".into()));
    step(&mut node, reply(S2, 1, 5, success(1)));
    assert_eq!(
        step(&mut node, Input::Timeout),
        [
            "SendHeartbeats: sends heartbeats in term 1",
            "send S2 in term 1, call 7: heartbeat after 1@1, commit 1",
            "send S3 in term 1, call 8: heartbeat after 1@1, commit 1"
        ]
    );
}
