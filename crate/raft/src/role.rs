//! Roles (§5.1) and the timer that each of them waits for: the only place where either changes.

use crate::action::{Action, note};
use crate::config::Config;
use crate::node::Node;
use crate::progress::{Followers, Progress};
use crate::rule::Note;
use crate::types::{ServerId, Time};

/// The role of a server in its term (§5.1), with what only that role needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Role {
    /// It answers leaders and candidates.
    Follower {
        /// The leader of the term, once it has been heard.
        leader: Option<ServerId>,
    },
    /// It stands for election.
    Candidate {
        /// The servers that have voted for it, in the order of their names.
        votes: Vec<ServerId>,
    },
    /// It replicates its log to all others.
    Leader {
        /// Its knowledge of each follower.
        progress: Followers,
    },
}

impl Role {
    /// A leader's knowledge of one follower; none at any other server.
    #[inline]
    pub fn follower(&self, id: ServerId) -> Option<&Progress> {
        if let Self::Leader { progress } = self { progress.get(id) } else { None }
    }

    #[inline]
    pub(crate) fn follower_mut(&mut self, id: ServerId) -> Option<&mut Progress> {
        if let Self::Leader { progress } = self { progress.get_mut(id) } else { None }
    }
}

/// The moments at which a timer was set and at which it runs out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timer {
    /// The moment at which it was set.
    pub set_at: Time,
    /// The moment at which it runs out.
    pub deadline: Time,
}

/// An event that may restart a server's election timer.
#[derive(Clone, Copy)]
pub(crate) enum Heard {
    /// `AppendEntries` or `InstallSnapshot` from the leader of the current term.
    Leader(ServerId),
    /// `AppendEntries` from a leader of an old term.
    OldLeader,
    /// `RequestVote` from a candidate that received the vote.
    ChosenCandidate(ServerId),
    /// `RequestVote` from a candidate that was refused.
    RefusedCandidate,
}

impl Node {
    #[inline]
    pub(crate) fn leads(&self) -> bool {
        matches!(self.role, Role::Leader { .. })
    }

    pub(crate) fn become_follower(&mut self, now: Time, leader: Option<ServerId>) {
        let led = self.leads();
        self.role = Role::Follower { leader };
        if led {
            // Its timer measured heartbeats; as a follower it has an election timeout to wait.
            self.restart_election_timer(now);
        }
    }

    pub(crate) fn become_candidate(&mut self, now: Time) {
        self.role = Role::Candidate { votes: self.first_votes() };
        self.restart_election_timer(now);
    }

    pub(crate) fn become_leader(&mut self, now: Time) {
        let first = self.first_progress();
        let peers = self.config.peers(self.id);
        let progress = Followers::new(peers.map(|peer| (peer, first.clone())));
        self.role = Role::Leader { progress };
        self.restart_heartbeat_timer(now);
    }

    /// Follows the leader of the current term. It does not when it is this term's leader itself, which Raft excludes.
    pub(crate) fn follow(&mut self, now: Time, leader: ServerId, out: &mut Vec<Action>) -> bool {
        let known = match self.role {
            Role::Follower { leader } => leader,
            Role::Candidate { .. } if self.candidate_follows() => {
                note(out, || Note::CandidateFollowsLeader { leader, term: self.current_term });
                None
            }
            Role::Candidate { .. } | Role::Leader { .. } => return false,
        };
        // Most messages come from the leader that is known already.
        if known != Some(leader) {
            if known.is_none() {
                self.voted_for = self.vote_once_leader_is_known();
            }
            self.become_follower(now, Some(leader));
        }
        self.hear(now, Heard::Leader(leader), out);
        true
    }

    /// Restarts the election timer if this event does (§5.2).
    #[inline]
    pub(crate) fn hear(&mut self, now: Time, heard: Heard, out: &mut Vec<Action>) {
        if !self.restarts_timer(heard) {
            return;
        }
        self.restart_election_timer(now);
        match heard {
            Heard::Leader(leader) => note(out, || Note::LeaderResetsTimer { leader }),
            Heard::ChosenCandidate(candidate) => note(out, || Note::VoteResetsTimer { candidate }),
            Heard::OldLeader | Heard::RefusedCandidate => {}
        }
    }

    /// Starts the election timer anew with a timeout drawn at random, so that split votes are rare (§5.2).
    pub(crate) fn restart_election_timer(&mut self, now: Time) {
        let Config { election_min, .. } = self.config;
        let timeout = self.random.between(election_min, self.longest_timeout());
        self.timer = Timer { set_at: now, deadline: now + timeout };
    }

    pub(crate) fn restart_heartbeat_timer(&mut self, now: Time) {
        self.timer = Timer { set_at: now, deadline: now + self.config.heartbeat };
    }
}
