//! Leader election (§5.2) with the restriction of §5.4.1.

use crate::action::{Action, note};
use crate::message::Message;
use crate::node::Node;
use crate::receive::Call;
use crate::role::{Heard, Role};
use crate::rule::Note;
use crate::types::{EntryId, ServerId, Time};

// The candidate.
impl Node {
    /// The timer has run out: a leader's heartbeat is due; any other server has heard no leader and stands for election.
    pub(crate) fn timeout(&mut self, now: Time, out: &mut Vec<Action>) {
        let term = self.current_term;
        let reason = match self.role {
            Role::Leader { .. } => return self.heartbeat(now, out),
            Role::Follower { .. } => Note::FollowerTimesOut { term },
            Role::Candidate { .. } => Note::CandidateTimesOut { term },
        };
        if self.stands_for_election() {
            note(out, || reason);
            self.start_election(now, out);
        } else {
            self.restart_election_timer(now);
        }
    }

    /// "On conversion to candidate, start election: increment currentTerm, vote for self, reset election timer, send
    /// `RequestVote` RPCs to all other servers."
    fn start_election(&mut self, now: Time, out: &mut Vec<Action>) {
        let term = self.term_of_election();
        self.current_term = term;
        note(out, || Note::IncrementTerm { term });
        self.become_candidate(now);
        note(out, || Note::RandomElectionTimeout {
            at_least: self.config.election_min / 1000,
            at_most: self.config.election_max / 1000,
        });
        if self.votes_for_itself() {
            self.voted_for = Some(self.id);
            note(out, || Note::VoteForSelf { term });
            self.receive_vote(now, self.id, out);
        }
        // Alone in its cluster, it leads by now.
        if matches!(self.role, Role::Candidate { .. }) && self.requests_votes() {
            let last_log = self.last_log_to_send();
            // Before the note, because the candidate asks only when term and vote are durable.
            self.persist_vote(out);
            note(out, || Note::RequestVotes { term, last_log });
            for peer in self.config.peers(self.id) {
                self.call(peer, || Message::RequestVote { last_log }, out);
            }
        }
    }

    /// The answer to `RequestVote`.
    pub(crate) fn count_vote(
        &mut self,
        now: Time,
        voter: ServerId,
        vote_granted: bool,
        out: &mut Vec<Action>,
    ) {
        if self.counts_reply(vote_granted) {
            self.receive_vote(now, voter, out);
        }
    }

    /// "If votes received from majority of servers: become leader."
    fn receive_vote(&mut self, now: Time, voter: ServerId, out: &mut Vec<Action>) {
        let (majority, needed) = (self.majority(), self.votes_needed());
        let counts_again = self.counts_again();
        let Role::Candidate { votes } = &mut self.role else {
            return;
        };
        match votes.binary_search(&voter) {
            Ok(_) if !counts_again => return,
            Ok(place) | Err(place) => votes.insert(place, voter),
        }
        let count = votes.len();
        note(out, || Note::CountVote { voter, votes: count as u64, needed: majority as u64 });
        if count >= needed {
            self.win(now, count, out);
        }
    }

    /// "Upon election: send initial empty `AppendEntries` RPCs (heartbeat) to each server."
    fn win(&mut self, now: Time, votes: usize, out: &mut Vec<Action>) {
        self.become_leader(now);
        let term = self.current_term;
        note(out, || Note::WinElection { term, votes: votes as u64 });
        note(out, || Note::ResetProgress { next: self.log.last().index.next() });
        if self.announces_itself() {
            self.persist_vote(out);
            note(out, || Note::AnnounceLeader { term });
            self.send_to_all(now, out);
        }
    }
}

// The voter.
impl Node {
    /// `RequestVote`, receiver implementation. The candidate's term is this server's: an old one was refused before, a
    /// higher one adopted.
    pub(crate) fn request_vote(
        &mut self,
        now: Time,
        call: Call,
        last_log: EntryId,
        out: &mut Vec<Action>,
    ) {
        let candidate = call.from;
        let refusal = self.reason_to_refuse(call, last_log);
        let vote_granted = refusal.is_none() && self.grants_votes();
        if let Some(reason) = refusal {
            note(out, || reason);
            self.hear(now, Heard::RefusedCandidate, out);
        } else if vote_granted {
            self.voted_for = Some(candidate);
            note(out, || Note::GrantVote { candidate, term: self.current_term });
            self.hear(now, Heard::ChosenCandidate(candidate), out);
        }
        self.reply(call, || Message::RequestVoteReply { vote_granted }, out);
    }

    /// "If votedFor is null or candidateId, and candidate's log is at least as up-to-date as receiver's log, grant
    /// vote." A candidate that asks again, because the reply was lost, gets its vote again.
    fn reason_to_refuse(&self, call: Call, theirs: EntryId) -> Option<Note> {
        let (candidate, term) = (call.from, call.term);
        match self.voted_for {
            Some(voted_for) if self.is_bound_by(voted_for, candidate) => {
                Some(Note::RefuseSecondVote { candidate, voted_for, term })
            }
            _ if self.is_up_to_date(theirs) => None,
            _ => Some(Note::RefuseOutdatedLog { candidate, theirs, ours: self.log.last() }),
        }
    }
}
