//! The state of one server at a moment. It is made here and nowhere else: frames, details, answers, expectations and the
//! space-time diagram read it, and none of them asks a node or a disk for the same.

use crate::server::{Life, Process, Server};
use raft_core::{EntryId, Followers, Index, Log, Node, Persistent, Role, ServerId, Term, Timer};
use raft_script::crash::CrashPoint;
use std::fmt;

/// The state of one server at a moment, named as in Figure 2. It borrows what is large, so it may be made on the way.
#[derive(Clone, Copy, Debug)]
pub struct ServerState<'a> {
    /// The server.
    pub id: ServerId,
    /// Runs, stands still, or has crashed.
    pub status: Status,
    /// Its role; a crashed server has none.
    pub role: Option<RoleName>,
    /// `currentTerm`. A crashed server: on its disk.
    pub term: Term,
    /// `votedFor`. A crashed server: on its disk.
    pub voted_for: Option<ServerId>,
    /// The leader that it knows of; of a leader, itself.
    pub leader: Option<ServerId>,
    /// The servers that have voted for it, when it is a candidate.
    pub votes: &'a [ServerId],
    /// `nextIndex` and `matchIndex` of each follower, when it is a leader.
    pub followers: Option<&'a Followers>,
    /// Its log. A crashed server: on its disk, if the disk can be read.
    pub log: Option<&'a Log>,
    /// `commitIndex`; 0 for a crashed server.
    pub commit_index: Index,
    /// `lastApplied`: the last entry handed to the service; 0 for a crashed server.
    pub last_applied: Index,
    /// The last entry that the service has applied. It is below `last_applied` while the disk writes.
    pub applied: Index,
    /// Its election or heartbeat timer on the world's clock; a crashed server has none.
    pub timer: Option<Timer>,
    /// The log is durable up to here.
    pub synced_index: Index,
    /// Speed of its clock in thousandths of a percent.
    pub clock_rate: u32,
    /// The crash that is planned for one of its writes.
    pub planned_crash: Option<CrashPoint>,
}

/// Status of a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It runs.
    Up,
    /// It has crashed: nothing is in memory.
    Crashed,
    /// It stands still: messages wait for it.
    Paused,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Up, Self::Crashed, Self::Paused];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Crashed => "crashed",
            Self::Paused => "paused",
        }
    }
}

/// Name of a role, without what belongs to the role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the paper's names")]
pub enum RoleName {
    Follower,
    Candidate,
    Leader,
}

impl RoleName {
    /// The name of a role.
    #[inline(always)]
    pub fn of(role: &Role) -> Self {
        match role {
            Role::Follower { .. } => Self::Follower,
            Role::Candidate { .. } => Self::Candidate,
            Role::Leader { .. } => Self::Leader,
        }
    }

    /// Every role.
    pub const ALL: [Self; 3] = [Self::Follower, Self::Candidate, Self::Leader];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Follower => "follower",
            Self::Candidate => "candidate",
            Self::Leader => "leader",
        }
    }
}

/// A change of a server's state, seen from outside. The world tells of it whether or not the core makes notes: notes explain a
/// run, and these carry it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StateChange {
    /// It has another role, or the same role in another term.
    Role(RoleName, Term),
    /// Its commit index is this one. True: as leader.
    Commit(Index, bool),
    /// The last entry of its log is this one.
    Log(EntryId),
}

/// As much of a server's state as its changes are told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Told {
    role: RoleName,
    term: Term,
    commit: Index,
    last: EntryId,
}

impl Told {
    #[inline(always)]
    pub(crate) fn of(node: &Node) -> Self {
        Self {
            role: RoleName::of(node.role()),
            term: node.vote().current_term,
            commit: node.commit_index(),
            last: node.log().last(),
        }
    }

    /// The changes since an earlier moment, in the order in which they are told.
    pub(crate) fn since(self, before: Self) -> impl Iterator<Item = StateChange> {
        let Self { role, term, commit, last } = self;
        let role_change = (role, term) != (before.role, before.term);
        [
            role_change.then_some(StateChange::Role(role, term)),
            (last != before.last).then_some(StateChange::Log(last)),
            (commit != before.commit)
                .then_some(StateChange::Commit(commit, role == RoleName::Leader)),
        ]
        .into_iter()
        .flatten()
    }
}

impl fmt::Display for StateChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role, term) => write!(f, "is {} in term {term}", role.name()),
            Self::Commit(index, _) => write!(f, "has commitIndex {index}"),
            Self::Log(last) => write!(f, "has a log that ends with {last}"),
        }
    }
}

