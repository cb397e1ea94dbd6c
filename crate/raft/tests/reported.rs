//! Mistakes that were reported of real implementations: the same inputs, the right core beside the wrong one.

mod common;

use common::*;
use raft_core::{
    Action, Bugs, Config, EntryId, Index, Input, Log, Message, Mistake, Node, Random, Role, Rule,
    ServerId, Time,
};

fn votes_of(node: &Node) -> Option<ServerId> {
    node.vote().voted_for
}

fn follower(node: &Node, id: ServerId) -> String {
    let Role::Leader { progress } = node.role() else { panic!("S1 leads") };
    let follower = progress.get(id).expect("a follower");
    format!("next {} match {}", follower.next_index, follower.match_index)
}

/// A snapshot up to 2@1 and an entry after it.
fn compacted() -> Log {
    log_after(EntryId::new(2, 1), &[1])
}

#[test]
fn a_candidate_that_steps_down_forgets_its_vote_and_a_follower_does_not() {
    let hears = |voted: Option<ServerId>, stands: bool| {
        move |config| {
            let mut node = node_of(config, 4, voted, log(&[1]));
            if stands {
                step(&mut node, Input::Timeout);
            }
            let term = node.vote().current_term.0;
            step(&mut node, request(S2, term, append((1, 1), &[], 0)));
            vec![format!("voted for {:?}", votes_of(&node))]
        }
    };
    let (kept, gone) = ("voted for Some(ServerId(1))", "voted for None");
    assert_eq!(
        differences(Mistake::StepDownForgetsVote, 3, hears(None, true)),
        lines([kept], [gone])
    );
    assert_eq!(differences(Mistake::StepDownForgetsVote, 3, hears(Some(S2), false)), lines([], []));
    assert_eq!(differences(Mistake::LeaderClearsVote, 3, hears(None, true)), lines([kept], [gone]));
    assert_eq!(
        differences(Mistake::LeaderClearsVote, 3, hears(Some(S2), false)),
        lines(["voted for Some(ServerId(2))"], [gone])
    );
}

#[test]
fn the_vote_is_cleared_once_and_what_is_given_later_stays() {
    let act = |config| {
        let mut node = node_of(config, 4, Some(S2), log(&[1]));
        step(&mut node, request(S2, 4, append((1, 1), &[], 0)));
        step(&mut node, request(S3, 4, asks(1, 1)));
        step(&mut node, request(S2, 4, append((1, 1), &[], 0)));
        vec![format!("voted for {:?}", votes_of(&node))]
    };
    let differ = differences(Mistake::LeaderClearsVote, 3, act);
    assert_eq!(differ, lines(["voted for Some(ServerId(2))"], ["voted for Some(ServerId(3))"]));
}

#[test]
fn a_refusal_of_the_own_term_is_a_vote_and_one_of_an_old_term_is_not() {
    let answered = |term| {
        move |config| {
            let mut node = node_of(config, 4, None, log(&[1]));
            step(&mut node, Input::Timeout);
            step(&mut node, reply(S2, term, 1, NO)).into_iter().take(2).collect()
        }
    };
    assert_eq!(
        differences(Mistake::RefusalCountsAsVote, 3, answered(5)).1,
        [
            "CountVote: counts the vote of S2: 2 of the 2 needed",
            "WinElection: becomes leader of term 5 with 2 votes"
        ]
    );
    assert_eq!(differences(Mistake::RefusalCountsAsVote, 3, answered(4)), lines([], []));
}

#[test]
fn a_vote_counts_as_often_as_it_arrives() {
    let differ = differences(Mistake::VoteCountsTwice, 5, |config| {
        let mut node = node_of(config, 4, None, log(&[]));
        step(&mut node, Input::Timeout);
        step(&mut node, reply(S2, 5, 1, YES));
        step(&mut node, reply(S2, 5, 1, YES)).into_iter().take(2).collect()
    });
    assert_eq!(
        differ,
        lines(
            [],
            [
                "CountVote: counts the vote of S2: 3 of the 3 needed",
                "WinElection: becomes leader of term 5 with 3 votes"
            ]
        )
    );
}

