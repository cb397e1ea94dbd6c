//! Leader election (§5.2) with the restriction of §5.4.1.

use crate::action::{Action, note};
use crate::message::Message;
use crate::mistake::Mistake;
use crate::node::{Call, Node, Role};
use crate::rule::{Note, Rule};
use crate::types::{EntryId, ServerId, Time};

impl Node {
    /// The timer has run out: a leader's heartbeat is due, or another server hears no leader.
    pub(crate) fn timeout(&mut self, now: Time, out: &mut Vec<Action>) {
        let term = self.current_term;
        let (reason, stands) = match self.role {
            Role::Leader { .. } => return self.heartbeat(now, out),
            Role::Follower { .. } => {
                (Note::FollowerTimesOut { term }, self.obeys(Rule::FollowerTimesOut))
            }
            Role::Candidate { .. } => {
                (Note::CandidateTimesOut { term }, self.obeys(Rule::CandidateTimesOut))
            }
        };
        if !stands {
            self.draw_election_timeout(now);
            return;
        }
        note(out, || reason);
        self.start_election(now, out);
    }

    /// "On conversion to candidate, start election."
    fn start_election(&mut self, now: Time, out: &mut Vec<Action>) {
        if self.obeys(Rule::IncrementTerm) {
            self.current_term = self.current_term.next();
        }
        let term = self.current_term;
        note(out, || Note::IncrementTerm { term });
        self.become_candidate(now);
        note(out, || self.timeout_note());
        if self.obeys(Rule::VoteForSelf) {
            self.voted_for = Some(self.id);
            note(out, || Note::VoteForSelf { term });
            self.receive_vote(now, self.id, out);
        }
        if !matches!(self.role, Role::Candidate { .. }) || !self.obeys(Rule::RequestVotes) {
            return;
        }
        let last_log = self.wrong_last_log().unwrap_or(self.log.last());
        self.persist_vote(out);
        note(out, || Note::RequestVotes { term, last_log });
        for peer in self.config.peers(self.id) {
            self.call(peer, || Message::RequestVote { last_log }, out);
        }
    }

    /// `RequestVote`, receiver implementation.
    pub(crate) fn request_vote(
        &mut self,
        now: Time,
        call: Call,
        last_log: EntryId,
        out: &mut Vec<Action>,
    ) {
        let refusal = self.reason_to_refuse(call, last_log);
        let vote_granted = refusal.is_none() && self.obeys(Rule::GrantVote);
        if let Some(reason) = refusal {
            note(out, || reason);
            self.wrong_after_refusal(now);
        } else if vote_granted {
            self.voted_for = Some(call.from);
            note(out, || Note::GrantVote { candidate: call.from, term: self.current_term });
            if self.obeys(Rule::VoteResetsTimer) {
                self.draw_election_timeout(now);
                note(out, || Note::VoteResetsTimer { candidate: call.from });
            }
        }
        self.reply(call, || Message::RequestVoteReply { vote_granted }, out);
    }

    fn reason_to_refuse(&self, call: Call, theirs: EntryId) -> Option<Note> {
        let (candidate, term) = (call.from, call.term);
        if term < self.current_term && self.obeys(Rule::RefuseOldCandidate) {
            return Some(Note::RefuseOldCandidate { candidate, term });
        }
        if let Some(voted_for) = self.voted_for
            && voted_for != candidate
            && self.obeys(Rule::RefuseSecondVote)
        {
            return Some(Note::RefuseSecondVote { candidate, voted_for, term });
        }
        let ours = self.log.last();
        let behind = self.wrong_comparison(theirs, ours).unwrap_or(theirs < ours);
        (behind && self.obeys(Rule::RefuseOutdatedLog)).then_some(Note::RefuseOutdatedLog {
            candidate,
            theirs,
            ours,
        })
    }

    /// The answer to `RequestVote`.
    pub(crate) fn count_vote(
        &mut self,
        now: Time,
        voter: ServerId,
        granted: bool,
        out: &mut Vec<Action>,
    ) {
        let granted = granted || self.makes(Mistake::RefusalCountsAsVote);
        if granted && self.obeys(Rule::CountVote) {
            self.receive_vote(now, voter, out);
        }
    }

    /// "If votes received from majority of servers: become leader."
    fn receive_vote(&mut self, now: Time, voter: ServerId, out: &mut Vec<Action>) {
        let whole = self.bugs.majority(self.config.servers);
        let needed = if self.obeys(Rule::WinElection) { whole } else { whole / 2 };
        let twice = self.makes(Mistake::VoteCountsTwice);
        let Role::Candidate { votes } = &mut self.role else {
            return;
        };
        let place = match votes.binary_search(&voter) {
            Err(place) => place,
            Ok(place) if twice => place,
            Ok(_) => return,
        };
        votes.insert(place, voter);
        let count = votes.len();
        note(out, || Note::CountVote { voter, votes: count as u64, needed: whole as u64 });
        if count >= needed {
            self.win(now, count, out);
        }
    }

    fn win(&mut self, now: Time, votes: usize, out: &mut Vec<Action>) {
        self.become_leader();
        let term = self.current_term;
        note(out, || Note::WinElection { term, votes: votes as u64 });
        note(out, || Note::ResetProgress { next: self.log.last().index.next() });
        self.restart_heartbeat_timer(now);
        if self.obeys(Rule::AnnounceLeader) {
            self.persist_vote(out);
            note(out, || Note::AnnounceLeader { term });
            self.send_to_all(now, out);
        }
    }

    fn timeout_note(&self) -> Note {
        Note::RandomElectionTimeout {
            at_least: self.config.election_min / 1000,
            at_most: self.config.election_max / 1000,
        }
    }
}