impl<'a> ServerState<'a> {
    /// The state of a server of the world.
    #[inline]
    pub fn of(server: &'a Server) -> Self {
        let nothing = Self {
            id: server.id,
            status: Status::Crashed,
            role: None,
            term: Term(0),
            voted_for: None,
            leader: None,
            votes: &[],
            followers: None,
            log: None,
            commit_index: Index(0),
            last_applied: Index(0),
            applied: Index(0),
            timer: None,
            synced_index: server.disk.synced_index(),
            clock_rate: server.clock.rate(),
            planned_crash: server.planned_crash(),
        };
        match &server.life {
            Life::Up(process) => nothing.running(server, process),
            Life::Crashed(Ok(kept)) => nothing.on_disk(kept),
            Life::Crashed(Err(_)) => nothing,
        }
    }

    #[inline]
    fn running(self, server: &Server, process: &'a Process) -> Self {
        let node = &process.node;
        let vote = node.vote();
        let timer = node.timer();
        let (role, leader, votes, followers) = match node.role() {
            Role::Follower { leader } => (RoleName::Follower, *leader, &[][..], None),
            Role::Candidate { votes } => (RoleName::Candidate, None, &votes[..], None),
            Role::Leader { progress } => {
                (RoleName::Leader, Some(node.id()), &[][..], Some(progress))
            }
        };
        Self {
            status: if process.is_paused() { Status::Paused } else { Status::Up },
            role: Some(role),
            term: vote.current_term,
            voted_for: vote.voted_for,
            leader,
            votes,
            followers,
            log: Some(node.log()),
            commit_index: node.commit_index(),
            last_applied: node.last_applied(),
            applied: process.machine.applied(),
            timer: Some(Timer {
                set_at: server.clock.world(timer.set_at),
                deadline: server.clock.world(timer.deadline),
            }),
            ..self
        }
    }

    /// After a crash, the disk holds what a restart begins with.
    #[inline]
    fn on_disk(self, kept: &'a Persistent) -> Self {
        let Persistent { vote, log, .. } = kept;
        Self { term: vote.current_term, voted_for: vote.voted_for, log: Some(log), ..self }
    }

    /// True if it runs, paused or not.
    pub fn is_up(&self) -> bool {
        self.status != Status::Crashed
    }

    /// True if it believes that it leads.
    pub fn is_leader(&self) -> bool {
        self.role == Some(RoleName::Leader)
    }

    /// Index and term of the last entry of its log; zero when there is no log.
    pub fn last_log(&self) -> EntryId {
        self.log.map(Log::last).unwrap_or_default()
    }

    /// The last entry that its snapshot replaces, if it has one.
    pub fn snapshot(&self) -> Option<EntryId> {
        self.log.map(Log::snapshot_end).filter(|end| end.index > Index(0))
    }
}

impl Server {
    /// Its state at this moment.
    #[inline]
    pub fn state(&self) -> ServerState<'_> {
        ServerState::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::world::World;
    use raft_core::Time;

    #[test]
    fn a_running_server_is_what_its_node_says_and_a_crashed_one_what_its_disk_holds() {
        let mut world = World::new(Config::default());
        world.run_until(Time(2_000_000), u64::MAX, &mut ());
        let leader = world.leader().expect("one leads by then");
        let term = {
            let state = world.servers()[leader.slot()].state();
            assert_eq!((state.status, state.role), (Status::Up, Some(RoleName::Leader)));
            assert_eq!(state.leader, Some(leader));
            assert_eq!(state.followers.map(|of| of.iter().count()), Some(4));
            assert!(state.is_leader() && state.timer.is_some());
            state.term
        };
        for server in world.servers().iter().filter(|server| server.id != leader) {
            let state = server.state();
            assert_eq!((state.role, state.leader), (Some(RoleName::Follower), Some(leader)));
            assert_eq!((state.term, state.followers.is_none()), (term, true));
        }
        let crash: crate::command::Command =
            format!("crash {}", leader.0).parse().expect("a command");
        world.apply(&crash, &mut ()).expect("it can crash");
        let state = world.servers()[leader.slot()].state();
        assert_eq!((state.status, state.role, state.timer), (Status::Crashed, None, None));
        assert_eq!((state.term, state.voted_for), (term, Some(leader)), "as its disk says");
        assert!(state.log.is_some() && !state.is_up());
    }
}