#[test]
fn term_and_index_are_compared_as_one_condition() {
    let asked = |mistake, index, term| {
        differences(mistake, 3, |config| {
            let mut node = node_of(config, 3, None, log(&[1, 2]));
            let mut lines = step(&mut node, request(S2, 4, asks(index, term)));
            lines.retain(|line| line.starts_with("send"));
            lines
        })
    };
    let (yes, no) =
        ("send S2 in term 4, call 7: vote granted", "send S2 in term 4, call 7: vote refused");
    let (both, either) = (Mistake::RefusesBothBehindOnly, Mistake::RefusesEitherBehind);
    assert_eq!(asked(both, 1, 2), lines([no], [yes]), "shorter, of the same term");
    assert_eq!(asked(both, 3, 1), lines([no], [yes]), "longer, of an older term");
    assert_eq!(asked(both, 1, 1), lines([], []), "behind in both");
    assert_eq!(asked(either, 1, 3), lines([yes], [no]), "shorter, of a later term");
    assert_eq!(asked(either, 3, 1), lines([], []), "longer, of an older term");
    assert_eq!(asked(either, 2, 2), lines([], []), "the same");
}

#[test]
fn a_candidate_claims_the_term_that_it_has_just_begun() {
    let differ = differences(Mistake::CurrentTermAsLastLogTerm, 2, |config| {
        let mut node = node_of(config, 4, None, log(&[1, 2]));
        let mut lines = step(&mut node, Input::Timeout);
        lines.retain(|line| line.starts_with("send"));
        lines
    });
    let asks = |term| format!("send S2 in term 5, call 1: RequestVote, log ends at 2@{term}");
    assert_eq!(differ, lines([&asks(2)], [&asks(5)]));
}

#[test]
fn a_refused_candidate_does_not_bring_its_term() {
    let asked = |index| {
        move |config| {
            let mut node = node_of(config, 3, None, log(&[1, 2]));
            step(&mut node, request(S2, 9, asks(index, 2)));
            vec![format!("term {}", node.get_state().0)]
        }
    };
    assert_eq!(
        differences(Mistake::RefusalKeepsOldTerm, 3, asked(1)),
        lines(["term 9"], ["term 3"])
    );
    assert_eq!(differences(Mistake::RefusalKeepsOldTerm, 3, asked(2)), lines([], []));
}

#[test]
fn a_refused_candidate_resets_the_timer_but_not_that_of_a_leader() {
    let timer = |config| {
        let mut node = node_of(config, 4, Some(S3), log(&[1]));
        let now = Time(node.deadline().0 - 1);
        step_at(&mut node, now, request(S2, 4, asks(0, 0)));
        vec![format!("waits anew: {}", node.timer().set_at == now)]
    };
    let differ = differences(Mistake::RefusedCandidateResetsTimer, 3, timer);
    assert_eq!(differ, lines(["waits anew: false"], ["waits anew: true"]));
    let leads = |config| {
        let mut node = leader_of(config, 3, log(&[1]));
        let before = node.timer();
        step_at(&mut node, Time(9), request(S3, 4, asks(0, 0)));
        assert_eq!(node.timer(), before);
        Vec::new()
    };
    assert_eq!(differences(Mistake::RefusedCandidateResetsTimer, 3, leads), lines([], []));
}

#[test]
fn an_old_refusal_moves_next_index_forward_but_never_past_what_was_refused() {
    let differ = differences(Mistake::NextIndexForward, 3, |config| {
        let mut node = leader_of(config, 3, log(&[1, 1, 2, 2, 3]));
        // The announcement had call 3; what is sent after the first refusal is call 5.
        step(&mut node, reply(S2, 4, 3, conflict(5, None, 2)));
        let mut lines = vec![format!("first: {}", follower(&node, S2))];
        step(&mut node, reply(S2, 4, 3, conflict(5, Some(2), 3)));
        lines.push(format!("then: {}", follower(&node, S2)));
        lines
    });
    assert_eq!(differ, lines(["then: next 2 match 0"], ["then: next 5 match 0"]));
}

#[test]
fn a_refusal_moves_match_index_and_is_believed_for_ever() {
    let differ = differences(Mistake::RefusalMovesMatchIndex, 3, |config| {
        let mut node = leader_of(config, 3, log(&[2, 2]));
        step(&mut node, reply(S2, 4, 3, conflict(2, None, 2)));
        let mut lines = vec![format!("first: {}", follower(&node, S2))];
        step(&mut node, reply(S2, 4, 5, conflict(1, Some(1), 1)));
        lines.push(format!("then: {}", follower(&node, S2)));
        lines
    });
    assert_eq!(
        differ,
        lines(
            ["first: next 2 match 0", "then: next 1 match 0"],
            ["first: next 2 match 1", "then: next 2 match 1"]
        )
    );
}

