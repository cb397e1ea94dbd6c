//! §7 and Figure 13 at one node: the exact list of actions.

mod common;

use common::*;
use raft_core::{EntryId, Index, Input, Message, Time};

/// A follower in term 2 that has applied `applied` entries of its log.
fn follower(terms: &[u64], applied: u64) -> raft_core::Node {
    let mut node = node(2, log(terms));
    let term = terms[applied as usize - 1];
    step(&mut node, request(S2, 2, append((applied, term), &[], applied)));
    node
}

fn take(index: u64) -> Input {
    Input::Snapshot { index: Index(index), data: "mine".into() }
}

#[test]
fn a_snapshot_of_what_is_applied_replaces_the_log_before_it() {
    let mut node = follower(&[1, 1, 2], 2);
    assert_eq!(
        step(&mut node, take(2)),
        [
            "TakeSnapshot: takes a snapshot up to 2@1, 4 B, and discards the log before it",
            "persist term 2 no vote, snapshot up to 2@1 (mine), 3@2"
        ]
    );
    assert_eq!(node.log(), &log_after(EntryId::new(2, 1), &[2]));
}

#[test]
fn a_snapshot_of_more_than_is_applied_is_not_taken() {
    let mut node = follower(&[1, 1, 2], 2);
    assert_eq!(
        step(&mut node, take(3)),
        ["IgnoreSnapshotRequest: does not take a snapshot up to 3"]
    );
    assert_eq!(
        step(&mut node, take(99)),
        ["IgnoreSnapshotRequest: does not take a snapshot up to 99"]
    );
}

#[test]
fn a_snapshot_that_is_not_newer_is_not_taken() {
    let mut node = follower(&[1, 1, 2], 2);
    step(&mut node, take(2));
    assert_eq!(
        step(&mut node, take(2)),
        ["IgnoreSnapshotRequest: does not take a snapshot up to 2"]
    );
    assert_eq!(
        step(&mut node, take(1)),
        ["IgnoreSnapshotRequest: does not take a snapshot up to 1"]
    );
    assert_eq!(node.snapshot(), "mine");
}

#[test]
fn a_snapshot_with_news_replaces_log_and_service() {
    let mut node = follower(&[1, 1, 2], 1);
    assert_eq!(
        step(&mut node, request(S2, 2, install(5, 2))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "SaveSnapshot: saves the snapshot up to 5@2, 3 B",
            "DiscardLog: discards its whole log, which ended at 3@2",
            "persist term 2 no vote, snapshot up to 5@2 (new), nothing",
            "ResetStateMachine: resets its state machine to the snapshot up to 5@2",
            "apply snapshot up to 5@2 (new)",
            "send S2 in term 2, call 7: holds the snapshot up to 5"
        ]
    );
    assert_eq!(node.log(), &log_after(EntryId::new(5, 2), &[]));
    assert_eq!((node.commit_index(), node.last_applied()), (Index(5), Index(5)));
}

#[test]
fn a_snapshot_that_conflicts_with_the_log_replaces_all_of_it() {
    let mut node = follower(&[1, 1, 1, 1, 1], 1);
    assert_eq!(
        step(&mut node, request(S2, 2, install(3, 2))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "SaveSnapshot: saves the snapshot up to 3@2, 3 B",
            "DiscardLog: discards its whole log, which ended at 5@1",
            "persist term 2 no vote, snapshot up to 3@2 (new), nothing",
            "ResetStateMachine: resets its state machine to the snapshot up to 3@2",
            "apply snapshot up to 3@2 (new)",
            "send S2 in term 2, call 7: holds the snapshot up to 3"
        ]
    );
    assert_eq!(node.log(), &log_after(EntryId::new(3, 2), &[]));
}

#[test]
fn a_snapshot_whose_last_entry_is_there_keeps_what_follows_and_the_service_goes_on_by_itself() {
    let mut node = follower(&[1, 1, 1, 2, 2], 1);
    assert_eq!(
        step(&mut node, request(S2, 2, install(3, 1))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "SaveSnapshot: saves the snapshot up to 3@1, 3 B",
            "RetainSuffix: has entry 3@1 itself: keeps the log after it, up to 5",
            "ApplyCommitted: applies 2@1",
            "apply 2@1 (2@1)",
            "ApplyCommitted: applies 3@1",
            "apply 3@1 (3@1)",
            "persist term 2 no vote, snapshot up to 3@1 (new), 4@2 5@2",
            "send S2 in term 2, call 7: holds the snapshot up to 3"
        ]
    );
    assert_eq!(node.log(), &log_after(EntryId::new(3, 1), &[2, 2]));
    assert_eq!(node.snapshot(), "new");
}

