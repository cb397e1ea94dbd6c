//! Properties of commits, services, snapshots and clients.

use crate::told::{S1, S2, S3, Told};
use bytes::Bytes;
use raft_check::{Answer, Asked, Operation, Property, Step};
use raft_core::{EntryId, Index};

#[test]
fn state_machine_safety_of_commits() {
    for (term, words) in
        [(2, ""), (3, "state-machine-safety: S1 committed 1@2, and S2 commits 1@3")]
    {
        let mut told = Told::new();
        told.step(S1, |s| s.push(2, "x"));
        told.step(S2, |s| s.push(term, "x"));
        told.step(S1, |s| s.commit = 1);
        told.step(S2, |s| s.commit = 1);
        if words.is_empty() { told.holds() } else { told.violates(words) }
    }
}

#[test]
fn state_machine_safety_of_what_is_applied() {
    let cases = [
        (EntryId::new(1, 2), "x", 5, ""),
        (EntryId::new(1, 3), "x", 5, "S1 applied 1@2, and S2 applies 1@3"),
        (EntryId::new(1, 2), "y", 5, "S1 and S2 apply different commands as 1@2"),
        (EntryId::new(1, 2), "x", 6, "S2 is in another state after 1@2 than S1 was"),
    ];
    for (id, command, state, words) in cases {
        let mut told = Told::new();
        for server in [S1, S2] {
            told.step(server, |s| s.push(2, "x"));
            told.step(server, |s| s.commit = 1);
        }
        told.apply(S1, EntryId::new(1, 2), "x", 5);
        told.apply(S2, id, command, state);
        if words.is_empty() {
            told.holds();
        } else {
            told.violates(&format!("state-machine-safety: {words}"));
        }
    }
}

#[test]
fn what_a_server_committed_and_has_replaced_is_compared_again() {
    let mut told = Told::new();
    told.step(S1, |s| s.push(2, "x"));
    told.step(S1, |s| s.commit = 1);
    told.step(S1, |s| {
        s.log.truncate(Index(1));
        s.push(3, "y");
    });
    told.violates("state-machine-safety: S1 committed 1@2, and then commits 1@3");
}

#[test]
fn applied_in_order() {
    let ready = || {
        let mut told = Told::new();
        told.step(S1, |s| (0..5).for_each(|_| s.push(2, "x")));
        told.step(S1, |s| s.commit = 4);
        (1..=3).for_each(|n| told.apply(S1, EntryId::new(n, 2), "x", n));
        told
    };
    let mut told = ready();
    told.apply(S1, EntryId::new(4, 2), "x", 4);
    told.holds();
    let at = told.at();
    told.checks.restored(at, S1, EntryId::new(9, 2), 9);
    told.holds();
    told.checks.restored(at, S1, EntryId::new(8, 2), 8);
    told.violates(
        "applied-in-order: S1's service goes back from entry 9 to the snapshot up to 8@2",
    );

    let mut told = ready();
    told.apply(S1, EntryId::new(3, 2), "x", 3);
    told.violates("applied-in-order: S1 applies 3@2 after entry 3");
    let mut told = ready();
    told.step(S1, |s| s.commit = 5);
    told.apply(S1, EntryId::new(5, 2), "x", 5);
    told.violates("applied-in-order: S1 applies 5@2 after entry 3");
    let mut told = ready();
    told.apply(S1, EntryId::new(4, 2), "x", 4);
    told.apply(S1, EntryId::new(5, 2), "x", 5);
    told.violates("applied-in-order: S1 applies 5@2, but its commitIndex is 4");
}

#[test]
fn snapshot_contents() {
    let snapshot = |server, through: EntryId, state: &'static [u8]| {
        let mut told = Told::new();
        for server in [S1, S2] {
            told.step(server, |s| (0..3).for_each(|_| s.push(2, "x")));
            told.step(server, |s| s.commit = 3);
        }
        (1..=3).for_each(|n| told.apply(S1, EntryId::new(n, 2), "x", 10 * n));
        told.handle(server, Step { snapshot: true, ..Step::default() }, |s| {
            s.log.discard_through(through);
            s.snapshot = Bytes::from_static(state);
        });
        told
    };
    snapshot(S1, EntryId::new(3, 2), &[30]).holds();
    snapshot(S2, EntryId::new(2, 2), &[20]).holds();
    snapshot(S2, EntryId::new(2, 2), &[10]).violates(
        "snapshot-contents: S2 has a snapshot up to 2@2 that is not the state in which S1 was then",
    );
    snapshot(S2, EntryId::new(2, 2), &[])
        .violates("snapshot-contents: S2's snapshot up to 2@2 cannot be read");
    snapshot(S2, EntryId::new(2, 1), &[20])
        .violates("snapshot-contents: S2's snapshot ends with 2@1, but S1 has committed 2@2");

    // Installed, and found again after a crash.
    let mut told = snapshot(S1, EntryId::new(3, 2), &[30]);
    let at = told.at();
    told.checks.restored(at, S3, EntryId::new(3, 2), 30);
    told.restart(S1, |_| {});
    told.holds();
    told.restart(S1, |s| s.snapshot = Bytes::from_static(&[31]));
    assert_eq!(told.checks.count(Property::SnapshotContents), 2, "the bytes and the service");
}

#[test]
fn linearizable() {
    for (read, holds) in [("1", true), ("2", false)] {
        let mut told = Told::new();
        for (client, asked, answer) in
            [(1, Asked::Put("1".into()), Answer::Done), (2, Asked::Get, Answer::Value(read.into()))]
        {
            let invoked = told.at();
            let key = "x".into();
            told.checks.invoked(Operation { client, sequence: 1, key, asked, invoked });
            let at = told.at();
            told.checks.answered(at, client, 1, &answer);
        }
        if holds {
            told.holds();
        } else {
            told.violates(
                "linearizable: c2's get of x finds \"2\", and that fits into no order of what was done with x. \
                 The longest order that fits ends with c1's x=1: x is \"1\" then",
            );
            assert_eq!(told.checks.violations()[0].events, [1, 3, 4]);
        }
    }
}
