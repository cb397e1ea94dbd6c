//! The online checker of linearizability beside a published offline one, on small random histories.

use bytes::Bytes;
use raft_check::{Answer, Asked, At, Linear, Operation, Partial};
use raft_core::Time;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus as Random;
use todc_utils::{Action, History, Specification, WGLChecker};

/// A key, as the published checker knows it: an operation with its answer; none if it was never answered.
struct Register;

impl Specification for Register {
    type State = Vec<u8>;
    type Operation = (Asked, Option<Answer>);

    fn init() -> Self::State {
        Vec::new()
    }

    fn apply((asked, answer): &Self::Operation, state: &Self::State) -> (bool, Self::State) {
        let mut after = state.clone();
        let is = match asked {
            Asked::Get => Answer::Value(state.clone().into()),
            Asked::Put(value) => {
                after = value.to_vec();
                Answer::Done
            }
            Asked::Append(value) => {
                after.extend_from_slice(value);
                Answer::Done
            }
            Asked::CompareAndSet(old, new) if old[..] == state[..] => {
                after = new.to_vec();
                Answer::Done
            }
            Asked::CompareAndSet(..) => Answer::Differs(state.clone().into()),
        };
        (answer.as_ref().is_none_or(|answer| *answer == is), after)
    }
}

/// An event of a history.
#[derive(Clone, Debug)]
enum Happens {
    Asks(u32, u64, Asked),
    IsAnswered(u32, u64, Answer),
    IsAbandoned(u32, u64),
}

fn below(random: &mut Random, n: u64) -> u64 {
    random.random_range(0..n)
}

fn value(random: &mut Random) -> Bytes {
    Bytes::from(*["", "a", "b", "ab"].choose(random).expect("there are four"))
}

fn asked(random: &mut Random) -> Asked {
    match below(random, 4) {
        0 => Asked::Get,
        1 => Asked::Put(value(random)),
        2 => Asked::Append(value(random)),
        _ => Asked::CompareAndSet(value(random), value(random)),
    }
}

/// A history of some clients on one key. Each operation takes effect at some moment; some answers lie.
fn history(random: &mut Random, lies: bool) -> Vec<Happens> {
    let clients = 1 + below(random, 5) as u32;
    let mut history = Vec::new();
    let mut state = Register::init();
    let mut open: Vec<(u32, u64, Asked, Option<Answer>)> = Vec::new();
    for sequence in 0..3 + below(random, 12) {
        let client = 1 + below(random, u64::from(clients)) as u32;
        match open.iter().position(|(who, ..)| *who == client) {
            None => {
                let asked = asked(random);
                history.push(Happens::Asks(client, sequence, asked.clone()));
                open.push((client, sequence, asked, None));
            }
            Some(place) => {
                let (client, sequence, asked, answer) = open.swap_remove(place);
                let mut answer = answer.unwrap_or_else(|| take_effect(&asked, &mut state));
                if below(random, 8) == 0 {
                    history.push(Happens::IsAbandoned(client, sequence));
                    continue;
                }
                if lies && below(random, 4) == 0 && answer != Answer::Done {
                    answer = Answer::Value(value(random));
                }
                history.push(Happens::IsAnswered(client, sequence, answer));
            }
        }
        for (_, _, asked, answer) in &mut open {
            if answer.is_none() && below(random, 3) == 0 {
                *answer = Some(take_effect(asked, &mut state));
            }
        }
    }
    history
}

fn take_effect(asked: &Asked, state: &mut Vec<u8>) -> Answer {
    let before: Bytes = state.clone().into();
    *state = Register::apply(&(asked.clone(), None), state).1;
    match asked {
        Asked::Get => Answer::Value(before),
        Asked::CompareAndSet(old, _) if *old != before => Answer::Differs(before),
        _ => Answer::Done,
    }
}

