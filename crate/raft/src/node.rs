//! One server's Raft: its state as in Figure 2, the rules for all servers, and the way in and out.

mod start;

use crate::action::{Action, Input, Vote};
use crate::bugs::Bugs;
use crate::config::Config;
use crate::log::Log;
use crate::random::Random;
pub use crate::role::{Role, Timer};
use crate::types::{Index, ServerId, Term, Time};
use bytes::Bytes;

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
    pub(crate) written: Vote,
    pub(crate) calls: u64,
    pub(crate) random: Random,
    /// It stops rather than cut off what is committed. Nodes that are wrong on purpose, and those among them, go on.
    pub(crate) guarded: bool,
}

impl Node {
    /// Takes one input and appends what it leads to, in order, to `out`. The crate's documentation says what a caller
    /// may rely on.
    ///
    /// # Panics
    /// If a leader's entry conflicts with one that is committed here. Raft excludes that, so another server has
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

    /// The moment at which its timer runs out: it then wants [`Input::Tick`].
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

    /// Its bugs.
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

    /// Its role in the current term.
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
    /// If two servers would have the same name.
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
}
