//! The sentences of the crate's documentation that a caller relies on, one test each.

mod common;

use common::*;
use proptest::prelude::*;
use raft_core::{
    Action, Config, EntryId, Envelope, InFlight, Index, Input, Message, Node, Note, Persistent,
    Role, Rule, ServerId, Term, Time, Vote,
};

const YES: Message = Message::RequestVoteReply { vote_granted: true };

fn three() -> Config {
    Config { servers: 3, ..Config::default() }
}

fn actions(node: &mut Node, now: Time, input: Input) -> Vec<Action> {
    let mut out = Vec::new();
    node.step(now, input, &mut out);
    out
}

fn sent(actions: Vec<Action>) -> Vec<Envelope> {
    let only_sends = |action| match action {
        Action::Send(envelope) => Some(envelope),
        _ => None,
    };
    actions.into_iter().filter_map(only_sends).collect()
}

/// A request of S2 or S3 in one of the terms around the receiver's.
fn any_request() -> impl Strategy<Value = Envelope> {
    (2..=3_u16, 1..6_u64, any::<u64>(), 0..3_u8, 0..8_u64, 0..4_u64, 0..3_usize).prop_map(
        |(from, term, call, kind, index, at, entries)| {
            let message = match kind {
                0 => asks(index, at),
                1 => append((index, at), &vec![term; entries], index),
                _ => install(index, at),
            };
            Envelope { from: ServerId(from), to: S1, term: Term(term), call, message }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_request_gets_exactly_one_reply_in_the_same_step(
        requests in prop::collection::vec(any_request(), 1..20), leads in any::<bool>(),
    ) {
        let mut node = if leads { leader(2, log(&[1, 2])) } else { node(3, log(&[1, 2])) };
        for request in requests {
            let (term, led) = node.get_state();
            let replies = sent(actions(&mut node, Time(0), Input::Receive(request.clone())));
            // Two leaders of one term: somebody violates Raft, and there is nothing true to say.
            let impossible = led && request.term == term
                && !matches!(request.message, Message::RequestVote { .. });
            prop_assert_eq!(replies.len(), usize::from(!impossible));
            for reply in replies {
                prop_assert!(reply.message.is_reply());
                prop_assert_eq!(reply.message.rpc(), request.message.rpc());
                prop_assert_eq!((reply.to, reply.call), (request.from, request.call));
            }
        }
    }
}

#[test]
fn a_tick_before_the_deadline_does_nothing_and_a_tick_at_it_is_a_timeout() {
    let fresh = || Node::new(S1, three(), 1, Time(0));
    let mut node = fresh();
    let (deadline, before) = (node.deadline(), format!("{node:?}"));
    for early in [0, 1, deadline.0 - 1] {
        assert_eq!(actions(&mut node, Time(early), Input::Tick), []);
        assert_eq!(format!("{node:?}"), before);
    }
    let ticked = actions(&mut node, deadline, Input::Tick);
    assert_eq!(ticked, actions(&mut fresh(), deadline, Input::Timeout));
    assert!(matches!(node.role(), Role::Candidate { .. }));
    let mut leader = leader(1, log(&[]));
    let due = leader.deadline();
    assert_eq!(sent(actions(&mut leader, Time(due.0 - 1), Input::Tick)), []);
    assert_eq!(
        sent(actions(&mut leader, due + 50, Input::Tick)).len(),
        2,
        "one late heartbeat each"
    );
    assert!(leader.deadline() > due + 50);
}

#[test]
fn a_forced_timeout_needs_no_deadline() {
    let mut node = Node::new(S1, three(), 1, Time(0));
    assert_eq!(sent(actions(&mut node, Time(0), Input::Timeout)).len(), 2);
    assert_eq!(node.get_state().0, Term(1));
}

#[test]
fn servers_of_one_seed_time_out_together_and_those_of_several_do_not() {
    let deadline = |server, seed| Node::new(server, three(), seed, Time(0)).deadline();
    assert_eq!(deadline(S1, 7), deadline(S2, 7));
    assert_ne!(deadline(S1, 7), deadline(S2, 8));
}

#[test]
fn the_clock_of_a_restarted_server_may_begin_anywhere() {
    let persistent = || Persistent {
        vote: Vote { current_term: Term(5), voted_for: None },
        log: log(&[1, 2]),
        ..Persistent::default()
    };
    let waits = |now: Time| {
        let node = Node::recover(persistent(), S1, three(), 1, now, &mut Vec::new());
        node.deadline() - now
    };
    assert_eq!(waits(Time(0)), waits(Time(10_000_000)));
    assert!((three().election_min..=three().election_max).contains(&waits(Time(0))));
    // A clock that is set back makes it wait longer, and is no other harm.
    let mut node = Node::recover(persistent(), S1, three(), 1, Time(9_000_000), &mut Vec::new());
    assert_eq!(actions(&mut node, Time(0), Input::Tick), []);
    let grants = sent(actions(&mut node, Time(0), request(S2, 6, asks(2, 2))));
    assert!(matches!(grants[0].message, Message::RequestVoteReply { vote_granted: true }));
    assert!(node.deadline() < Time(9_000_000), "from here on it goes by the new clock");
}

#[test]
fn an_answer_to_a_call_before_the_crash_counts_for_nothing_after_it() {
    let mut first = leader(1, log(&[1]));
    let calls: Vec<u64> = sent(actions(&mut first, Time(0), Input::Start("x".into())))
        .iter()
        .map(|envelope| envelope.call)
        .collect();
    let vote = first.vote();
    let persistent = Persistent { vote, log: first.log().clone(), ..Persistent::default() };
    let mut again = Node::recover(persistent, S1, three(), 2, Time(0), &mut Vec::new());
    let asked = sent(actions(&mut again, Time(0), Input::Timeout));
    assert_eq!(asked[0].call, 1, "the numbers begin again");
    assert!(asked[0].term > vote.current_term, "but whoever asks is in a new term");
    step(&mut again, reply(S2, 3, 1, YES));
    for call in calls {
        let late = reply(S2, 2, call, success(2));
        let says = step(&mut again, late);
        assert!(says.len() == 1 && says[0].starts_with("IgnoreStaleReply: "), "{says:?}");
    }
    let Role::Leader { progress } = again.role() else { panic!("it leads term 3") };
    assert!(progress.iter().all(|(_, follower)| follower.match_index == Index(0)));
}

#[test]
fn recover_hands_out_no_more_than_a_note() {
    let snapshot_end = EntryId::new(2, 1);
    let persistent = Persistent {
        vote: Vote { current_term: Term(5), voted_for: Some(S2) },
        log: log_after(snapshot_end, &[2, 2]),
        snapshot: "state".into(),
    };
    let mut out = Vec::new();
    let mut node = Node::recover(persistent, S1, three(), 1, Time(0), &mut out);
    let last_log = EntryId::new(4, 2);
    assert_eq!(out, [Action::Note(Note::RecoverState { term: Term(5), last_log })]);
    assert_eq!((node.commit_index(), node.last_applied()), (Index(2), Index(2)));
    // The service goes on from the snapshot, and is given once more what follows it.
    let says = step(&mut node, request(S2, 5, append((4, 2), &[], 4)));
    let applied: Vec<_> = says.iter().filter(|line| line.starts_with("apply ")).collect();
    assert_eq!(applied, ["apply 3@2 (3@2)", "apply 4@2 (4@2)"]);
}

#[test]
#[should_panic(expected = "this is not what was written")]
fn a_state_that_no_cluster_reaches_is_refused() {
    let vote = Vote { current_term: Term(u64::MAX), voted_for: None };
    let persistent = Persistent { vote, ..Persistent::default() };
    Node::recover(persistent, S1, three(), 1, Time(0), &mut Vec::new());
}

#[test]
fn what_is_for_another_or_from_no_other_member_is_ignored() {
    let mut node = node(3, log(&[1]));
    let before = format!("{node:?}");
    let message = || append((1, 1), &[9], 2);
    for (from, to) in [(S2, S3), (S1, S1), (ServerId(0), S1), (ServerId(4), S1), (S2, ServerId(0))]
    {
        let envelope = Envelope { from, to, term: Term(9), call: 1, message: message() };
        assert_eq!(step(&mut node, Input::Receive(envelope)), [""; 0], "{from} to {to}");
        assert_eq!(format!("{node:?}"), before);
    }
    assert!(!step(&mut node, request(S2, 9, message())).is_empty(), "from a member it counts");
}

#[test]
fn a_vote_of_no_member_never_counts() {
    let mut node = candidate(1, log(&[]));
    for stranger in [0, 1, 4, u16::MAX] {
        assert_eq!(step(&mut node, reply(ServerId(stranger), 2, 1, YES)), [""; 0]);
        let Role::Candidate { votes } = node.role() else { panic!("S{stranger} elected it") };
        assert_eq!(*votes, [S1]);
    }
    step(&mut node, reply(S3, 2, 2, YES));
    assert!(node.get_state().1);
}

#[test]
fn after_a_failed_call_the_next_heartbeat_carries_the_entries_again() {
    let carried = |failed: bool| {
        let mut node = leader(1, log(&[]));
        step(&mut node, Input::Start("x".into()));
        if failed {
            assert_eq!(step(&mut node, Input::Failed { to: S2 }), [""; 0], "not at once");
        }
        let due = node.deadline();
        let sent = sent(actions(&mut node, due, Input::Tick));
        sent.iter().map(|envelope| envelope.message.span().is_some()).collect::<Vec<_>>()
    };
    assert_eq!(carried(false), [false, false]);
    assert_eq!(carried(true), [true, false], "to S2, and only to S2");
}

#[test]
fn after_a_failed_call_a_snapshot_is_sent_again_with_the_next_message() {
    let mut node = leader(1, log_after(EntryId::new(3, 1), &[1]));
    step(&mut node, reply(S2, 2, 3, conflict(4, None, 1)));
    let Role::Leader { progress } = node.role() else { panic!("it leads") };
    let in_flight = progress.get(S2).expect("a follower").in_flight;
    assert!(matches!(in_flight, InFlight::Snapshot { .. }));
    let snapshots = |node: &mut Node| {
        let sent = sent(actions(node, Time(1), Input::Timeout));
        sent.iter().filter(|e| matches!(e.message, Message::InstallSnapshot { .. })).count()
    };
    assert_eq!(snapshots(&mut node), 0, "it is on its way");
    step_at(&mut node, Time(1), Input::Failed { to: S2 });
    assert_eq!(snapshots(&mut node), 1);
}

#[test]
fn a_failed_call_is_nothing_to_who_does_not_lead_or_does_not_know_the_server() {
    for mut node in [node(1, log(&[])), candidate(1, log(&[])), leader(1, log(&[]))] {
        let before = format!("{node:?}");
        for to in [S1, ServerId(0), ServerId(9)] {
            assert_eq!(step(&mut node, Input::Failed { to }), [""; 0]);
        }
        assert_eq!(format!("{node:?}"), before);
    }
    let mut node = candidate(1, log(&[]));
    assert_eq!(step(&mut node, Input::Failed { to: S2 }), [""; 0]);
}

fn committed_then_contradicted(mut node: Node) -> (Node, Vec<Action>) {
    actions(&mut node, Time(0), request(S2, 1, append((0, 0), &[1, 1], 2)));
    assert_eq!(node.commit_index(), Index(2));
    let out = actions(&mut node, Time(0), request(S3, 2, append((1, 1), &[2], 0)));
    (node, out)
}

#[test]
#[should_panic(expected = "S1: entry 2 is committed, and the leader of term 2 sends another one")]
fn a_server_stops_rather_than_cut_off_what_is_committed() {
    committed_then_contradicted(Node::new(S1, three(), 1, Time(0)));
}

#[test]
fn a_server_among_wrong_ones_goes_on_for_whoever_watches() {
    let bugs = raft_core::Bugs::default();
    let (node, actions) =
        committed_then_contradicted(Node::with_bugs(S1, three(), bugs, 1, Time(0)));
    assert_eq!(node.log().last(), EntryId::new(2, 2));
    let deletes = |action: &Action| matches!(action, Action::Note(told) if told.rule() == Rule::DeleteConflict);
    assert!(actions.iter().any(deletes));
}
