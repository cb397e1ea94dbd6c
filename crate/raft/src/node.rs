//! One server's Raft: its state as in Figure 2, the rules for all servers, and the way in and out.

mod start;

use crate::action::{Action, ApplyMsg, Input, Vote, Write, emit, note};
use crate::bugs::Bugs;
use crate::config::Config;
use crate::entries::Entries;
use crate::log::Log;
use crate::message::{Envelope, MAX_NUMBER, Message};
use crate::mistake::Mistake;
use crate::progress::{Followers, Progress};
use crate::random::Random;
use crate::rule::{Note, Rule};
use crate::types::{Index, ServerId, Term, Time};
use bytes::Bytes;

/// What a server is in its term (§5.1), with what only that role needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Role {
    /// It answers leaders and candidates.
    Follower {
        /// The leader of the term, once it has been heard.
        leader: Option<ServerId>,
    },
    /// It stands for election.
    Candidate {
        /// Who has voted for it, in the order of their names.
        votes: Vec<ServerId>,
    },
    /// It replicates its log to all others.
    Leader {
        /// What it knows of each follower.
        progress: Followers,
    },
}

/// When a timer was set, and when it runs out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timer {
    /// When it was set.
    pub set_at: Time,
    /// When it runs out.
    pub deadline: Time,
}

/// One server's Raft, as a value. See the [crate's documentation](crate) for how to drive it.
#[derive(Clone, Debug)]
pub struct Node {
    pub(crate) id: ServerId,
    pub(crate) config: Config,
    pub(crate) bugs: Bugs,
    // Persistent state on all servers.
    pub(crate) current_term: Term,
    pub(crate) voted_for: Option<ServerId>,
    pub(crate) log: Log,
    pub(crate) snapshot: Bytes,
    // Volatile state on all servers.
    pub(crate) commit_index: Index,
    pub(crate) last_applied: Index,
    // Volatile state of the role.
    pub(crate) role: Role,
    // Not in Figure 2: the timer, what was last written of the vote, and the count of calls.
    pub(crate) timer: Timer,
    written: Vote,
    calls: u64,
    random: Random,
    /// It stops rather than cut off what is committed. Nodes that are wrong on purpose, and those among them, go on.
    guarded: bool,
}

impl Node {
    /// Takes one input and appends what it leads to, in order, to `out`. The crate's documentation says what a caller
    /// may rely on.
    ///
    /// # Panics
    /// When a leader's entry conflicts with one that is committed here. Raft excludes that, so another server has
    /// violated it: it has lost what it had persisted, or voted twice, or runs other code. To go on would let services
    /// diverge in silence. Nothing of this step has been handed out then. No other input makes it panic.
    #[inline]
    pub fn step(&mut self, now: Time, input: Input, out: &mut Vec<Action>) {
        match input {
            Input::Tick if now < self.timer.deadline => {}
            Input::Tick | Input::Timeout => self.timeout(now, out),
            Input::Failed { to } => self.call_failed(now, to),
            Input::Receive(envelope) => self.receive(now, envelope, out),
            Input::Start(command) => self.start(now, command, out),
            Input::Snapshot { index, data } => self.take_snapshot(index, data, out),
        }
        self.persist_vote(out);
    }

    /// When it wants [`Input::Timeout`] next.
    pub fn deadline(&self) -> Time {
        self.timer.deadline
    }

    /// The current term, and whether this server believes that it leads (the lab's `GetState`).
    pub fn get_state(&self) -> (Term, bool) {
        (self.current_term, matches!(self.role, Role::Leader { .. }))
    }

    /// Its name.
    pub fn id(&self) -> ServerId {
        self.id
    }

    /// Takes the heartbeat interval and the election timeouts of other settings. The timer that runs stays as it is;
    /// the next one that it sets has the new pace.
    pub fn set_pace(&mut self, other: &Config) {
        self.config.heartbeat = other.heartbeat;
        (self.config.election_min, self.config.election_max) =
            (other.election_min, other.election_max);
    }

    /// Its settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The bugs that it has.
    #[cfg(feature = "bugs")]
    pub fn bugs(&self) -> Bugs {
        self.bugs
    }