#[test]
fn a_follower_confirms_what_the_message_has_not_matched() {
    let sent = |prev, terms: &'static [u64]| {
        move |config| {
            let mut node = node_of(config, 3, None, log(&[1, 1, 1]));
            let mut lines = step(&mut node, request(S2, 3, append(prev, terms, 0)));
            lines.retain(|line| line.starts_with("send"));
            lines
        }
    };
    let matches = |index| format!("send S2 in term 3, call 7: success, matches through {index}");
    let confirms = |prev, terms| differences(Mistake::ConfirmsWholeLog, 3, sent(prev, terms));
    assert_eq!(confirms((1, 1), &[]), lines([&matches(1)], [&matches(3)]));
    assert_eq!(confirms((1, 1), &[1]), lines([&matches(2)], [&matches(3)]));
    assert_eq!(confirms((3, 1), &[3]), lines([], []));
}

#[test]
fn a_heartbeat_is_confirmed_whatever_stands_before_it_and_entries_are_not() {
    let sent = |terms: &'static [u64]| {
        move |config| {
            let mut node = node_of(config, 3, None, log(&[1]));
            let mut lines = step(&mut node, request(S2, 3, append((2, 2), terms, 0)));
            lines.retain(|line| line.starts_with("send"));
            lines
        }
    };
    let differ = differences(Mistake::HeartbeatNotChecked, 3, sent(&[]));
    assert_eq!(
        differ,
        lines(
            ["send S2 in term 3, call 7: refused: nothing at 2, log ends before 2"],
            ["send S2 in term 3, call 7: success, matches through 2"]
        )
    );
    assert_eq!(differences(Mistake::HeartbeatNotChecked, 3, sent(&[3])), lines([], []));
}

#[test]
fn what_conflicts_is_overwritten_and_what_follows_stays() {
    let sent = |terms: &'static [u64]| {
        move |config| {
            let mut node = node_of(config, 3, None, log(&[1, 1, 1]));
            step(&mut node, request(S2, 3, append((1, 1), terms, 0)))
        }
    };
    let keeps = |terms| differences(Mistake::KeepsConflictingTail, 3, sent(terms));
    assert_eq!(
        keeps(&[3]),
        lines(
            ["AppendNew: has the previous entry 1@1: appends 2", "persist 2@3 from 2"],
            ["AppendNew: has the previous entry 1@1: appends 2-3", "persist 2@3 3@1 from 2"]
        )
    );
    assert_eq!(keeps(&[3, 3]), lines([], []), "nothing follows");
    assert_eq!(keeps(&[1]), lines([], []), "nothing conflicts");
}

#[test]
fn a_message_that_knows_of_less_takes_commit_index_back() {
    let differ = differences(Mistake::CommitIndexFalls, 3, |config| {
        let mut node = node_of(config, 3, None, log(&[1, 1]));
        step(&mut node, request(S2, 3, append((2, 1), &[], 2)));
        step(&mut node, request(S2, 3, append((2, 1), &[], 1)));
        vec![format!("commit {} applied {}", node.commit_index(), node.last_applied())]
    });
    assert_eq!(differ, lines(["commit 2 applied 2"], ["commit 1 applied 2"]));
}

#[test]
fn a_place_inside_the_snapshot_is_refused_and_what_follows_is_deleted() {
    let differ = differences(Mistake::SnapshotPrefixConflicts, 3, |config| {
        let mut node = node_of(config, 3, None, compacted());
        let mut lines = step(&mut node, request(S2, 3, append((1, 1), &[1, 1], 0)));
        lines.push(format!("ends at {}", node.log().last()));
        lines
    });
    assert_eq!(differ.0, ["send S2 in term 3, call 7: success, matches through 3", "ends at 3@1"]);
    assert_eq!(
        differ.1,
        [
            "RefuseMismatch: rejects entries from S2: has no entry 1@1",
            "persist term 3 no vote, snapshot up to 2@1 (old), nothing",
            "send S2 in term 3, call 7: refused: nothing at 1, log ends before 3",
            "ends at 2@1"
        ]
    );
    let at_its_end = |config| {
        let mut node = node_of(config, 3, None, compacted());
        step(&mut node, request(S2, 3, append((2, 1), &[1], 0)))
    };
    assert_eq!(differences(Mistake::SnapshotPrefixConflicts, 3, at_its_end), lines([], []));
}

