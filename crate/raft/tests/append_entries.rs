//! §5.3 at one node, leader and follower: the exact list of actions.

mod common;

use common::*;
use raft_core::{Config, Input};

#[test]
fn a_follower_appends_what_fits_and_answers_after_the_write() {
    let mut node = node(2, log(&[1]));
    assert_eq!(
        step(&mut node, request(S2, 2, append((1, 1), &[2, 2], 0))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "AppendNew: has the previous entry 1@1: appends 2-3",
            "persist 2@2 3@2 from 2",
            "send S2 in term 2, call 7: success, matches through 3"
        ]
    );
}

#[test]
fn a_heartbeat_that_fits_is_answered_and_writes_nothing() {
    let mut node = node(2, log(&[1, 1]));
    assert_eq!(
        step(&mut node, request(S2, 2, append((1, 1), &[], 0))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "send S2 in term 2, call 7: success, matches through 1"
        ]
    );
    assert_eq!(node.log(), &log(&[1, 1]), "what it has beyond stays");
}

#[test]
fn a_later_term_is_persisted_before_the_answer() {
    let mut node = node(2, log(&[]));
    assert_eq!(
        step(&mut node, request(S2, 3, append((0, 0), &[], 0))),
        [
            "AdoptHigherTerm: sees term 3 from S2: adopts it and becomes a follower",
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "PersistFirst: persists its state in term 3 before it replies",
            "persist term 3 no vote",
            "send S2 in term 3, call 7: success, matches through 0"
        ]
    );
}

#[test]
fn a_later_term_is_persisted_before_the_entries() {
    let mut node = node(2, log(&[]));
    assert_eq!(
        step(&mut node, request(S2, 3, append((0, 0), &[3], 1))),
        [
            "AdoptHigherTerm: sees term 3 from S2: adopts it and becomes a follower",
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "AppendNew: has the previous entry 0@0: appends 1",
            "PersistFirst: persists its state in term 3 before it replies",
            "persist term 3 no vote",
            "persist 1@3 from 1",
            "FollowCommit: advances its commitIndex to 1",
            "ApplyCommitted: applies 1@3",
            "apply 1@3 (1@3)",
            "send S2 in term 3, call 7: success, matches through 1"
        ]
    );
}

#[test]
fn a_leader_of_an_earlier_term_is_refused() {
    let mut node = node(2, log(&[]));
    assert_eq!(
        step(&mut node, request(S2, 1, append((0, 0), &[1], 1))),
        [
            "RefuseOldLeader: rejects AppendEntries from S2: its term 1 is old",
            "send S2 in term 2, call 7: refused: old term"
        ]
    );
    assert_eq!(node.log(), &log(&[]));
}

#[test]
fn a_gap_is_refused_with_the_place_where_the_log_ends() {
    let mut node = node(2, log(&[1, 1]));
    assert_eq!(
        step(&mut node, request(S2, 2, append((5, 2), &[2], 0))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "RefuseMismatch: rejects entries from S2: has no entry 5@2",
            "send S2 in term 2, call 7: refused: nothing at 5, log ends before 3"
        ]
    );
}

#[test]
fn another_term_is_refused_with_the_place_where_that_term_begins() {
    let mut node = node(4, log(&[1, 2, 2, 2]));
    assert_eq!(
        step(&mut node, request(S2, 4, append((4, 3), &[4], 0))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "RefuseMismatch: rejects entries from S2: has no entry 4@3",
            "send S2 in term 4, call 7: refused: has term 2 at 4, from 2 on"
        ]
    );
}

#[test]
fn conflicting_entries_are_deleted_and_those_before_them_kept() {
    let mut node = node(4, log(&[1, 2, 2, 2]));
    assert_eq!(
        step(&mut node, request(S2, 4, append((1, 1), &[2, 3], 0))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "DeleteConflict: deletes its entries 3 to 4: they conflict with the leader's",
            "AppendNew: has the previous entry 2@2: appends 3",
            "persist 3@3 from 3",
            "send S2 in term 4, call 7: success, matches through 3"
        ]
    );
    assert_eq!(node.log(), &log(&[1, 2, 3]));
}

