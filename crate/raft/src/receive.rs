//! Messages in and out, with the rules on terms that hold for all servers (§5.1): a higher term is adopted, a lower
//! one is answered in one way for all RPCs, and only then does the message reach its RPC.

use crate::action::{Action, emit, note};
use crate::message::{Appended, Envelope, MAX_NUMBER, Message};
use crate::node::Node;
use crate::role::Heard;
use crate::rule::Note;
use crate::types::{ServerId, Term, Time};

/// A request as far as its answer needs it.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub(crate) from: ServerId,
    pub(crate) term: Term,
    pub(crate) number: u64,
}

impl Node {
    pub(crate) fn receive(&mut self, now: Time, envelope: Envelope, out: &mut Vec<Action>) {
        if !self.is_for_me(&envelope) || !envelope.message.counts_within_reason() {
            return;
        }
        let Envelope { from, term, call, message, .. } = envelope;
        if term > self.current_term && self.adopts_term_of(&message) {
            if term.0 > MAX_NUMBER {
                return;
            }
            note(out, || Note::AdoptHigherTerm { peer: from, term });
            self.adopt_term(now, term);
        }
        let call = Call { from, term, number: call };
        if term < self.current_term && self.rejects_old_term_of(&message) {
            self.reject_old_term(now, call, &message, out);
            return;
        }
        match message {
            Message::RequestVote { last_log } => self.request_vote(now, call, last_log, out),
            Message::RequestVoteReply { vote_granted } => {
                self.count_vote(now, from, vote_granted, out);
            }
            Message::AppendEntries { prev_log, entries, leader_commit } => {
                self.append_entries(now, call, prev_log, entries, leader_commit, out);
            }
            Message::AppendEntriesReply(appended) => self.appended(now, call, appended, out),
            Message::InstallSnapshot { last_included, data } => {
                self.install_snapshot(now, call, last_included, data, out);
            }
            Message::InstallSnapshotReply { match_index } => {
                self.snapshot_installed(now, from, match_index, out);
            }
        }
    }

    /// It came from another member to this one.
    #[inline]
    fn is_for_me(&self, envelope: &Envelope) -> bool {
        let is_member = envelope.from.0.wrapping_sub(1) < self.config.servers;
        is_member && envelope.to == self.id && envelope.from != self.id
    }

    /// "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower."
    fn adopt_term(&mut self, now: Time, term: Term) {
        self.current_term = term;
        self.voted_for = self.vote_in_new_term();
        if self.steps_down() {
            self.become_follower(now, None);
        }
    }

    /// "Reply false if term < currentTerm." The reply carries this server's term, from which the sender learns that its
    /// own is old. An old reply is ignored.
    fn reject_old_term(&mut self, now: Time, call: Call, message: &Message, out: &mut Vec<Action>) {
        let Call { from, term, .. } = call;
        match message {
            Message::RequestVote { .. } => {
                note(out, || Note::RefuseOldCandidate { candidate: from, term });
                self.hear(now, Heard::RefusedCandidate, out);
                self.reply(call, || Message::RequestVoteReply { vote_granted: false }, out);
            }
            Message::AppendEntries { .. } => {
                note(out, || Note::RefuseOldLeader { leader: from, term });
                self.hear(now, Heard::OldLeader, out);
                self.reply(call, || Message::AppendEntriesReply(Appended::OldTerm), out);
            }
            Message::InstallSnapshot { .. } => {
                note(out, || Note::RefuseOldSnapshot { leader: from, term });
                self.reply(call, || Message::InstallSnapshotReply { match_index: None }, out);
            }
            Message::RequestVoteReply { .. }
            | Message::AppendEntriesReply(_)
            | Message::InstallSnapshotReply { .. } => {
                note(out, || Note::IgnoreStaleReply { peer: from, term });
            }
        }
    }

    /// Sends a request to a peer.
    #[inline(always)]
    pub(crate) fn call(
        &mut self,
        to: ServerId,
        message: impl FnOnce() -> Message,
        out: &mut Vec<Action>,
    ) {
        self.calls += 1;
        self.send(to, self.calls, message, out);
    }

    /// Answers a call.
    #[inline(always)]
    pub(crate) fn reply(
        &mut self,
        call: Call,
        message: impl FnOnce() -> Message,
        out: &mut Vec<Action>,
    ) {
        self.send(call.from, call.number, message, out);
    }

    /// The message is made in its place; see [`emit`].
    #[inline(always)]
    fn send(
        &mut self,
        to: ServerId,
        call: u64,
        message: impl FnOnce() -> Message,
        out: &mut Vec<Action>,
    ) {
        self.persist_vote(out);
        emit(out, || {
            Action::Send(Envelope {
                from: self.id,
                to,
                term: self.current_term,
                call,
                message: message(),
            })
        });
    }

    /// The number that the next call will have.
    pub(crate) fn next_call(&self) -> u64 {
        self.calls + 1
    }
}
