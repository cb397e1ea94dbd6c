//! A cluster of our cores.

use super::Cluster;
use bytes::Bytes;
use raft_core::{Action, ApplyMsg, Config, Envelope, Input, Node, ServerId, Time};

/// Our cores and their queues.
pub struct Ours {
    nodes: Vec<Node>,
    inboxes: Vec<Vec<Envelope>>,
    actions: Vec<Action>,
    applied: u64,
}

impl Ours {
    fn input(&mut self, slot: usize, input: Input) {
        self.nodes[slot].step(Time(0), input, &mut self.actions);
        for action in self.actions.drain(..) {
            match action {
                Action::Send(envelope) => self.inboxes[envelope.to.slot()].push(envelope),
                Action::Apply(ApplyMsg::Command { command, .. }) => {
                    std::hint::black_box(command);
                    self.applied += u64::from(slot == 0);
                }
                // A write is durable at once: the log itself is what a node holds.
                _ => {}
            }
        }
    }
}

impl Cluster for Ours {
    fn with_leader(nodes: u16) -> Self {
        let config = Config { servers: nodes, ..Config::default() };
        let node = |n| Node::new(ServerId(n), config, u64::from(n), Time(0));
        let mut cluster = Self {
            nodes: (1..=nodes).map(node).collect(),
            inboxes: vec![Vec::new(); usize::from(nodes)],
            actions: Vec::new(),
            applied: 0,
        };
        cluster.input(0, Input::Timeout);
        super::quiet(&mut cluster);
        assert!(cluster.nodes[0].get_state().1, "the first node leads");
        cluster
    }

    fn propose(&mut self, bytes: usize) {
        self.input(0, Input::Start(Bytes::from(vec![7; bytes])));
    }

    fn beat(&mut self) {
        self.input(0, Input::Timeout);
    }

    fn round(&mut self) -> u64 {
        let mut taken = 0;
        for slot in 0..self.nodes.len() {
            let mut inbox = std::mem::take(&mut self.inboxes[slot]);
            taken += inbox.len() as u64;
            for envelope in inbox.drain(..) {
                self.input(slot, Input::Receive(envelope));
            }
            self.inboxes[slot] = inbox;
        }
        taken
    }

    fn applied(&self) -> u64 {
        self.applied
    }
}
