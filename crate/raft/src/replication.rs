//! Log replication (§5.3) with the commitment rule of §5.4.2: the leader's side, then the follower's.

use crate::action::{Action, Started, emit, note};
use crate::config::MAX_SERVERS;
use crate::entries::Entries;
use crate::message::{Appended, Message};
use crate::mistake::Mistake;
use crate::node::{Call, Node, Role, Timer};
use crate::progress::InFlight;
use crate::quorum::held_by;
use crate::rule::{Note, Rule};
use crate::types::{Entry, EntryId, Index, ServerId, Span, Time};
use crate::wrong::{wrong_match_index, wrong_next_index};
use bytes::Bytes;

// The leader.
impl Node {
    /// "If command received from client: append entry to local log."
    pub(crate) fn start(&mut self, now: Time, command: Bytes, out: &mut Vec<Action>) {
        let term = self.current_term;
        let leads = matches!(self.role, Role::Leader { .. });
        if !leads && self.obeys(Rule::RedirectCommand) {
            let hint = if let Role::Follower { leader } = self.role { leader } else { None };
            emit(out, || Action::Started(Started::NotLeader { term, hint }));
            note(out, || Note::RedirectCommand { term });
            return;
        }
        let id = EntryId { term, index: self.log.last().index.next() };
        emit(out, || Action::Started(Started::Leader(id)));
        if !self.obeys(Rule::AcceptCommand) {
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
        if self.obeys(Rule::SendHeartbeats) {
            note(out, || Note::SendHeartbeats { term: self.current_term });
            self.send_to_all(now, out);
        }
    }

    /// A call did not reach its server, or nothing came back. What was on its way there is no longer: the next
    /// heartbeat or command sends it again.
    pub(crate) fn call_failed(&mut self, now: Time, to: ServerId) {
        let Role::Leader { progress } = &mut self.role else {
            return;
        };
        if let Some(follower) = progress.get_mut(to) {
            follower.forget_in_flight(now);
        }
    }

    pub(crate) fn restart_heartbeat_timer(&mut self, now: Time) {
        self.timer = Timer { set_at: now, deadline: now + self.config.heartbeat };
    }

    /// One message to every follower: what it lacks, or a heartbeat.
    pub(crate) fn send_to_all(&mut self, now: Time, out: &mut Vec<Action>) {
        for peer in self.config.peers(self.id) {
            self.send_append(now, peer, true, &Entries::default(), out);
        }
    }

    /// "If last log index ≥ `nextIndex` for a follower: send `AppendEntries` with log entries starting there."
    /// Nothing lacking, a heartbeat if that is wanted. `newest` is the log's last entry if it is at hand.
    fn send_append(
        &mut self,
        now: Time,
        peer: ServerId,
        heartbeat: bool,
        newest: &Entries,
        out: &mut Vec<Action>,
    ) {
        let Role::Leader { progress } = &mut self.role else {
            return;
        };
        let Some(follower) = progress.get_mut(peer) else {
            return;
        };
        let mut first = follower.send_from();
        if first < self.log.first_index() && self.bugs.obeys(Rule::SendSnapshot) {
            match follower.in_flight {
                InFlight::Snapshot { last_included, retry_at } if now < retry_at => {
                    // The snapshot is on its way: only keep the follower from standing for election.
                    if heartbeat {
                        self.call_append(peer, last_included.next(), Entries::default(), out);
                    }
                    return;
                }
                _ => return self.send_snapshot(now, peer, out),
            }
        }
        first = first.max(self.log.first_index());
        let missing = (self.log.last().index.0 + 1).saturating_sub(first.0);
        let entries = if missing == 0 {
            Entries::default()
        } else if !self.bugs.obeys(Rule::SendEntries) {
            // The whole log each time, as if nothing had been sent before.
            first = self.log.first_index();
            self.log.batch(first, u64::MAX)
        } else if missing == newest.len() as u64 {
            newest.clone()
        } else {
            self.log.batch(first, self.config.batch_bytes)
        };
        if entries.is_empty() && !heartbeat {
            return;
        }
        if !entries.is_empty() {
            let last = first.prev() + entries.len() as u64;
            follower.in_flight = InFlight::Entries { last };
            note(out, || Note::SendEntries { peer, span: Span { first, last } });
        }
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
            Appended::Conflict { .. } => self.follower_conflicts(now, call, appended, out),
            Appended::OldTerm => {} // its term came in the envelope
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
        let last = self.log.last().index;
        let matched = if self.obeys(Rule::AdvanceMatch) { matched.min(last) } else { last };
        let Role::Leader { progress } = &mut self.role else {
            return;
        };
        let Some(follower) = progress.get_mut(peer) else {
            return;
        };
        if follower.advance(matched) {
            note(out, || Note::AdvanceMatch { peer, matched });
            self.commit_by_counting(out);
            self.apply_committed(out);
        }
        self.send_append(now, peer, false, &Entries::default(), out);
    }

    /// "If `AppendEntries` fails because of log inconsistency: decrement nextIndex and retry."
    fn follower_conflicts(
        &mut self,
        now: Time,
        call: Call,
        conflict: Appended,
        out: &mut Vec<Action>,
    ) {
        let Appended::Conflict { prev_log_index, conflict_term, first_index } = conflict else {
            return;
        };
        let peer = call.from;
        let next_call = self.next_call();
        let skips = self.obeys(Rule::SkipConflictingTerm);
        let obeys_back_up = self.obeys(Rule::BackUp);
        let forward = self.makes(Mistake::NextIndexForward);
        let bugs = self.bugs;
        let Role::Leader { progress } = &mut self.role else {
            return;
        };
        let Some(follower) = progress.get_mut(peer) else {
            return;
        };
        let overtaken = prev_log_index <= follower.match_index || call.number < follower.settled;
        let overtaken = overtaken && !forward;
        let installing =
            matches!(follower.in_flight, InFlight::Snapshot { retry_at, .. } if now < retry_at);
        if overtaken || installing {
            if overtaken {
                note(out, || Note::IgnoreStaleReply { peer, term: call.term });
            }
            return;
        }
        let next = match conflict_term {
            _ if !skips => follower.next_index.prev(),
            // The leader has that term too: go on after its own last entry of it. Otherwise skip the term.
            Some(term) => self
                .log
                .last_index_of(term)
                .map_or(first_index, |last| last.next().min(prev_log_index)),
            None => first_index,
        };
        // Never forward: what is refused of a message sent far ahead says nothing of the places before.
        let most = if forward { prev_log_index } else { follower.next_index.min(prev_log_index) };
        let next = wrong_next_index(bugs, next.min(most).max(Index(1)));
        if obeys_back_up {
            wrong_match_index(bugs, follower, next);
            follower.back_up(next, next_call);
            let next = follower.next_index;
            if let Some(term) = conflict_term.filter(|_| skips) {
                note(out, || Note::SkipConflictingTerm { peer, term });
            }
            note(out, || Note::BackUp { peer, next });
        }
        self.send_append(now, peer, true, &Entries::default(), out);
    }

    /// "If there exists an N such that N > commitIndex, a majority of matchIndex[i] ≥ N, and
    /// log[N].term == currentTerm: set commitIndex = N."
    pub(crate) fn commit_by_counting(&mut self, out: &mut Vec<Action>) {
        let Role::Leader { progress } = &self.role else {
            return;
        };
        let enough = if self.obeys(Rule::CommitByCounting) {
            self.bugs.majority(self.config.servers)
        } else {
            1
        };
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
        if term != self.current_term && self.obeys(Rule::CommitOnlyOwnTerm) {
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
    /// `AppendEntries`, receiver implementation.
    pub(crate) fn append_entries(
        &mut self,
        now: Time,
        call: Call,
        prev_log: EntryId,
        entries: Entries,
        leader_commit: Index,
        out: &mut Vec<Action>,
    ) {
        if call.term < self.current_term && self.obeys(Rule::RefuseOldLeader) {
            note(out, || Note::RefuseOldLeader { leader: call.from, term: call.term });
            let leads = matches!(self.role, Role::Leader { .. });
            if !leads && self.makes(Mistake::StaleMessageResetsTimer) {
                self.draw_election_timeout(now);
            }
            self.reply(call, || Message::AppendEntriesReply(Appended::OldTerm), out);
            return;
        }
        if !self.follow(now, call.from, out) {
            return;
        }
        if let Some(conflict) = self.consistency_check(prev_log)
            && self.obeys(Rule::RefuseMismatch)
            && !self.wrongly_accepts(&entries)
        {
            note(out, || Note::RefuseMismatch { leader: call.from, prev: prev_log });
            self.wrong_deletion(prev_log, out);
            self.reply(call, || Message::AppendEntriesReply(conflict), out);
            return;
        }
        let match_index = prev_log.index + entries.len() as u64;
        self.store_entries(prev_log, entries, out);
        self.follow_commit(leader_commit, match_index, out);
        self.apply_committed(out);
        let match_index = self.wrong_confirmation(match_index).unwrap_or(match_index);
        self.reply(call, || Message::AppendEntriesReply(Appended::Success { match_index }), out);
    }

    /// Obeys the leader of the current term; false when this server cannot, being its leader itself,
    /// which happens only where rules are broken.
    pub(crate) fn follow(&mut self, now: Time, leader: ServerId, out: &mut Vec<Action>) -> bool {
        match self.role {
            // Most messages come from whom it follows already.
            Role::Follower { leader: Some(known) } if known == leader => {}
            Role::Follower { leader: Some(_) } => self.become_follower(now, Some(leader)),
            Role::Follower { leader: None } => {
                self.wrong_on_first_contact();
                self.become_follower(now, Some(leader));
            }
            Role::Leader { .. } => return false,
            Role::Candidate { .. } if !self.obeys(Rule::CandidateFollowsLeader) => return false,
            Role::Candidate { .. } => {
                note(out, || Note::CandidateFollowsLeader { leader, term: self.current_term });
                self.wrong_on_first_contact();
                self.become_follower(now, Some(leader));
            }
        }
        if self.obeys(Rule::LeaderResetsTimer) {
            self.draw_election_timeout(now);
            note(out, || Note::LeaderResetsTimer { leader });
        }
        true
    }

    /// "Reply false if log doesn't contain an entry at prevLogIndex whose term matches prevLogTerm."
    fn consistency_check(&self, prev_log: EntryId) -> Option<Appended> {
        // What a snapshot covers is committed, so it agrees with every leader.
        if prev_log.index < self.log.snapshot_end().index {
            return self.wrong_inside_snapshot(prev_log);
        }
        let prev_log_index = prev_log.index;
        match self.log.term_at(prev_log_index) {
            Some(term) if term == prev_log.term || self.makes(Mistake::ChecksIndexOnly) => None,
            Some(term) => {
                let first_index = self.log.first_index_of(term);
                Some(Appended::Conflict { prev_log_index, conflict_term: Some(term), first_index })
            }
            None => {
                let first_index = self.log.last().index.next();
                Some(Appended::Conflict { prev_log_index, conflict_term: None, first_index })
            }
        }
    }

    /// Deletes what conflicts with the leader's entries and appends those that are new.
    fn store_entries(&mut self, prev_log: EntryId, entries: Entries, out: &mut Vec<Action>) {
        let truncates_always = !self.obeys(Rule::AppendNew);
        let mut from = prev_log.index.next();
        let is_known = |(entry, index): &(&Entry, u64)| {
            Index(*index) <= self.log.snapshot_end().index
                || (!truncates_always && self.log.term_at(Index(*index)) == Some(entry.term))
        };
        let known = entries.iter().zip(from.0..).take_while(is_known).count();
        let mut new = entries.skip(known);
        if new.is_empty() {
            return;
        }
        from = from + known as u64;
        let last = self.log.last().index;
        if from <= last {
            if !self.obeys(Rule::DeleteConflict) {
                return;
            }
            self.stop_if_committed(from);
            note(out, || Note::DeleteConflict { from, last });
            new = self.wrong_tail(from, new);
            self.log.truncate(from);
        }
        // Only a broken consistency check lets entries arrive with a gap before them.
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

    /// "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new entry)."
    fn follow_commit(&mut self, leader_commit: Index, last_new: Index, out: &mut Vec<Action>) {
        let bound = if self.obeys(Rule::FollowCommit) { last_new } else { leader_commit };
        let index = leader_commit.min(bound);
        if index > self.commit_index {
            self.commit_index = index;
            note(out, || Note::FollowCommit { index });
        } else if index < self.commit_index {
            self.wrong_commit_index(index);
        }
    }
}
