//! Log compaction (§7): taking a snapshot, sending it, installing it (Figure 13, in one piece).

use crate::action::{Action, ApplyMsg, emit, note};
use crate::message::Message;
use crate::node::Node;
use crate::progress::InFlight;
use crate::receive::Call;
use crate::rule::Note;
use crate::types::{EntryId, Index, ServerId, Time};
use bytes::Bytes;

// Any server.
impl Node {
    /// The service has taken a snapshot of its state up to and including `index`.
    pub(crate) fn take_snapshot(&mut self, index: Index, data: Bytes, out: &mut Vec<Action>) {
        if !self.may_take_snapshot(index) {
            note(out, || Note::IgnoreSnapshotRequest { index });
            return;
        }
        let through = EntryId { term: self.term_of_snapshot(index), index };
        note(out, || Note::TakeSnapshot { through, bytes: data.len() as u64 });
        self.log.discard_through(through);
        self.snapshot = data;
        self.persist_all(out);
    }
}

// The leader.
impl Node {
    /// Sends the whole snapshot to a follower whose next entry has been discarded.
    pub(crate) fn send_snapshot(&mut self, now: Time, peer: ServerId, out: &mut Vec<Action>) {
        let last_included = self.log.snapshot_end();
        let retry_at = now + self.config.election_min;
        let Some(follower) = self.role.follower_mut(peer) else {
            return;
        };
        follower.in_flight = InFlight::Snapshot { last_included: last_included.index, retry_at };
        note(out, || Note::SendSnapshot { peer, through: last_included });
        let data = self.snapshot.clone();
        self.call(peer, || Message::InstallSnapshot { last_included, data }, out);
    }

    /// The answer to `InstallSnapshot`.
    pub(crate) fn snapshot_installed(
        &mut self,
        now: Time,
        peer: ServerId,
        match_index: Option<Index>,
        out: &mut Vec<Action>,
    ) {
        if let Some(matched) = match_index {
            self.follower_matches(now, peer, matched, out);
        }
    }
}

// The follower.
impl Node {
    /// `InstallSnapshot`, receiver implementation. The leader's term is this server's, as in `AppendEntries`.
    pub(crate) fn install_snapshot(
        &mut self,
        now: Time,
        call: Call,
        last_included: EntryId,
        data: Bytes,
        out: &mut Vec<Action>,
    ) {
        if !self.follow(now, call.from, out) {
            return;
        }
        self.current_term = self.term_after_snapshot(last_included);
        if self.is_covered(last_included) {
            let commit = self.commit_index;
            note(out, || Note::IgnoreCoveredSnapshot { through: last_included, commit });
        } else {
            self.adopt_snapshot(last_included, data, out);
        }
        let match_index = Some(last_included.index);
        self.reply(call, || Message::InstallSnapshotReply { match_index }, out);
    }

    /// Figure 13, steps 5 to 8.
    fn adopt_snapshot(&mut self, through: EntryId, data: Bytes, out: &mut Vec<Action>) {
        note(out, || Note::SaveSnapshot { through, bytes: data.len() as u64 });
        let retains = self.retains_suffix(through);
        if retains {
            note(out, || Note::RetainSuffix { through, last: self.log.last().index });
            // The entries that the snapshot covers are committed: apply them before they go.
            self.commit_index = through.index;
            self.apply_committed(out);
            self.log.discard_through(through);
        } else {
            self.discard_log(through, out);
        }
        self.snapshot = data.clone();
        if self.saves_snapshot() {
            self.persist_all(out);
        }
        if retains {
            return;
        }
        self.commit_index = through.index;
        self.last_applied = through.index;
        if self.resets_service() {
            note(out, || Note::ResetStateMachine { through });
            emit(out, || Action::Apply(ApplyMsg::Snapshot { last_included: through, data }));
        }
    }
}
