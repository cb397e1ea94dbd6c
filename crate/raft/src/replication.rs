//! Log replication (§5.3) with the commitment rule of §5.4.2: the leader's side, then the follower's.

use crate::action::{Action, Started, emit, note};
use crate::config::MAX_SERVERS;
use crate::entries::Entries;
use crate::message::{Appended, Message};
use crate::node::Node;
use crate::progress::InFlight;
use crate::quorum::held_by;
use crate::receive::Call;
use crate::role::Role;
use crate::rule::Note;
use crate::types::{Entry, EntryId, Index, ServerId, Span, Term, Time};
use bytes::Bytes;

// The leader.
impl Node {
    /// "If command received from client: append entry to local log."
    pub(crate) fn start(&mut self, now: Time, command: Bytes, out: &mut Vec<Action>) {
        let term = self.current_term;
        if !self.takes_commands() {
            let hint = if let Role::Follower { leader } = self.role { leader } else { None };
            emit(out, || Action::Started(Started::NotLeader { term, hint }));
            note(out, || Note::RedirectCommand { term });
            return;
        }
        let id = EntryId { term, index: self.log.last().index.next() };
        emit(out, || Action::Started(Started::Leader(id)));
        if !self.appends_commands() {
            return;
        }
        note(out, || Note::AcceptCommand { id });
        let entry = Entry { term, command };
        self.log.push(entry.clone());
        let newest = Entries::from(entry);
        self.persist_entries(id.index, newest.clone(), out);
        for peer in self.config.peers(self.id) {
            self.send_append(now, peer, false, &newest, out);
        }
        self.commit_by_counting(out);
        self.apply_committed(out);
    }

    /// "Repeat during idle periods to prevent election timeouts."
    pub(crate) fn heartbeat(&mut self, now: Time, out: &mut Vec<Action>) {
        self.restart_heartbeat_timer(now);
        if self.sends_heartbeats() {
            note(out, || Note::SendHeartbeats { term: self.current_term });
            self.send_to_all(now, out);
        }
    }

    /// A call did not reach its server, or no reply came back. The next heartbeat or command sends again what it
    /// carried.
    pub(crate) fn call_failed(&mut self, now: Time, to: ServerId) {
        if let Some(follower) = self.role.follower_mut(to) {
            follower.forget_in_flight(now);
        }
    }

    /// Sends every follower the entries that it lacks, or a heartbeat.
    pub(crate) fn send_to_all(&mut self, now: Time, out: &mut Vec<Action>) {
        for peer in self.config.peers(self.id) {
            self.send_append(now, peer, true, &Entries::default(), out);
        }
    }

    /// "If last log index ≥ nextIndex for a follower: send `AppendEntries` RPC with log entries starting at nextIndex."
    /// If it lacks none, it is sent a heartbeat when that is wanted. `newest` is the log's last entry if it is at hand.
    fn send_append(
        &mut self,
        now: Time,
        peer: ServerId,
        heartbeat: bool,
        newest: &Entries,
        out: &mut Vec<Action>,
    ) {
        let first_to_send = self.first_to_send();
        let Some(follower) = self.role.follower_mut(peer) else {
            return;
        };
        let first = follower.send_from();
        if first < first_to_send {
            match follower.in_flight {
                InFlight::Snapshot { last_included, retry_at } if now < retry_at => {
                    // The snapshot is on its way: only keep the follower from standing for election.
                    if heartbeat {
                        self.call_append(peer, last_included.next(), Entries::default(), out);
                    }
                }
                _ => self.send_snapshot(now, peer, out),
            }
            return;
        }
        let first = first.max(self.log.first_index());
        let lacks = (self.log.last().index.0 + 1).saturating_sub(first.0);
        if lacks == 0 {
            if heartbeat {
                self.call_append(peer, first, Entries::default(), out);
            }
            return;
        }
        let (first, entries) = self.batch(first, lacks, newest);
        let last = first.prev() + entries.len() as u64;
        if let Some(follower) = self.role.follower_mut(peer) {
            follower.in_flight = InFlight::Entries { last };
        }
        note(out, || Note::SendEntries { peer, span: Span { first, last } });
        self.call_append(peer, first, entries, out);
    }