#[test]
fn entries_that_are_there_already_change_nothing() {
    let mut node = node(4, log(&[1, 2, 2, 2]));
    assert_eq!(
        step(&mut node, request(S2, 4, append((1, 1), &[2, 2], 0))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "send S2 in term 4, call 7: success, matches through 3"
        ]
    );
    assert_eq!(node.log(), &log(&[1, 2, 2, 2]));
}

#[test]
fn a_leader_writes_a_command_before_it_sends_it() {
    let mut node = leader(0, log(&[]));
    assert_eq!(
        step(&mut node, Input::Start("x".into())),
        [
            "started as 1@1",
            "AcceptCommand: appends a command to its log as 1@1",
            "persist x from 1",
            "SendEntries: sends 1 to S2",
            "send S2 in term 1, call 5: AppendEntries 1 after 0@0, commit 0",
            "SendEntries: sends 1 to S3",
            "send S3 in term 1, call 6: AppendEntries 1 after 0@0, commit 0"
        ]
    );
}

#[test]
fn a_follower_does_not_accept_commands_and_names_the_leader_that_it_knows() {
    let mut node = node(2, log(&[]));
    assert_eq!(
        step(&mut node, Input::Start("x".into())),
        [
            "not started in term 2: leader unknown",
            "RedirectCommand: refuses a command: is not the leader of term 2"
        ]
    );
    step(&mut node, request(S3, 2, append((0, 0), &[], 0)));
    assert_eq!(
        step(&mut node, Input::Start("x".into())),
        [
            "not started in term 2: try S3",
            "RedirectCommand: refuses a command: is not the leader of term 2"
        ]
    );
    step(&mut node, Input::Timeout);
    assert_eq!(
        step(&mut node, Input::Start("x".into())),
        [
            "not started in term 3: leader unknown",
            "RedirectCommand: refuses a command: is not the leader of term 3"
        ]
    );
}

#[test]
fn a_leader_does_not_wait_for_answers_to_send_the_next_entry() {
    let mut node = leader(0, log(&[]));
    step(&mut node, Input::Start("x".into()));
    assert_eq!(
        step(&mut node, Input::Start("y".into())),
        [
            "started as 2@1",
            "AcceptCommand: appends a command to its log as 2@1",
            "persist y from 2",
            "SendEntries: sends 2 to S2",
            "send S2 in term 1, call 7: AppendEntries 2 after 1@1, commit 0",
            "SendEntries: sends 2 to S3",
            "send S3 in term 1, call 8: AppendEntries 2 after 1@1, commit 0"
        ]
    );
    assert_eq!(
        step(&mut node, Input::Timeout),
        [
            "SendHeartbeats: sends heartbeats in term 1",
            "send S2 in term 1, call 9: heartbeat after 2@1, commit 0",
            "send S3 in term 1, call 10: heartbeat after 2@1, commit 0"
        ]
    );
}

#[test]
fn a_short_log_is_met_where_it_ends() {
    let mut node = leader(2, log(&[1, 1, 2, 2]));
    assert_eq!(
        step(&mut node, reply(S2, 3, 3, conflict(4, None, 2))),
        [
            "BackUp: moves nextIndex of S2 back to 2",
            "SendEntries: sends 2-4 to S2",
            "send S2 in term 3, call 5: AppendEntries 2-4 after 1@1, commit 0"
        ]
    );
}

