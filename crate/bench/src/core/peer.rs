//! A cluster of the cores of the crate `raft` (tikv/raft-rs), driven as its documentation says, and set up so
//! that it does no work that ours does not do.

use super::Cluster;
use raft::prelude::{Config, Entry, Message, RawNode};
use raft::storage::MemStorage;
use slog::{Discard, Logger, o};

/// Their cores and queues. `MERGES`: messages to one node that wait to be taken are merged into one
/// (`batch_append`), which helps when many commands are under way and costs a little otherwise.
pub struct Peers<const MERGES: bool> {
    nodes: Vec<RawNode<MemStorage>>,
    inboxes: Vec<Vec<Message>>,
    applied: u64,
}

/// Sends a message for every command, as our cores do.
pub type Peer = Peers<false>;

/// Sends fewer messages with more commands.
pub type Merging = Peers<true>;

impl<const MERGES: bool> Peers<MERGES> {
    /// Carries out the actions of a node, in the order that its documentation gives.
    fn ready(&mut self, slot: usize) {
        let node = &mut self.nodes[slot];
        if !node.has_ready() {
            return;
        }
        let mut ready = node.ready();
        send(&mut self.inboxes, ready.take_messages());
        let mut applied = apply(ready.take_committed_entries());
        let mut store = node.raft.raft_log.store.wl();
        store.append(ready.entries()).expect("the log has no gap");
        if let Some(state) = ready.hs() {
            store.set_hardstate(state.clone());
        }
        drop(store);
        send(&mut self.inboxes, ready.take_persisted_messages());
        let mut light = node.advance(ready);
        if let Some(commit) = light.commit_index() {
            node.raft.raft_log.store.wl().mut_hard_state().set_commit(commit);
        }
        send(&mut self.inboxes, light.take_messages());
        applied += apply(light.take_committed_entries());
        node.advance_apply();
        if slot == 0 {
            self.applied += applied;
        }
    }
}

fn send(inboxes: &mut [Vec<Message>], messages: Vec<Message>) {
    for message in messages {
        inboxes[message.to as usize - 1].push(message);
    }
}

/// Counts the commands among the entries: the first entry of a new leader is none.
fn apply(entries: Vec<Entry>) -> u64 {
    let mut commands = 0;
    for entry in entries {
        commands += u64::from(!entry.data.is_empty());
        std::hint::black_box(entry.data);
    }
    commands
}

impl<const MERGES: bool> Cluster for Peers<MERGES> {
    fn with_leader(nodes: u16) -> Self {
        let voters: Vec<u64> = (1..=u64::from(nodes)).collect();
        let logger = Logger::root(Discard, o!());
        let node = |&id: &u64| {
            let config = Config {
                id,
                election_tick: 10,
                heartbeat_tick: 1,
                // As ours: what is committed is told with the next message, not with one of its own.
                skip_bcast_commit: true,
                batch_append: MERGES,
                max_inflight_msgs: 256,
                max_size_per_msg: 64 * 1024,
                ..Config::default()
            };
            let store = MemStorage::new_with_conf_state((voters.clone(), vec![]));
            RawNode::new(&config, store, &logger).expect("the settings are valid")
        };
        let mut cluster = Self {
            nodes: voters.iter().map(node).collect(),
            inboxes: vec![Vec::new(); voters.len()],
            applied: 0,
        };
        cluster.nodes[0].campaign().expect("a follower may stand");
        cluster.ready(0);
        super::quiet(&mut cluster);
        assert!(cluster.nodes[0].raft.state == raft::StateRole::Leader, "the first node leads");
        cluster
    }

    fn propose(&mut self, bytes: usize) {
        self.nodes[0].propose(Vec::new(), vec![7; bytes]).expect("it leads");
    }

    fn beat(&mut self) {
        self.nodes[0].tick();
    }

    fn round(&mut self) -> u64 {
        let mut taken = 0;
        for slot in 0..self.nodes.len() {
            let mut inbox = std::mem::take(&mut self.inboxes[slot]);
            taken += inbox.len() as u64;
            for message in inbox.drain(..) {
                self.nodes[slot].step(message).expect("a member's message");
            }
            self.inboxes[slot] = inbox;
            self.ready(slot);
        }
        taken
    }

    fn applied(&self) -> u64 {
        self.applied
    }
}
