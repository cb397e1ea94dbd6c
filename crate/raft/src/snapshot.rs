//! Log compaction (§7): taking a snapshot, sending it, installing it (Figure 13, in one piece).

use crate::action::{Action, ApplyMsg, emit, note};
use crate::message::Message;
use crate::node::{Call, Node, Role};
use crate::progress::InFlight;
use crate::rule::{Note, Rule};
use crate::types::{EntryId, Index, ServerId, Time};
use bytes::Bytes;

impl Node {
    /// The service has taken a snapshot of its state up to and including `index`.
    pub(crate) fn take_snapshot(&mut self, index: Index, data: Bytes, out: &mut Vec<Action>) {
        let news = index > self.log.snapshot_end().index && index <= self.last_applied;
        if !news && self.obeys(Rule::IgnoreSnapshotRequest) {
            note(out, || Note::IgnoreSnapshotRequest { index });
            return;
        }
        let known = self.log.term_at(index).filter(|_| self.obeys(Rule::TakeSnapshot));
        let term = known.unwrap_or_default();
        let through = EntryId { term, index };
        note(out, || Note::TakeSnapshot { through, bytes: data.len() as u64 });
        self.log.discard_through(through);
        self.snapshot = data;
        self.persist_all(out);
    }

    /// Sends the whole snapshot to a follower whose next entry has been discarded.
    pub(crate) fn send_snapshot(&mut self, now: Time, peer: ServerId, out: &mut Vec<Action>) {
        let last_included = self.log.snapshot_end();
        let retry_at = now + self.config.election_min;
        let Role::Leader { progress } = &mut self.role else {
            return;
        };
        let Some(follower) = progress.get_mut(peer) else {
            return;
        };
        follower.in_flight = InFlight::Snapshot { last_included: last_included.index, retry_at };
        note(out, || Note::SendSnapshot { peer, through: last_included });
        let data = self.snapshot.clone();
        self.call(peer, || Message::InstallSnapshot { last_included, data }, out);
    }

    /// `InstallSnapshot`, receiver implementation.
    pub(crate) fn install_snapshot(
        &mut self,
        now: Time,
        call: Call,
        last_included: EntryId,
        data: Bytes,
        out: &mut Vec<Action>,
    ) {
        if call.term < self.current_term && self.obeys(Rule::RefuseOldSnapshot) {
            note(out, || Note::RefuseOldSnapshot { leader: call.from, term: call.term });
            self.reply(call, || Message::InstallSnapshotReply { match_index: None }, out);
            return;
        }
        if !self.follow(now, call.from, out) {
            return;
        }
        self.wrong_term_of_snapshot(last_included);
        let covered = last_included.index <= self.commit_index;
        if covered && self.obeys(Rule::IgnoreCoveredSnapshot) {
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
        let last_log = self.log.last();
        let has_it = self.log.term_at(through.index) == Some(through.term);
        let retains = has_it && self.obeys(Rule::RetainSuffix);
        if retains {
            note(out, || Note::RetainSuffix { through, last: last_log.index });
            // The entries that the snapshot covers are committed: apply them before they go.
            self.commit_index = through.index;
            self.apply_committed(out);
            self.log.discard_through(through);
        } else if self.obeys(Rule::DiscardLog) {
            note(out, || Note::DiscardLog { last_log });
            self.log.restart_after(through);
        } else {
            self.wrong_kept_log(through);
        }
        self.snapshot = data.clone();
        if self.obeys(Rule::SaveSnapshot) {
            self.persist_all(out);
        }
        if retains {
            return;
        }
        self.commit_index = through.index;
        self.last_applied = through.index;
        if self.obeys(Rule::ResetStateMachine) {
            note(out, || Note::ResetStateMachine { through });
            emit(out, || Action::Apply(ApplyMsg::Snapshot { last_included: through, data }));
        }
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
