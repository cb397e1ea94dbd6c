//! One box: a disk that outlives crashes, a clock, and while it is up a process with a node and a service.

use crate::clock::Clock;
use crate::disk::{Disk, DiskError};
use crate::machine::Machine;
use crate::network::{Cause, Flight};
use crate::state::Told;
use crate::world::Plan;
use raft_core::{Action, EntryId, Index, Mistake, Node, Persistent, Role, ServerId, Time};
use raft_script::clients::ClientId;
use raft_script::crash::CrashPoint;
use std::collections::VecDeque;

/// A server of the world.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its name.
    pub id: ServerId,
    /// Its disk.
    pub disk: Disk,
    /// Its clock.
    pub clock: Clock,
    /// Its process, or what a restart would find.
    pub life: Life,
    /// The number of its starts.
    pub(crate) starts: u64,
    /// The crash that is planned for one of its writes.
    pub(crate) plan: Option<Plan>,
}

/// The life of a server: it runs, or has crashed.
#[derive(Clone, Debug)]
pub enum Life {
    /// It runs, or is paused.
    Up(Box<Process>),
    /// It has crashed. What its disk says is kept for showing; a restart decodes the bytes anew.
    Crashed(Result<Box<Persistent>, DiskError>),
}

/// The part of a server that a crash takes away.
#[derive(Clone, Debug)]
pub struct Process {
    /// Its Raft.
    pub node: Node,
    /// Its service.
    pub machine: Machine,
    /// The actions that wait for the disk, each with the ticket that must be durable first.
    pub(crate) waiting: VecDeque<(u64, Option<Cause>, Action)>,
    /// Messages and questions that arrived while it was paused, in the order of arrival; none: it is not paused.
    pub(crate) paused: Option<Vec<Waiting>>,
    /// The moment at which the world will next look at its timer.
    pub(crate) wake: Time,
    /// The last entry of the newest snapshot that its service has made or loaded.
    pub(crate) snapshot_at: Index,
    /// The clients that wait for their entries to be applied.
    pub(crate) pending: Vec<Pending>,
    /// The state that observers know of.
    pub(crate) told: Told,
}

/// A message or question that waits for a paused server.
#[derive(Clone, Debug)]
pub(crate) enum Waiting {
    /// A message of another server.
    Message(Box<Flight>),
    /// A client's question, by its number.
    Request(u64),
}

/// A client that waits for an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Pending {
    /// The entry that carries its question.
    pub(crate) id: EntryId,
    pub(crate) client: ClientId,
    pub(crate) sequence: u64,
    pub(crate) attempt: u32,
}

impl Server {
    /// The crash that is planned for one of its writes; writes that were made are counted off.
    pub fn planned_crash(&self) -> Option<CrashPoint> {
        self.plan.map(|plan| plan.at)
    }

    /// The running process, paused or not.
    pub fn process(&self) -> Option<&Process> {
        if let Life::Up(process) = &self.life { Some(process) } else { None }
    }

    pub(crate) fn process_mut(&mut self) -> Option<&mut Process> {
        if let Life::Up(process) = &mut self.life { Some(process) } else { None }
    }

    /// True if it is up and its node, or its service, has the bug.
    pub(crate) fn makes(&self, mistake: Mistake) -> bool {
        self.process().is_some_and(|process| process.node.bugs().makes(mistake))
    }

    /// It begins with the writes of a step, which a planned crash may meet.
    #[inline(always)]
    pub(crate) fn writes_begin(&mut self) {
        if let Some(plan) = &mut self.plan {
            plan.begins();
        }
    }

    /// It stops. Returns what has waited for it while it was paused.
    pub(crate) fn stop(&mut self) -> Option<Vec<Waiting>> {
        self.plan = None;
        self.process_mut().and_then(|process| process.paused.take())
    }

    /// The messages that wait for it while it is paused.
    pub fn inbox(&self) -> impl Iterator<Item = &Flight> {
        let waiting = self.process().and_then(|process| process.paused.as_ref());
        waiting.into_iter().flatten().filter_map(|waiting| match waiting {
            Waiting::Message(flight) => Some(&**flight),
            Waiting::Request(_) => None,
        })
    }

    /// The number of things that wait there: messages while it is paused, and output for the disk.
    pub fn waiting(&self) -> usize {
        let of =
            |process: &Process| process.waiting.len() + process.paused.as_ref().map_or(0, Vec::len);
        self.process().map_or(0, of)
    }

    /// True if it runs and is not paused.
    pub fn is_running(&self) -> bool {
        self.process().is_some_and(|process| process.paused.is_none())
    }
}

impl Process {
    pub(crate) fn new(node: Node, machine: Machine) -> Self {
        let snapshot_at = node.log().snapshot_end().index;
        Self {
            told: Told::of(&node),
            node,
            machine,
            waiting: VecDeque::new(),
            paused: None,
            wake: Time::NEVER,
            snapshot_at,
            pending: Vec::new(),
        }
    }

    /// True while it does nothing.
    pub fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    pub(crate) fn leads(&self) -> bool {
        self.node.get_state().1
    }

    /// The leader that it knows of, if it is another server.
    pub(crate) fn known_leader(&self) -> Option<ServerId> {
        match self.node.role() {
            Role::Follower { leader } => *leader,
            Role::Candidate { .. } | Role::Leader { .. } => None,
        }
    }

    /// The state of the node in a few numbers, for the digest.
    #[inline(always)]
    pub(crate) fn words(&self) -> [u64; 4] {
        let node = &self.node;
        let vote = node.vote();
        let role = match node.role() {
            Role::Follower { leader } => leader.map_or(0, |leader| u64::from(leader.0)),
            Role::Candidate { votes } => 1 << 16 | votes.len() as u64,
            Role::Leader { .. } => 2 << 16,
        };
        let (commit, applied, last) =
            (node.commit_index().0, node.last_applied().0, node.log().last());
        [
            vote.current_term.0 << 24
                ^ role << 8
                ^ vote.voted_for.map_or(0, |server| u64::from(server.0)),
            commit << 32 ^ applied,
            last.term.0 << 32 ^ last.index.0,
            node.deadline().0,
        ]
    }
}
