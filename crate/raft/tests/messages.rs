//! Surprising but possible messages: late, twice, out of order, for somebody that one no longer is. A node
//! answers or ignores them; it never panics.

mod common;

use common::*;
use proptest::prelude::*;
use raft_core::{
    Action, Appended, ApplyMsg, Config, EntryId, Index, Input, Message, Role, ServerId, Term, Time,
};

const YES: Message = Message::RequestVoteReply { vote_granted: true };

#[test]
fn a_follower_ignores_replies_of_its_own_term() {
    let mut node = node(3, log(&[1, 2]));
    for message in [
        YES,
        success(2),
        conflict(2, None, 1),
        Message::AppendEntriesReply(Appended::OldTerm),
        Message::InstallSnapshotReply { match_index: Some(Index(2)) },
        Message::InstallSnapshotReply { match_index: None },
    ] {
        assert_eq!(step(&mut node, reply(S2, 3, 5, message)), [""; 0]);
    }
}

#[test]
fn replies_of_an_earlier_term_are_ignored() {
    let mut node = leader(3, log(&[1, 2]));
    for message in [YES, success(2), conflict(2, None, 1)] {
        assert_eq!(
            step(&mut node, reply(S2, 3, 3, message)),
            ["IgnoreStaleReply: ignores a stale reply from S2, of term 3"]
        );
    }
}

#[test]
fn replies_of_a_server_that_nobody_knows_are_ignored() {
    let mut node = leader(3, log(&[1, 2]));
    for message in [success(2), conflict(2, None, 1), conflict(2, Some(1), 1)] {
        assert_eq!(step(&mut node, reply(ServerId(9), 4, 3, message)), [""; 0]);
    }
}

#[test]
fn a_reply_to_a_call_that_nobody_made_is_taken_for_what_it_says() {
    let mut node = leader(3, log(&[1, 2]));
    assert_eq!(
        step(&mut node, reply(S2, 4, 999, success(1))),
        [
            "AdvanceMatch: learns that S2 has every entry up to 1",
            "CommitOnlyOwnTerm: does not commit 1@1 by counting: it is not of term 4"
        ]
    );
}

#[test]
fn a_success_beyond_the_end_of_the_log_is_cut_to_it() {
    let mut node = leader(3, log(&[1, 2]));
    assert_eq!(
        step(&mut node, reply(S2, 4, 3, success(9))),
        [
            "AdvanceMatch: learns that S2 has every entry up to 2",
            "CommitOnlyOwnTerm: does not commit 2@2 by counting: it is not of term 4"
        ]
    );
}

#[test]
fn an_older_success_moves_nothing_back() {
    let mut node = leader(3, log(&[1, 2]));
    step(&mut node, reply(S2, 4, 3, success(2)));
    assert_eq!(step(&mut node, reply(S2, 4, 3, success(1))), [""; 0]);
}

#[test]
fn a_refusal_is_answered_once() {
    let mut node = leader(3, log(&[1, 2]));
    step(&mut node, Input::Timeout);
    step(&mut node, reply(S2, 4, 3, conflict(2, None, 1)));
    for (call, prev) in [(3, 2), (5, 2)] {
        assert_eq!(
            step(&mut node, reply(S2, 4, call, conflict(prev, None, 1))),
            ["IgnoreStaleReply: ignores a stale reply from S2, of term 4"],
            "call {call} was sent before nextIndex moved back"
        );
    }
}

#[test]
fn a_refusal_of_what_is_known_to_be_there_is_ignored() {
    let mut node = leader(3, log(&[1, 2]));
    step(&mut node, reply(S2, 4, 5, success(2)));
    assert_eq!(
        step(&mut node, reply(S2, 4, 9, conflict(2, None, 1))),
        ["IgnoreStaleReply: ignores a stale reply from S2, of term 4"]
    );
}

#[test]
fn entries_that_a_snapshot_covers_are_skipped() {
    let mut node = node(3, log_after(EntryId::new(3, 2), &[2]));
    assert_eq!(
        step(&mut node, request(S2, 3, append((1, 1), &[1, 2, 2, 3], 0))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "AppendNew: has the previous entry 4@2: appends 5",
            "persist 5@3 from 5",
            "send S2 in term 3, call 7: success, matches through 5"
        ]
    );
    assert_eq!(
        step(&mut node, request(S2, 3, append((1, 1), &[1], 0))),
        [
            "LeaderResetsTimer: restarts its election timer: heard from leader S2",
            "send S2 in term 3, call 7: success, matches through 2"
        ],
        "all of it is covered"
    );
}

#[test]
fn a_leader_says_nothing_to_another_leader_of_its_term() {
    let mut node = leader(3, log(&[]));
    assert_eq!(step(&mut node, request(S2, 4, append((0, 0), &[4], 1))), [""; 0]);
    assert_eq!(step(&mut node, request(S2, 4, install(5, 4))), [""; 0]);
}

#[test]
fn a_vote_for_a_candidate_that_has_become_a_follower_is_ignored() {
    let mut node = candidate(3, log(&[]));
    step(&mut node, request(S2, 4, append((0, 0), &[], 0)));
    assert_eq!(step(&mut node, reply(S3, 4, 2, YES)), [""; 0]);
    assert_eq!(node.role(), &Role::Follower { leader: Some(S2) });
}

/// Entries that leaders of the terms 2, 4, 6 and 8 may have sent: each log goes on where the one before was
/// committed.
#[derive(Clone, Debug)]
struct History {
    logs: Vec<Vec<u64>>,
    committed: Vec<usize>,
}