/// The verdict of the published checker. What has no answer ends with the history, whatever it comes to.
fn offline(history: &[Happens]) -> bool {
    let mut actions = Vec::new();
    let mut open: Vec<(u64, Asked)> = Vec::new();
    for happens in history {
        match happens {
            Happens::Asks(_, sequence, asked) => {
                actions.push((*sequence as usize, Action::Call((asked.clone(), None))));
                open.push((*sequence, asked.clone()));
            }
            Happens::IsAnswered(_, sequence, answer) => {
                let place = open.iter().position(|(other, _)| other == sequence).expect("asked");
                let (_, asked) = open.remove(place);
                let response = Action::Response((asked, Some(answer.clone())));
                actions.push((*sequence as usize, response));
            }
            Happens::IsAbandoned(..) => {}
        }
    }
    for (sequence, asked) in open {
        actions.push((sequence as usize, Action::Response((asked, None))));
    }
    actions.is_empty() || WGLChecker::<Register>::is_linearizable(History::from_actions(actions))
}

fn at(event: u64) -> At {
    At { time: Time(event), event }
}

fn ask(linear: &mut Linear, event: u64, client: u32, sequence: u64, asked: Asked) {
    let key = Bytes::from_static(b"x");
    linear.invoked(Operation { client, sequence, key, asked, invoked: at(event) });
}

fn online(history: &[Happens]) -> (Linear, Option<Partial>) {
    let mut linear = Linear::default();
    let mut partial = None;
    for (event, happens) in (1..).zip(history) {
        match happens {
            Happens::Asks(client, sequence, asked) => {
                ask(&mut linear, event, *client, *sequence, asked.clone());
            }
            Happens::IsAnswered(client, sequence, answer) => {
                let found = linear.answered(at(event), *client, *sequence, answer);
                partial = partial.or(found);
            }
            Happens::IsAbandoned(client, sequence) => linear.abandoned(*client, *sequence),
        }
    }
    (linear, partial)
}

#[test]
fn verdicts_are_those_of_a_published_checker() {
    let mut random = Random::seed_from_u64(7);
    let (mut right, mut wrong) = (0, 0);
    for round in 0..20_000 {
        let history = history(&mut random, round % 2 == 0);
        let (linear, partial) = online(&history);
        assert_eq!(linear.unknown().count(), 0, "{history:#?}");
        let fits = offline(&history);
        assert_eq!(partial.is_none(), fits, "{history:#?}\n{partial:#?}");
        if let Some(partial) = partial {
            let mut value = Register::init();
            for operation in &partial.order {
                take_effect(&operation.asked, &mut value);
            }
            assert_eq!(partial.value, value, "{history:#?}\n{partial:#?}");
        }
        assert!(fits || round % 2 == 0, "an honest history is linearizable: {history:#?}");
        *(if fits { &mut right } else { &mut wrong }) += 1;
    }
    assert!(right > 10_000 && wrong > 1_000, "{right} right, {wrong} wrong");
}

#[test]
fn the_evidence_is_the_longest_order_and_what_does_not_fit() {
    let mut linear = Linear::default();
    ask(&mut linear, 1, 1, 1, Asked::Put("1".into()));
    assert_eq!(linear.answered(at(2), 1, 1, &Answer::Done), None);
    ask(&mut linear, 3, 1, 2, Asked::Append("2".into()));
    ask(&mut linear, 4, 2, 1, Asked::Get);
    assert_eq!(linear.answered(at(5), 2, 1, &Answer::Value("12".into())), None);
    ask(&mut linear, 6, 3, 1, Asked::Get);
    let partial = linear.answered(at(7), 3, 1, &Answer::Value("1".into())).expect("it is stale");
    assert_eq!(
        partial.to_string(),
        "c3's get of x finds \"1\", and that fits into no order of what was done with x. The longest order that \
         fits ends with c1's x=1, c1's x+=2, c2's get of x: x is \"12\" then"
    );
    assert_eq!(linear.unknown().count(), 0, "it is known to be broken");
    assert_eq!(linear.answered(at(8), 1, 2, &Answer::Done), None, "once is enough");
}

