//! Whatever comes from outside, a node does not panic: numbers at their ends, strangers, entries beyond the log,
//! snapshots behind it, and bytes that were never written. The one exception is a conflict with what is committed.

mod common;

use common::*;
use proptest::prelude::*;
use raft_core::{
    Action, Appended, Config, Entry, EntryId, Envelope, Index, Input, MAX_NUMBER, Message, Node,
    ServerId, Term, Time,
};

/// Small numbers, and those at the ends of what there is.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![
        6 => 0..8_u64,
        1 => Just(MAX_NUMBER),
        1 => Just(MAX_NUMBER + 1),
        1 => u64::MAX - 2..=u64::MAX,
        1 => any::<u64>(),
    ]
}

fn id() -> impl Strategy<Value = EntryId> {
    (number(), number()).prop_map(|(index, term)| EntryId::new(index, term))
}

fn message() -> impl Strategy<Value = Message> {
    let entries = prop::collection::vec(number(), 0..5).prop_map(|terms| {
        let entry = |term| Entry { term: Term(term), command: "x".into() };
        terms.into_iter().map(entry).collect()
    });
    let conflict =
        (number(), prop::option::of(number()), number()).prop_map(|(prev, term, first)| {
            Appended::Conflict {
                prev_log_index: Index(prev),
                conflict_term: term.map(Term),
                first_index: Index(first),
            }
        });
    prop_oneof![
        id().prop_map(|last_log| Message::RequestVote { last_log }),
        any::<bool>().prop_map(|vote_granted| Message::RequestVoteReply { vote_granted }),
        (id(), entries, number()).prop_map(|(prev_log, entries, commit)| {
            Message::AppendEntries { prev_log, entries, leader_commit: Index(commit) }
        }),
        conflict.prop_map(Message::AppendEntriesReply),
        number().prop_map(success),
        Just(Message::AppendEntriesReply(Appended::OldTerm)),
        id().prop_map(|last_included| Message::InstallSnapshot { last_included, data: "s".into() }),
        prop::option::of(number())
            .prop_map(|index| { Message::InstallSnapshotReply { match_index: index.map(Index) } }),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    let server = prop_oneof![8 => 1..=3_u16, 1 => any::<u16>()];
    let envelope = (server.clone(), server.clone(), number(), number(), message()).prop_map(
        |(from, to, term, call, message)| {
            let to = if to == 2 { 1 } else { to };
            Envelope { from: ServerId(from), to: ServerId(to), term: Term(term), call, message }
        },
    );
    prop_oneof![
        10 => envelope.prop_map(Input::Receive),
        1 => Just(Input::Timeout),
        1 => Just(Input::Tick),
        1 => Just(Input::Start("x".into())),
        1 => server.prop_map(|to| Input::Failed { to: ServerId(to) }),
        1 => number().prop_map(|index| Input::Snapshot { index: Index(index), data: "s".into() }),
    ]
}

/// Gives a node the input at that time, and checks what must hold of it whatever it is told. What contradicts
/// something committed is told to a copy alone.
fn survive(node: &mut Node, now: Time, input: Input) -> Result<(), TestCaseError> {
    let mut out = Vec::new();
    let (term, commit) = (node.get_state().0, node.commit_index());
    let mut copy = node.clone();
    let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        copy.step(now, input, &mut out);
    }));
    if let Err(panic) = tried {
        let words = panic.downcast_ref::<String>().map_or("", String::as_str);
        prop_assert!(words.contains("has violated Raft"), "{words}");
        return Ok(());
    }
    *node = copy;
    prop_assert!(node.get_state().0 >= term && node.commit_index() >= commit);
    prop_assert!(node.commit_index() <= node.log().last().index);
    prop_assert_eq!(node.last_applied(), node.commit_index());
    let members = |action: &Action| match action {
        Action::Send(envelope) => (2..=3).contains(&envelope.to.0) && envelope.from == S1,
        _ => true,
    };
    prop_assert!(out.iter().all(members), "{out:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_a_node_panic(
        inputs in prop::collection::vec((number(), input()), 1..40), behind in 0..4_u64,
    ) {
        std::panic::set_hook(Box::new(|_| {})); // the stops that are expected say nothing
        let config = Config { servers: 3, batch_bytes: 40, ..Config::default() };
        let mut node = Node::new(S1, config, 1, Time(0));
        for index in 1..=behind {
            step(&mut node, request(S2, 1, append((index - 1, u64::from(index > 1)), &[1], index)));
        }
        for (now, input) in inputs {
            survive(&mut node, Time(now), input)?;
        }
        let _ = std::panic::take_hook();
    }

    #[test]
    fn no_bytes_make_a_node_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let mut node = Node::new(S1, Config { servers: 3, ..Config::default() }, 1, Time(0));
        if let Ok(input) = postcard::from_bytes::<Input>(&bytes) {
            survive(&mut node, Time(0), input)?;
        }
    }

    #[test]
    fn no_damaged_message_makes_a_node_panic(
        input in input(), at in any::<prop::sample::Index>(), flip in 1..=u8::MAX,
    ) {
        let mut bytes = postcard::to_allocvec(&input).expect("it can be written down");
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let mut node = Node::new(S1, Config { servers: 3, ..Config::default() }, 1, Time(0));
        if let Ok(input) = postcard::from_bytes::<Input>(&bytes) {
            survive(&mut node, Time(0), input)?;
        }
    }
}