fn history() -> impl Strategy<Value = History> {
    prop::collection::vec((0..6_usize, 0..6_usize), 4).prop_map(|steps| {
        let (mut log, mut kept) = (Vec::new(), 0);
        let mut history = History { logs: Vec::new(), committed: Vec::new() };
        for (term, (added, committed)) in (2..).step_by(2).zip(steps) {
            log.truncate(kept);
            log.extend(std::iter::repeat_n(term, added));
            kept += committed.min(added);
            history.logs.push(log.clone());
            history.committed.push(kept);
        }
        history
    })
}

impl History {
    /// A message that numbers choose: of which leader, of which kind, and with what.
    fn input(&self, [leader, kind, a, b, c]: [usize; 5]) -> Input {
        let at = leader % self.logs.len();
        let (terms, term) = (&self.logs[at], 2 * at as u64 + 2);
        let from = if at.is_multiple_of(2) { S2 } else { S3 };
        let id = |index: usize| match index.checked_sub(1) {
            Some(before) => EntryId::new(index as u64, terms[before]),
            None => EntryId::ZERO,
        };
        let earlier = if at > 0 { self.committed[at - 1] } else { 0 };
        let committed = earlier + b % (self.committed[at] - earlier + 1);
        match kind % 12 {
            0..=5 => {
                let first = a % (terms.len() + 1);
                let last = first + b % (terms.len() - first + 1);
                let prev = id(first);
                let commit = (c % (committed + 1)) as u64;
                let message = append((prev.index.0, prev.term.0), &terms[first..last], commit);
                request(from, term, message)
            }
            6 if committed > 0 => {
                let last = id(1 + a % committed);
                request(from, term, install(last.index.0, last.term.0))
            }
            7 => request(from, term - (a % 2) as u64, asks(b as u64, c as u64 % 9)),
            8 => Input::Snapshot { index: Index(a as u64 % 20), data: "mine".into() },
            9 => Input::Start("never accepted".into()),
            10 => reply(from, term, a as u64, any_reply(b, c)),
            _ => Input::Timeout,
        }
    }
}

/// A reply that may say anything but give a vote.
fn any_reply(a: usize, b: usize) -> Message {
    let index = b as u64 % 20;
    match a % 5 {
        0 => Message::RequestVoteReply { vote_granted: false },
        1 => success(index),
        2 => conflict(index, (!b.is_multiple_of(3)).then_some(index % 9), a as u64 % 20),
        3 => Message::AppendEntriesReply(Appended::OldTerm),
        _ => Message::InstallSnapshotReply {
            match_index: (!b.is_multiple_of(3)).then_some(Index(index)),
        },
    }
}

fn numbers() -> impl Strategy<Value = Vec<[usize; 5]>> {
    prop::collection::vec(prop::array::uniform5(0..1000_usize), 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_follower_ends_up_with_what_is_committed_in_whatever_order_it_hears_of_it(
        history in history(), inputs in numbers(),
    ) {
        let mut node = node(0, log(&[]));
        let mut applied = Index(0);
        for numbers in inputs {
            let (term, commit) = (node.get_state().0, node.commit_index());
            let vote = node.vote();
            let mut actions = Vec::new();
            node.step(Time(0), history.input(numbers), &mut actions);
            prop_assert!(node.get_state().0 >= term);
            prop_assert!(node.commit_index() >= commit);
            if node.vote().current_term == term && vote.voted_for.is_some() {
                prop_assert_eq!(node.vote().voted_for, vote.voted_for);
            }
            for action in actions {
                let Action::Apply(message) = action else { continue };
                let id = match message {
                    ApplyMsg::Command { id, command } => {
                        prop_assert_eq!(id.index, applied.next());
                        prop_assert_eq!(command, format!("{id}"));
                        id
                    }
                    ApplyMsg::Snapshot { last_included, .. } => {
                        prop_assert!(last_included.index > applied);
                        last_included
                    }
                };
                applied = id.index;
                prop_assert!(applied.0 as usize <= history.committed[3]);
                prop_assert_eq!(Term(history.logs[3][applied.0 as usize - 1]), id.term);
            }
        }
    }

    #[test]
    fn a_leader_survives_any_replies(inputs in numbers()) {
        let config = Config { servers: 5, batch_bytes: 40, ..Config::default() };
        let mut node = node_of(config, 3, None, log_after(EntryId::new(2, 1), &[1, 2, 3]));
        step(&mut node, Input::Timeout);
        for peer in [S2, S3] {
            step(&mut node, reply(peer, 4, 1, YES));
        }
        let mut now = Time(0);
        for [kind, from, call, a, b] in inputs {
            let (last, commit) = (node.log().last(), node.commit_index());
            now = now + call as u64 * 100;
            let input = match kind % 8 {
                0 => Input::Timeout,
                1 => Input::Start("x".into()),
                2 => Input::Snapshot { index: Index(a as u64 % 30), data: "mine".into() },
                _ => reply(ServerId(from as u16 % 7 + 1), 4, call as u64, any_reply(a, b)),
            };
            step_at(&mut node, now, input);
            prop_assert!(node.get_state() == (Term(4), true));
            prop_assert!(node.log().last() >= last, "a leader's log only grows");
            prop_assert!(node.commit_index() >= commit);
            prop_assert!(node.commit_index() <= node.log().last().index);
            prop_assert_eq!(node.last_applied(), node.commit_index());
        }
    }
}