#[test]
fn what_was_seen_cannot_have_failed() {
    let mut linear = Linear::default();
    ask(&mut linear, 1, 0, 1, Asked::Put("1".into()));
    ask(&mut linear, 2, 0, 2, Asked::Put("2".into()));
    ask(&mut linear, 3, 1, 1, Asked::Get);
    assert_eq!(linear.answered(at(4), 1, 1, &Answer::Value("2".into())), None);
    assert_eq!(linear.has_failed(at(5), 0, 1), None, "nobody has seen the 1");
    let partial = linear.has_failed(at(6), 0, 2).expect("it was seen");
    assert!(partial.to_string().starts_with("somebody's x=2 has taken effect"), "{partial}");
}

#[test]
fn beyond_the_bounds_nothing_is_said() {
    let mut linear = Linear::default();
    for n in 1..=25 {
        assert_eq!(linear.unknown().count(), 0, "{n}");
        ask(&mut linear, n, n as u32, 1, Asked::Put(n.to_string().into()));
    }
    assert_eq!(linear.unknown().count(), 1);
    assert_eq!(linear.answered(at(30), 1, 1, &Answer::Value("nonsense".into())), None);

    // Appends that nobody reads: every order stays possible, until there are too many.
    let mut linear = Linear::default();
    for n in 0..30_u64 {
        for client in [1, 2] {
            ask(&mut linear, n, client, n, Asked::Append(client.to_string().into()));
        }
        for client in [1, 2] {
            assert_eq!(linear.answered(at(n), client, n, &Answer::Done), None);
        }
        assert!(linear.configurations() <= 2_048 + 1);
    }
    assert_eq!(linear.unknown().count(), 1);
}

/// The most that one call may cost, counted as events: some milliseconds.
const MOST_COST: u64 = 25_000;

#[test]
fn one_answer_costs_a_bounded_amount_of_work_whatever_was_asked() {
    let mut dearest = 0;
    for seed in 0..60 {
        let mut random = Random::seed_from_u64(seed);
        let mut linear = Linear::default();
        let mut state = Vec::new();
        let clients = 12 + below(&mut random, 12) as u32;
        let mut before = 0;
        let mut look = |linear: &Linear| {
            dearest = dearest.max(linear.cost() - before);
            before = linear.cost();
        };
        for n in 0..40 {
            let mut answers = Vec::new();
            for client in 1..=clients {
                let value =
                    |random: &mut Random| Bytes::from(vec![b'a' + below(random, 3) as u8; 40]);
                let asked = match below(&mut random, 8) {
                    0 => Asked::Put(value(&mut random)),
                    1 => Asked::Append(value(&mut random)),
                    2 | 3 => {
                        Asked::CompareAndSet(Bytes::copy_from_slice(&state), value(&mut random))
                    }
                    _ => Asked::Get,
                };
                ask(&mut linear, n, client, n, asked.clone());
                look(&linear);
                answers.push((client, take_effect(&asked, &mut state)));
            }
            for (client, answer) in answers {
                assert_eq!(linear.answered(at(n), client, n, &answer), None);
                look(&linear);
            }
        }
    }
    assert!((100..MOST_COST).contains(&dearest), "{dearest}");
}

#[test]
fn a_long_history_costs_no_more_than_a_short_one() {
    let mut linear = Linear::default();
    let mut random = Random::seed_from_u64(1);
    let mut state = Vec::new();
    for n in 0..50_000 {
        let (asked, client) = (asked(&mut random), 1 + n as u32 % 3);
        ask(&mut linear, n, client, n, asked.clone());
        let answer = take_effect(&asked, &mut state);
        assert_eq!(linear.answered(at(n), client, n, &answer), None);
        assert_eq!(linear.configurations(), 1);
        if state.len() > 50 {
            state.clear();
            ask(&mut linear, n, 9, n, Asked::Put(Bytes::new()));
            assert_eq!(linear.answered(at(n), 9, n, &Answer::Done), None);
        }
    }
    assert_eq!(linear.unknown().count(), 0);
}