#[test]
fn a_conflicting_term_that_the_leader_lacks_is_skipped() {
    let mut node = leader(4, log(&[1, 1, 4, 4]));
    assert_eq!(
        step(&mut node, reply(S2, 5, 3, conflict(4, Some(3), 3))),
        [
            "SkipConflictingTerm: skips term 3 in the log of S2",
            "BackUp: moves nextIndex of S2 back to 3",
            "SendEntries: sends 3-4 to S2",
            "send S2 in term 5, call 5: AppendEntries 3-4 after 2@1, commit 0"
        ]
    );
}

#[test]
fn a_conflicting_term_that_the_leader_has_is_met_after_its_own_last_entry_of_it() {
    let mut node = leader(4, log(&[1, 1, 4, 4]));
    assert_eq!(
        step(&mut node, reply(S2, 5, 3, conflict(4, Some(1), 1))),
        [
            "SkipConflictingTerm: skips term 1 in the log of S2",
            "BackUp: moves nextIndex of S2 back to 3",
            "SendEntries: sends 3-4 to S2",
            "send S2 in term 5, call 5: AppendEntries 3-4 after 2@1, commit 0"
        ]
    );
}

/// Figure 8 (unreliable) of the lab failed so under one seed in sixty: heartbeats that went out behind the
/// entries were refused, and moved nextIndex forward again.
#[test]
fn a_refusal_never_moves_next_index_forward() {
    let mut node = leader(2, log(&[1, 1, 2, 2]));
    step(&mut node, reply(S2, 3, 3, conflict(4, None, 3)));
    assert_eq!(
        step(&mut node, reply(S2, 3, 5, conflict(2, Some(2), 2))),
        [
            "SkipConflictingTerm: skips term 2 in the log of S2",
            "BackUp: moves nextIndex of S2 back to 2",
            "SendEntries: sends 2-4 to S2",
            "send S2 in term 3, call 6: AppendEntries 2-4 after 1@1, commit 0"
        ]
    );
    step(&mut node, Input::Timeout);
    assert_eq!(
        step(&mut node, reply(S2, 3, 7, conflict(4, None, 3))),
        [
            "BackUp: moves nextIndex of S2 back to 2",
            "SendEntries: sends 2-4 to S2",
            "send S2 in term 3, call 9: AppendEntries 2-4 after 1@1, commit 0"
        ]
    );
}

#[test]
fn batches_are_bounded_and_the_next_follows_the_answer() {
    let config = Config { servers: 3, batch_bytes: 32, ..Config::default() };
    let mut node = leader_of(config, 2, log(&[1, 1, 2, 2]));
    assert_eq!(
        step(&mut node, reply(S2, 3, 3, conflict(4, None, 1))),
        [
            "BackUp: moves nextIndex of S2 back to 1",
            "SendEntries: sends 1-2 to S2",
            "send S2 in term 3, call 5: AppendEntries 1-2 after 0@0, commit 0"
        ]
    );
    assert_eq!(
        step(&mut node, reply(S2, 3, 5, success(2))),
        [
            "AdvanceMatch: learns that S2 has every entry up to 2",
            "CommitOnlyOwnTerm: does not commit 2@1 by counting: it is not of term 3",
            "SendEntries: sends 3-4 to S2",
            "send S2 in term 3, call 6: AppendEntries 3-4 after 2@1, commit 0"
        ]
    );
    assert_eq!(
        step(&mut node, reply(S2, 3, 6, success(4))),
        [
            "AdvanceMatch: learns that S2 has every entry up to 4",
            "CommitOnlyOwnTerm: does not commit 4@2 by counting: it is not of term 3"
        ]
    );
}

#[test]
fn a_reply_says_nothing_about_another_follower() {
    let mut node = leader(2, log(&[1, 1]));
    step(&mut node, reply(S2, 3, 3, conflict(2, None, 1)));
    assert_eq!(
        step(&mut node, Input::Timeout),
        [
            "SendHeartbeats: sends heartbeats in term 3",
            "send S2 in term 3, call 6: heartbeat after 2@1, commit 0",
            "send S3 in term 3, call 7: heartbeat after 2@1, commit 0"
        ]
    );
}