#[test]
fn a_snapshot_brings_the_term_of_its_last_entry() {
    let differ = differences(Mistake::SnapshotSetsTerm, 3, |config| {
        let mut node = node_of(config, 3, None, log(&[]));
        let mut lines = step(&mut node, request(S2, 3, install(2, 1)));
        lines.retain(|line| line.starts_with("send"));
        lines.push(format!("term {}", node.get_state().0));
        lines
    });
    assert_eq!(
        differ,
        lines(
            ["send S2 in term 3, call 7: holds the snapshot up to 2", "term 3"],
            ["send S2 in term 1, call 7: holds the snapshot up to 2", "term 1"]
        )
    );
}

#[test]
fn a_log_that_is_not_discarded_keeps_its_own_entry_where_the_snapshot_ends() {
    let act = |core: Core| {
        let mut node = node_of(core, 3, None, log(&[1, 1, 1]));
        step(&mut node, request(S2, 3, install(2, 2)));
        let mut lines = step(&mut node, request(S2, 3, append((2, 2), &[3], 0)));
        lines.retain(|line| line.starts_with("send"));
        lines.push(format!("{} to {}", node.log().snapshot_end(), node.log().last()));
        assert_eq!(node.last_applied(), Index(2), "the service has the snapshot");
        lines
    };
    let config = Config { servers: 3, ..Config::default() };
    assert_eq!(
        act(config.into()),
        ["send S2 in term 3, call 7: success, matches through 3", "2@2 to 3@3"]
    );
    let bugs = Bugs::of([Rule::DiscardLog.into()]);
    let refused: Message = conflict(2, Some(1), 3);
    let Message::AppendEntriesReply(refused) = refused else { unreachable!("it is a reply") };
    assert_eq!(
        act(Core { config, bugs }),
        [format!("send S2 in term 3, call 7: {refused}"), "2@1 to 3@1".to_owned()]
    );
}

/// The follower's reply depends on the refused message alone, so each way back goes on from its own place: whatever
/// the network does with refusals, as long as it loses none, the logs agree after no more round trips than there are
/// terms to skip, and nextIndex moves no more.
#[test]
fn refusals_that_are_old_cost_messages_and_each_way_back_ends_all_the_same() {
    let ours = log(&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6]);
    for theirs in [log(&[]), log(&[1, 1]), log(&[1, 1, 1, 2, 2, 3, 3, 3]), log(&[2; 12])] {
        for seed in 1..=200 {
            let config = Config { servers: 3, ..Config::default() };
            let bugs = Bugs::of([Mistake::NextIndexForward.into()]);
            let mut leader = leader_of(Core { config, bugs }, 6, ours.clone());
            let mut other = node_of(config, 6, None, theirs.clone());
            let mut random = Random::new(seed);
            let mut flights = Vec::new();
            let mut actions = Vec::new();
            // Six heartbeats set out before the first answer comes.
            for _ in 0..6 {
                leader.step(Time(0), Input::Timeout, &mut actions);
            }
            let mut delivered = 0;
            loop {
                flights.extend(actions.drain(..).filter_map(|action| match action {
                    Action::Send(envelope) if envelope.to != S3 => Some(envelope),
                    _ => None,
                }));
                if flights.is_empty() {
                    break;
                }
                let at = random.between(0, flights.len() as u64 - 1) as usize;
                let mut envelope = flights.swap_remove(at);
                let answers = envelope.to == S1;
                // The follower believes to be S1, and its leader to be S2.
                (envelope.from, envelope.to) = (S2, S1);
                let node = if answers { &mut leader } else { &mut other };
                node.step(Time(0), Input::Receive(envelope), &mut actions);
                if answers {
                    delivered += 1;
                    assert!(delivered < 200, "seed {seed}: no end");
                    continue;
                }
                for action in &mut actions {
                    if let Action::Send(envelope) = action {
                        envelope.to = S1;
                    }
                }
            }
            assert_eq!(other.log(), &ours, "seed {seed}: the logs agree");
            assert_eq!(follower(&leader, S2), "next 11 match 10", "seed {seed}");
        }
    }
}
