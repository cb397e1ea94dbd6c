//! What is folded into the fingerprint of a run, but for the events themselves.

use super::World;
use raft_core::Role;

impl World {
    #[inline(always)]
    pub(super) fn fold_server(&mut self, slot: usize) {
        let Some(process) = self.servers[slot].process() else {
            return;
        };
        let node = &process.node;
        let vote = node.vote();
        let role = match node.role() {
            Role::Follower { leader } => leader.map_or(0, |leader| u64::from(leader.0)),
            Role::Candidate { votes } => 1 << 16 | votes.len() as u64,
            Role::Leader { .. } => 2 << 16,
        };
        let (commit, applied, last) =
            (node.commit_index().0, node.last_applied().0, node.log().last());
        let words = [
            vote.current_term.0 << 24
                ^ role << 8
                ^ vote.voted_for.map_or(0, |server| u64::from(server.0)),
            commit << 32 ^ applied,
            last.term.0 << 32 ^ last.index.0,
            node.deadline().0,
        ];
        self.digest.fold(words);
    }

    pub(crate) fn fold_command(&mut self, text: &str) {
        self.happened = self.now;
        self.digest.fold([self.now.0, self.events]);
        self.digest.fold_bytes(text.as_bytes());
    }

    pub(crate) fn digest_bytes(&mut self, bytes: &[u8]) {
        self.digest.fold_bytes(bytes);
    }
}