#[test]
fn a_snapshot_of_what_is_committed_already_changes_nothing() {
    let mut node = follower(&[1, 1, 2], 3);
    assert_eq!(
        step(&mut node, request(S2, 2, install(2, 1))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "IgnoreCoveredSnapshot: has already committed up to 3: ignores the snapshot up to 2@1",
            "send S2 in term 2, call 7: holds the snapshot up to 2"
        ]
    );
    assert_eq!(node.log(), &log(&[1, 1, 2]));
}

#[test]
fn a_snapshot_of_an_earlier_term_is_refused() {
    let mut node = follower(&[1], 1);
    assert_eq!(
        step(&mut node, request(S3, 1, install(9, 1))),
        [
            "RefuseOldSnapshot: rejects the snapshot from S3: its term 1 is old",
            "send S3 in term 2, call 7: snapshot refused: old term"
        ]
    );
}

#[test]
fn a_later_term_is_in_the_same_write_as_the_snapshot() {
    let mut node = node(1, log(&[]));
    assert_eq!(
        step(&mut node, request(S2, 2, install(3, 1))),
        [
            "AdoptHigherTerm: sees term 2 from S2: adopts it and becomes a follower",
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "SaveSnapshot: saves the snapshot up to 3@1, 3 B",
            "DiscardLog: discards its whole log, which ended at 0@0",
            "persist term 2 no vote, snapshot up to 3@1 (new), nothing",
            "ResetStateMachine: resets its state machine to the snapshot up to 3@1",
            "apply snapshot up to 3@1 (new)",
            "send S2 in term 2, call 7: holds the snapshot up to 3"
        ]
    );
}

#[test]
fn a_follower_that_needs_discarded_entries_gets_the_snapshot_once_and_heartbeats_meanwhile() {
    let mut node = leader(2, log_after(EntryId::new(3, 2), &[2]));
    assert_eq!(
        step(&mut node, reply(S2, 3, 3, conflict(4, None, 1))),
        [
            "BackUp: moves nextIndex of S2 back to 1",
            "SendSnapshot: sends S2 its snapshot up to 3@2",
            "send S2 in term 3, call 5: InstallSnapshot up to 3@2, 3 B"
        ]
    );
    assert_eq!(
        step(&mut node, Input::Timeout),
        [
            "SendHeartbeats: sends heartbeats in term 3",
            "send S2 in term 3, call 6: heartbeat after 3@2, commit 3",
            "send S3 in term 3, call 7: heartbeat after 4@2, commit 3"
        ]
    );
    assert_eq!(step(&mut node, reply(S2, 3, 6, conflict(3, None, 1))), [""; 0]);
    let installed = Message::InstallSnapshotReply { match_index: Some(Index(3)) };
    assert_eq!(
        step(&mut node, reply(S2, 3, 5, installed)),
        [
            "AdvanceMatch: learns that S2 has every entry up to 3",
            "SendEntries: sends 4 to S2",
            "send S2 in term 3, call 8: AppendEntries 4 after 3@2, commit 3"
        ]
    );
}

#[test]
fn a_snapshot_without_an_answer_is_sent_again_after_an_election_timeout() {
    let mut node = leader(2, log_after(EntryId::new(3, 2), &[]));
    step(&mut node, reply(S2, 3, 3, conflict(3, None, 1)));
    let wait = node.config().election_min;
    assert_eq!(
        step_at(&mut node, Time(wait - 1), Input::Timeout),
        [
            "SendHeartbeats: sends heartbeats in term 3",
            "send S2 in term 3, call 6: heartbeat after 3@2, commit 3",
            "send S3 in term 3, call 7: heartbeat after 3@2, commit 3"
        ]
    );
    assert_eq!(
        step_at(&mut node, Time(wait), Input::Timeout),
        [
            "SendHeartbeats: sends heartbeats in term 3",
            "SendSnapshot: sends S2 its snapshot up to 3@2",
            "send S2 in term 3, call 8: InstallSnapshot up to 3@2, 3 B",
            "send S3 in term 3, call 9: heartbeat after 3@2, commit 3"
        ]
    );
}

#[test]
fn a_restarted_node_begins_after_its_snapshot() {
    let node = node(2, log_after(EntryId::new(3, 2), &[2]));
    assert_eq!((node.commit_index(), node.last_applied()), (Index(3), Index(3)));
    assert_eq!(node.log().last(), EntryId::new(4, 2));
}