    fn call_append(
        &mut self,
        peer: ServerId,
        first: Index,
        entries: Entries,
        out: &mut Vec<Action>,
    ) {
        let prev = first.prev();
        // The leader may have discarded the entry since: the snapshot's end then stands for it.
        let prev_log = match self.log.term_at(prev) {
            Some(term) => EntryId { term, index: prev },
            None => self.log.snapshot_end(),
        };
        let leader_commit = self.commit_index;
        self.call(peer, || Message::AppendEntries { prev_log, entries, leader_commit }, out);
    }

    /// The answer to `AppendEntries`.
    pub(crate) fn appended(
        &mut self,
        now: Time,
        call: Call,
        appended: Appended,
        out: &mut Vec<Action>,
    ) {
        match appended {
            Appended::Success { match_index } => {
                self.follower_matches(now, call.from, match_index, out);
            }
            Appended::Conflict { prev_log_index, conflict_term, first_index } => {
                let skip_to = (conflict_term, first_index);
                self.follower_conflicts(now, call, prev_log_index, skip_to, out);
            }
            // The envelope had the follower's term, which is adopted by now.
            Appended::OldTerm => {}
        }
    }

    /// "If successful: update nextIndex and matchIndex for follower."
    pub(crate) fn follower_matches(
        &mut self,
        now: Time,
        peer: ServerId,
        matched: Index,
        out: &mut Vec<Action>,
    ) {
        let matched = self.confirmed(matched);
        let Some(follower) = self.role.follower_mut(peer) else {
            return;
        };
        if follower.advance(matched) {
            note(out, || Note::AdvanceMatch { peer, matched });
            self.commit_by_counting(out);
            self.apply_committed(out);
        }
        self.send_append(now, peer, false, &Entries::default(), out);
    }

    /// "If `AppendEntries` fails because of log inconsistency: decrement nextIndex and retry." It is moved back by a
    /// whole term at once, as the end of §5.3 proposes.
    fn follower_conflicts(
        &mut self,
        now: Time,
        call: Call,
        prev_log_index: Index,
        (conflict_term, first_index): (Option<Term>, Index),
        out: &mut Vec<Action>,
    ) {
        let peer = call.from;
        let Some(follower) = self.role.follower(peer) else {
            return;
        };
        if self.is_overtaken(follower, call, prev_log_index) {
            note(out, || Note::IgnoreStaleReply { peer, term: call.term });
            return;
        }
        if follower.is_installing(now) {
            return;
        }
        if self.backs_up() {
            let skipped = conflict_term.filter(|_| self.skips_terms());
            let wanted = match conflict_term {
                _ if !self.skips_terms() => follower.next_index.prev(),
                // The leader has that term too: go on after its own last entry of it. Otherwise skip the term.
                Some(term) => self
                    .log
                    .last_index_of(term)
                    .map_or(first_index, |last| last.next().min(prev_log_index)),
                None => first_index,
            };
            let next = self.next_index_after(prev_log_index, follower, wanted);
            let match_index = self.match_index_after(follower, next);
            let call = self.next_call();
            if let Some(term) = skipped {
                note(out, || Note::SkipConflictingTerm { peer, term });
            }
            if let Some(follower) = self.role.follower_mut(peer) {
                follower.match_index = match_index;
                follower.back_up(next, call);
                let next = follower.next_index;
                note(out, || Note::BackUp { peer, next });
            }
        }
        self.send_append(now, peer, true, &Entries::default(), out);
    }

    /// "If there exists an N such that N > commitIndex, a majority of matchIndex[i] ≥ N, and
    /// log[N].term == currentTerm: set commitIndex = N." The leader's own log counts as one copy.
    pub(crate) fn commit_by_counting(&mut self, out: &mut Vec<Action>) {
        let Role::Leader { progress } = &self.role else {
            return;
        };
        let enough = self.copies_needed();
        let last = self.log.last().index;
        // Most replies bring nothing new: that is seen sooner than what a majority holds.
        let is_news = |index: Index| usize::from(index > self.commit_index);
        let followers: usize = progress.iter().map(|(_, of)| is_news(of.match_index)).sum();
        if is_news(last) + followers < enough {
            return;
        }
        let mut held = [0; MAX_SERVERS as usize];
        let held = &mut held[..usize::from(self.config.servers)];
        held[0] = last.0;
        for (slot, (_, follower)) in held[1..].iter_mut().zip(progress.iter()) {
            *slot = follower.match_index.0;
        }
        let index = Index(held_by(held, enough));
        let term = self.log.term_at(index).unwrap_or_default();
        if !self.may_commit_by_counting(term) {
            let id = EntryId { term, index };
            note(out, || Note::CommitOnlyOwnTerm { id, term: self.current_term });
            return;
        }
        let holders = held.iter().filter(|&&upto| upto >= index.0).count() as u64;
        self.commit_index = index;
        note(out, || Note::CommitByCounting { index, holders });
    }
}