    /// `currentTerm` and `votedFor`.
    pub fn vote(&self) -> Vote {
        Vote { current_term: self.current_term, voted_for: self.voted_for }
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The service's state at the log's snapshot end; empty when there is no snapshot.
    pub fn snapshot(&self) -> &Bytes {
        &self.snapshot
    }

    /// `commitIndex`: the highest entry known to be committed.
    pub fn commit_index(&self) -> Index {
        self.commit_index
    }

    /// `lastApplied`: the highest entry handed to the service.
    pub fn last_applied(&self) -> Index {
        self.last_applied
    }

    /// What it is in the current term.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// The running timer: election timeout or heartbeat interval.
    pub fn timer(&self) -> Timer {
        self.timer
    }

    /// The same server in a cluster where every server has another name: Raft treats all alike.
    ///
    /// # Panics
    /// When two servers would have the same name.
    #[must_use]
    pub fn renamed(&self, name: impl Fn(ServerId) -> ServerId) -> Self {
        let role = match &self.role {
            Role::Follower { leader } => Role::Follower { leader: leader.map(&name) },
            Role::Candidate { votes } => {
                let mut votes: Vec<ServerId> = votes.iter().map(|&voter| name(voter)).collect();
                votes.sort_unstable();
                Role::Candidate { votes }
            }
            Role::Leader { progress } => Role::Leader { progress: progress.renamed(&name) },
        };
        Self {
            id: name(self.id),
            voted_for: self.voted_for.map(&name),
            written: Vote { voted_for: self.written.voted_for.map(&name), ..self.written },
            role,
            ..self.clone()
        }
    }

    fn receive(&mut self, now: Time, envelope: Envelope, out: &mut Vec<Action>) {
        if !self.is_for_me(&envelope) {
            return;
        }
        let Envelope { from, term, call, message, .. } = envelope;
        if term > self.current_term
            && (self.obeys(Rule::AdoptHigherTerm) || !message.is_reply())
            && !self.wrongly_keeps_term(&message)
        {
            // Before anything changes. Other messages are checked below, each kind where it costs least.
            if term.0 > MAX_NUMBER || !message.counts_within_reason() {
                return;
            }
            note(out, || Note::AdoptHigherTerm { peer: from, term });
            self.current_term = term;
            if !self.makes(Mistake::VoteKeptAcrossTerms) {
                self.voted_for = None;
            }
            let leads = matches!(self.role, Role::Leader { .. });
            if !leads || !self.makes(Mistake::OldLeaderKeepsLeading) {
                self.become_follower(now, None);
            }
        }
        if term < self.current_term && message.is_reply() && self.obeys(Rule::IgnoreStaleReply) {
            note(out, || Note::IgnoreStaleReply { peer: from, term });
            return;
        }
        let call = Call { from, term, number: call };
        match message {
            Message::RequestVote { last_log } => self.request_vote(now, call, last_log, out),
            Message::RequestVoteReply { vote_granted } => {
                self.count_vote(now, from, vote_granted, out);
            }
            Message::AppendEntries { prev_log, entries, leader_commit } => {
                if prev_log.counts_within_reason() {
                    self.append_entries(now, call, prev_log, entries, leader_commit, out);
                }
            }
            Message::AppendEntriesReply(appended) => {
                if appended.counts_within_reason() {
                    self.appended(now, call, appended, out);
                }
            }
            Message::InstallSnapshot { last_included, data } => {
                if last_included.counts_within_reason() {
                    self.install_snapshot(now, call, last_included, data, out);
                }
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

    /// A leader's entry conflicts with one that is committed here.
    pub(crate) fn stop_if_committed(&self, from: Index) {
        assert!(
            from > self.commit_index || !self.guarded,
            "{}: entry {from} is committed, and the leader of term {} sends another one in its place. Another server has \
             violated Raft: it lost what it had persisted, voted twice in a term, or runs other code",
            self.id,
            self.current_term
        );
    }

    /// Sends a request to a peer and returns the number of the call.
    #[inline(always)]
    pub(crate) fn call(
        &mut self,
        to: ServerId,
        message: impl FnOnce() -> Message,
        out: &mut Vec<Action>,
    ) -> u64 {
        self.calls += 1;
        self.send(to, self.calls, message, out);
        self.calls
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

    /// Writes term and vote if they have changed since they were last written.
    #[inline]
    pub(crate) fn persist_vote(&mut self, out: &mut Vec<Action>) {
        // Before every message, and hardly ever is there something to write.
        if self.vote() != self.written {
            self.write_vote(out);
        }
    }

    #[cold]
    fn write_vote(&mut self, out: &mut Vec<Action>) {
        self.written = self.vote();
        if self.obeys(Rule::PersistFirst) {
            note(out, || Note::PersistFirst { term: self.current_term });
            emit(out, || Action::Persist(Write::Vote(self.vote_to_write())));
        }
    }

    /// Writes entries that the log now holds from `from` on.
    pub(crate) fn persist_entries(&mut self, from: Index, entries: Entries, out: &mut Vec<Action>) {
        if self.obeys(Rule::PersistFirst) && !self.makes(Mistake::EntriesNotPersisted) {
            emit(out, || Action::Persist(Write::Append { from, entries }));
        }
    }

    /// Writes everything: Raft's state and the snapshot, both or neither.
    pub(crate) fn persist_all(&mut self, out: &mut Vec<Action>) {
        self.written = self.vote();
        let snapshot = if self.makes(Mistake::SnapshotLostOnRestart) {
            Bytes::new()
        } else {
            self.snapshot.clone()
        };
        let log = if self.makes(Mistake::EntriesNotPersisted) {
            Vec::new()
        } else {
            self.log.iter_from(self.log.first_index()).cloned().collect()
        };
        emit(out, || {
            Action::Persist(Write::Save {
                vote: self.vote_to_write(),
                last_included: self.log.snapshot_end(),
                snapshot,
                log,
            })
        });
    }

    /// Term and vote as they are written.
    fn vote_to_write(&self) -> Vote {
        let Vote { mut current_term, mut voted_for } = self.vote();
        if self.makes(Mistake::TermNotPersisted) {
            current_term = Term(0);
        }
        if self.makes(Mistake::VoteNotPersisted) {
            voted_for = None;
        }
        Vote { current_term, voted_for }
    }

    /// "If commitIndex > lastApplied: increment lastApplied, apply log[lastApplied]."
    pub(crate) fn apply_committed(&mut self, out: &mut Vec<Action>) {
        let upto = if self.obeys(Rule::ApplyCommitted) {
            self.commit_index
        } else {
            self.log.last().index
        };
        if upto <= self.last_applied {
            return;
        }
        let first = self.last_applied.next();
        let mut index = first;
        for entry in self.log.iter_from(first).take((upto.0 + 1).saturating_sub(first.0) as usize) {
            let id = crate::EntryId { term: entry.term, index };
            note(out, || Note::ApplyCommitted { id });
            emit(out, || Action::Apply(ApplyMsg::Command { id, command: entry.command.clone() }));
            self.last_applied = index;
            index = index.next();
        }
    }

    pub(crate) fn become_follower(&mut self, now: Time, leader: Option<ServerId>) {
        let was_leader = matches!(self.role, Role::Leader { .. });
        self.role = Role::Follower { leader };
        if was_leader {
            // Its timer measured heartbeats; as a follower it has an election timeout to wait.
            self.draw_election_timeout(now);
        }
    }

    pub(crate) fn become_candidate(&mut self, now: Time) {
        let votes = match &mut self.role {
            Role::Candidate { votes } if self.bugs.makes(Mistake::VotesOfEarlierElections) => {
                std::mem::take(votes)
            }
            _ => Vec::new(),
        };
        self.role = Role::Candidate { votes };
        self.draw_election_timeout(now);
    }

    pub(crate) fn become_leader(&mut self) {
        let next = self.log.last().index.next();
        let first = self.first_progress(next);
        let peers = self.config.peers(self.id);
        let progress = Followers::new(peers.map(|peer| (peer, first.clone())));
        self.role = Role::Leader { progress };
    }

    fn first_progress(&self, next: Index) -> Progress {
        let mut progress = Progress::new(next);
        if !self.obeys(Rule::ResetProgress) {
            progress.match_index = next.prev();
        }
        progress
    }

    /// Starts the election timer anew with a timeout drawn at random (§5.2).
    pub(crate) fn draw_election_timeout(&mut self, now: Time) {
        let Config { election_min, election_max, .. } = self.config;
        let longest =
            if self.obeys(Rule::RandomElectionTimeout) { election_max } else { election_min };
        self.timer =
            Timer { set_at: now, deadline: now + self.random.between(election_min, longest) };
    }

    pub(crate) fn obeys(&self, rule: Rule) -> bool {
        self.bugs.obeys(rule)
    }

    pub(crate) fn makes(&self, mistake: Mistake) -> bool {
        self.bugs.makes(mistake)
    }
}

/// A request as far as its answer needs it.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub(crate) from: ServerId,
    pub(crate) term: Term,
    pub(crate) number: u64,
}
