//! One box: a disk that outlives crashes, a clock, and while it is up a process with a node and a service.

use crate::clock::Clock;
use crate::disk::{Disk, DiskError};
use crate::machine::Machine;
use crate::network::{Cause, Flight};
use crate::world::Plan;
use raft_core::{Action, EntryId, Index, Node, Persistent, ServerId, Time};
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
    /// How often it has been started.
    pub(crate) starts: u64,
    /// The crash that is planned for one of its writes.
    pub(crate) plan: Option<Plan>,
}

/// Whether a server runs.
#[derive(Clone, Debug)]
pub enum Life {
    /// It runs, or is paused.
    Up(Box<Process>),
    /// It has crashed. What its disk says is kept for showing; a restart decodes the bytes anew.
    Crashed(Result<Box<Persistent>, DiskError>),
}

/// What a crash takes away.
#[derive(Clone, Debug)]
pub struct Process {
    /// Its Raft.
    pub node: Node,
    /// Its service.
    pub machine: Machine,
    /// What waits for the disk, each action with the ticket that must be durable first.
    pub(crate) waiting: VecDeque<(u64, Option<Cause>, Action)>,
    /// Messages and questions that arrived while it was paused, in the order of arrival; none: it is not paused.
    pub(crate) paused: Option<Vec<Waiting>>,
    /// When the world will next look at its timer.
    pub(crate) wake: Time,
    /// The last entry of the newest snapshot that its service has made or loaded.
    pub(crate) snapshot_at: Index,
    /// The clients that wait for their entries to be applied.
    pub(crate) pending: Vec<Pending>,
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

    /// The messages that wait for it while it is paused.
    pub fn inbox(&self) -> impl Iterator<Item = &Flight> {
        let waiting = self.process().and_then(|process| process.paused.as_ref());
        waiting.into_iter().flatten().filter_map(|waiting| match waiting {
            Waiting::Message(flight) => Some(&**flight),
            Waiting::Request(_) => None,
        })
    }

    /// How much waits there: messages while it is paused, and output for the disk.
    pub fn waiting(&self) -> usize {
        let of =
            |process: &Process| process.waiting.len() + process.paused.as_ref().map_or(0, Vec::len);
        self.process().map_or(0, of)
    }

    /// Whether it runs and is not paused.
    pub fn is_running(&self) -> bool {
        self.process().is_some_and(|process| process.paused.is_none())
    }
}

impl Process {
    pub(crate) fn new(node: Node, machine: Machine) -> Self {
        let snapshot_at = node.log().snapshot_end().index;
        Self {
            node,
            machine,
            waiting: VecDeque::new(),
            paused: None,
            wake: Time::NEVER,
            snapshot_at,
            pending: Vec::new(),
        }
    }

    /// Whether it stands still.
    pub fn is_paused(&self) -> bool {
        self.paused.is_some()
    }
}