// The follower.
impl Node {
    /// `AppendEntries`, receiver implementation. The leader's term is this server's: an old one was refused before, a
    /// higher one adopted.
    pub(crate) fn append_entries(
        &mut self,
        now: Time,
        call: Call,
        prev_log: EntryId,
        entries: Entries,
        leader_commit: Index,
        out: &mut Vec<Action>,
    ) {
        if !self.follow(now, call.from, out) {
            return;
        }
        if let Some(conflict) = self.consistency_check(prev_log)
            && self.refuses_mismatch(&entries)
        {
            note(out, || Note::RefuseMismatch { leader: call.from, prev: prev_log });
            self.after_refusing(prev_log, out);
            self.reply(call, || Message::AppendEntriesReply(conflict), out);
            return;
        }
        let match_index = prev_log.index + entries.len() as u64;
        self.store_entries(prev_log, entries, out);
        self.follow_commit(leader_commit, match_index, out);
        self.apply_committed(out);
        let match_index = self.index_to_confirm(match_index);
        self.reply(call, || Message::AppendEntriesReply(Appended::Success { match_index }), out);
    }

    /// "Reply false if log doesn't contain an entry at prevLogIndex whose term matches prevLogTerm." The refusal tells
    /// the leader where the follower's entries of the conflicting term begin.
    fn consistency_check(&self, prev_log: EntryId) -> Option<Appended> {
        let prev_log_index = prev_log.index;
        if prev_log_index < self.log.snapshot_end().index {
            return self.conflict_in_snapshot(prev_log_index);
        }
        let conflict_term = self.log.term_at(prev_log_index);
        let first_index = match conflict_term {
            Some(term) if self.terms_agree(term, prev_log.term) => return None,
            Some(term) => self.log.first_index_of(term),
            None => self.log.last().index.next(),
        };
        Some(Appended::Conflict { prev_log_index, conflict_term, first_index })
    }

    /// "If an existing entry conflicts with a new one (same index but different terms), delete the existing entry and
    /// all that follow it. Append any new entries not already in the log."
    fn store_entries(&mut self, prev_log: EntryId, entries: Entries, out: &mut Vec<Action>) {
        let mut from = prev_log.index.next();
        let is_held = |(entry, index): &(&Entry, u64)| self.holds(Index(*index), entry);
        let held = entries.iter().zip(from.0..).take_while(is_held).count();
        let mut new = entries.skip(held);
        if new.is_empty() {
            return;
        }
        from = from + held as u64;
        let last = self.log.last().index;
        if from <= last {
            if !self.deletes_conflicts() {
                return;
            }
            self.stop_if_committed(from);
            note(out, || Note::DeleteConflict { from, last });
            new = self.replacement(from, new);
            self.log.truncate(from);
        }
        // After a consistency check no gap can be left; a server that makes none closes it so.
        from = from.min(self.log.last().index.next());
        let prev = self.log.last();
        let span = Span { first: from, last: from.prev() + new.len() as u64 };
        note(out, || Note::AppendNew { prev, span });
        for entry in &new {
            self.log.push(entry.clone());
        }
        self.persist_vote(out);
        self.persist_entries(from, new, out);
    }

    /// A leader's entry conflicts with one that is committed here.
    fn stop_if_committed(&self, from: Index) {
        assert!(
            from > self.commit_index || !self.guarded,
            "{}: entry {from} is committed, and the leader of term {} sends another one in its place. Another server has \
             violated Raft: it lost what it had persisted, voted twice in a term, or runs other code",
            self.id,
            self.current_term
        );
    }

    /// "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new entry)."
    fn follow_commit(&mut self, leader_commit: Index, last_new: Index, out: &mut Vec<Action>) {
        let index = self.commit_bound(leader_commit, last_new);
        if index > self.commit_index {
            note(out, || Note::FollowCommit { index });
        }
        self.commit_index = self.commit_index_after(index);
    }
}
