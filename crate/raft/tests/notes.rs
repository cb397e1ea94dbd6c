//! Notes are for whoever watches: without the feature `notes` a node does the same, and only says nothing. This file
//! is run with the feature and without it; what is done is the same number here both times.

mod common;

use common::*;
use raft_core::{Action, Config, Envelope, Input, Node, Persistent, Random, ServerId, Time};

/// Five nodes under crashes, losses and snapshots: what they do, as a number, and how many notes they made.
fn play() -> (u64, usize, u64) {
    let config = Config { servers: 5, batch_bytes: 100, ..Config::default() };
    let fresh = |n: u16| Node::new(ServerId(n), config, u64::from(n), Time(0));
    let mut nodes: Vec<(Node, Persistent)> =
        (1..=5).map(|n| (fresh(n), Persistent::default())).collect();
    let mut random = Random::new(5);
    let mut flying: Vec<Envelope> = Vec::new();
    let (mut done, mut said, mut commit) = (0xcbf2_9ce4_8422_2325_u64, 0, 0);
    let mut now = Time(0);
    for event in 0..20_000_u64 {
        now = now + 2_000;
        let slot = random.below(5) as usize;
        let input = match random.below(40) {
            0 => Some(Input::Start(format!("x={event}").into())),
            1 if random.chance(200) => {
                let index = nodes[slot].0.last_applied();
                Some(Input::Snapshot { index, data: format!("to {index}").into() })
            }
            2 if random.chance(100) => {
                let (id, disk) = (nodes[slot].0.id(), nodes[slot].1.clone());
                let mut out = Vec::new();
                nodes[slot].0 = Node::recover(disk, id, config, event, now, &mut out);
                assert_eq!(out.len(), usize::from(cfg!(feature = "notes")));
                None
            }
            3..15 => Some(Input::Tick),
            _ => (!flying.is_empty())
                .then(|| flying.swap_remove(random.below(flying.len() as u64) as usize))
                .filter(|_| !random.chance(50))
                .map(Input::Receive),
        };
        let Some(input) = input else { continue };
        let slot = if let Input::Receive(envelope) = &input { envelope.to.slot() } else { slot };
        let mut out = Vec::new();
        nodes[slot].0.step(now, input, &mut out);
        commit = commit.max(nodes[slot].0.commit_index().0);
        for action in out {
            if let Action::Note(_) = action {
                said += 1;
                continue;
            }
            // FNV-1a: the same number with every version of every library.
            for byte in line(&action).bytes() {
                done = (done ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            }
            match action {
                Action::Persist(write) => nodes[slot].1.apply(&write).expect("it fits"),
                Action::Send(envelope) => flying.push(envelope),
                _ => {}
            }
        }
    }
    (done, said, commit)
}

#[test]
fn the_same_is_done_with_notes_and_without_them() {
    let (done, notes, commit) = play();
    assert!(commit > 50, "{commit}");
    assert_eq!(notes > 1_000, cfg!(feature = "notes"), "{notes}");
    assert_eq!(notes == 0, !cfg!(feature = "notes"), "{notes}");
    assert_eq!(done, 10_481_961_811_342_775_608, "what is done");
}
