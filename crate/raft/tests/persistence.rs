//! Every message rests on a durable state; no order of events violates a property.
//!
//! `common/cluster.rs` checks every action: terms, votes and entries are on the disk before anybody can
//! see a message that rests on them, also when a server crashes between two actions of a list.

mod common;

use common::cluster::{Cluster, Event};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use raft_core::{Config, Rule};
use std::collections::BTreeSet;

fn event() -> impl Strategy<Value = Event> {
    let at = 0..64_usize;
    prop_oneof![
        40 => at.clone().prop_map(Event::Deliver),
        4 => at.clone().prop_map(Event::Duplicate),
        4 => at.clone().prop_map(Event::Lose),
        4 => at.clone().prop_map(Event::Timeout),
        12 => at.clone().prop_map(Event::Start),
        3 => (at.clone(), 0..3_u64).prop_map(|(at, beyond)| Event::Snapshot(at, beyond.saturating_sub(1))),
        1 => at.clone().prop_map(Event::Restart),
        2 => (at, 0..12_usize).prop_map(|(at, actions)| Event::DeliverAndCrash(at, actions)),
        4 => (0..400_000_u64).prop_map(Event::Wait),
    ]
}

fn run(config: Config, events: &[Event]) -> BTreeSet<Rule> {
    let mut cluster = Cluster::new(config);
    for event in events {
        cluster.happen(event);
    }
    cluster.settle();
    cluster.fired
}

/// A property that holds because nothing happens says nothing.
#[test]
fn the_random_events_reach_every_rule() {
    let mut runner = TestRunner::deterministic();
    let events = prop::collection::vec(event(), 600);
    let config = Config { servers: 3, batch_bytes: 60, ..Config::default() };
    let mut missing: BTreeSet<Rule> = Rule::ALL.iter().copied().collect();
    for _ in 0..400 {
        let events = events.new_tree(&mut runner).expect("events can always be drawn").current();
        for rule in run(config, &events) {
            missing.remove(&rule);
        }
    }
    assert!(missing.is_empty(), "never seen: {missing:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn three_servers_keep_their_properties_whatever_happens(
        events in prop::collection::vec(event(), 0..600),
    ) {
        run(Config { servers: 3, ..Config::default() }, &events);
    }

    #[test]
    fn five_servers_with_small_batches_keep_their_properties_whatever_happens(
        events in prop::collection::vec(event(), 0..600),
    ) {
        run(Config { servers: 5, batch_bytes: 60, ..Config::default() }, &events);
    }
}
