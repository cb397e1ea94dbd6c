//! Bare cores joined by queues in memory, with nothing between: no network, no disk, no clock.
//!
//! Both kinds of cluster go in rounds. In a round each node in turn takes all that has come for it, is asked
//! once for what follows, and that is put into the others' queues. Writes are durable at once.

pub mod ours;
pub mod peer;

/// A cluster of bare cores with a leader, which has committed all that it holds.
pub trait Cluster {
    /// Creates a cluster of this number of nodes, of which the first leads.
    fn with_leader(nodes: u16) -> Self;

    /// Gives the leader a command of this number of bytes.
    fn propose(&mut self, bytes: usize);

    /// Lets the leader send its heartbeat.
    fn beat(&mut self);

    /// Runs one round. Returns the number of messages that were delivered in it.
    fn round(&mut self) -> u64;

    /// Returns the number of commands that the leader has applied.
    fn applied(&self) -> u64;
}

/// Sends a heartbeat to every follower and delivers the answers. Returns the number of messages.
pub fn heartbeat<C: Cluster>(cluster: &mut C) -> u64 {
    cluster.beat();
    quiet(cluster)
}

/// Commits this number of commands, with `under_way` of them at a time. Returns the number of messages.
pub fn commit<C: Cluster>(cluster: &mut C, commands: u64, under_way: u64, bytes: usize) -> u64 {
    let (before, mut proposed, mut messages) = (cluster.applied(), 0, 0);
    loop {
        let done = cluster.applied() - before;
        if done == commands {
            return messages + quiet(cluster);
        }
        while proposed < commands && proposed - done < under_way {
            cluster.propose(bytes);
            proposed += 1;
        }
        messages += cluster.round();
    }
}

fn quiet<C: Cluster>(cluster: &mut C) -> u64 {
    let mut messages = cluster.round();
    loop {
        let taken = cluster.round();
        if taken == 0 {
            return messages;
        }
        messages += taken;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn works<C: Cluster>() {
        for nodes in [3, 5] {
            let mut cluster = C::with_leader(nodes);
            let others = u64::from(nodes) - 1;
            assert_eq!(heartbeat(&mut cluster), 2 * others, "a heartbeat and its answer each");
            for under_way in [1, 64] {
                let before = cluster.applied();
                let messages = commit(&mut cluster, 640, under_way, 16);
                assert_eq!(cluster.applied() - before, 640);
                assert!(messages >= 2 * others * 640 / 64, "{messages} messages");
            }
        }
    }

    #[test]
    fn our_cores_do_the_work() {
        works::<ours::Ours>();
    }

    #[test]
    fn the_other_cores_do_the_work() {
        works::<peer::Peer>();
        works::<peer::Merging>();
    }
}
