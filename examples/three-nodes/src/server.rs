//! One server: a thread that owns a node, a service, and the way to its disk.

use crate::network::Network;
use raft_core::{
    Action, ApplyMsg, Bytes, Config, EntryId, Input, Node, Persistent, ServerId, Started, Term,
    Time, Write,
};
use std::hash::{BuildHasher, RandomState};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Number of commands after which the service takes another snapshot.
const SNAPSHOT_EVERY: u64 = 4;

/// A message to a server's thread.
pub enum Told {
    /// An input for the node, such as a message from another server.
    Input(Input),
    /// The power goes off. What is only in memory is lost.
    PowerOff,
}

/// A server's report of its state, sent when that has changed.
#[derive(Clone, Default)]
pub struct Report {
    /// Its current term.
    pub term: Term,
    /// True if it believes that it leads.
    pub leads: bool,
    /// The commands that its service has applied, from index 1 on.
    pub applied: Vec<String>,
    /// The last entry that its snapshot replaces.
    pub snapshot_end: EntryId,
    /// Its answers to proposals, the oldest first.
    pub answers: Vec<Started>,
}

/// A report, and whose it is.
pub type Signed = (ServerId, Report);

/// The persister: a state that outlives its server, as a file would.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<Persistent>>);

impl Disk {
    /// Makes a write durable: when this returns, a crash cannot undo it. A real one would sync its file here.
    fn persist(&self, write: &Write) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.apply(write).expect("the writes are those of one server, in order");
    }

    /// Everything that was made durable.
    pub fn read(&self) -> Persistent {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A server that is up.
pub struct Server {
    node: Node,
    disk: Disk,
    network: Network,
    reports: Sender<Signed>,
    /// The clock counts from here.
    epoch: Instant,
    /// The service: a list of commands.
    applied: Vec<String>,
    answers: Vec<Started>,
    actions: Vec<Action>,
    /// Its state when it last reported.
    reported: (Term, bool),
}

impl Server {
    /// Starts from what is on the disk: nothing at first, and after a crash all that was persisted.
    pub fn start(
        id: ServerId,
        config: Config,
        disk: Disk,
        network: Network,
        reports: Sender<Signed>,
    ) -> Self {
        let epoch = Instant::now();
        let persistent = disk.read();
        // The service restores itself from the snapshot. The node gives it the entries that follow.
        let applied = lines(&persistent.snapshot);
        // Another seed for each server, and for each start: two with one seed would time out together.
        let seed = RandomState::new().hash_one(id.0);
        let mut actions = Vec::new();
        let node = Node::recover(persistent, id, config, seed, Time(0), &mut actions);
        let (answers, reported) = (Vec::new(), (Term(0), false));
        Self { node, disk, network, reports, epoch, applied, answers, actions, reported }
    }

    /// Runs until the power goes off.
    pub fn run(mut self, inbox: &Receiver<Told>) {
        self.perform();
        loop {
            let wait = self.node.deadline().0.saturating_sub(self.now().0);
            match inbox.recv_timeout(Duration::from_micros(wait)) {
                Ok(Told::Input(input)) => self.step(input),
                Ok(Told::PowerOff) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            // Early ticks do nothing, so one after each message does no harm. It keeps the timer on time when many
            // messages come.
            self.step(Input::Tick);
            if self.node.last_applied().0 >= self.node.log().snapshot_end().index.0 + SNAPSHOT_EVERY
            {
                let data = Bytes::from(self.applied.join("\n"));
                self.step(Input::Snapshot { index: self.node.last_applied(), data });
            }
        }
    }

    fn now(&self) -> Time {
        Time(u64::try_from(self.epoch.elapsed().as_micros()).expect("584,000 years are enough"))
    }

    fn step(&mut self, input: Input) {
        self.node.step(self.now(), input, &mut self.actions);
        self.perform();
    }

    /// Performs the actions in order. That is the whole contract.
    fn perform(&mut self) {
        let done = self.actions.iter().any(|action| !matches!(action, Action::Send(_)));
        for action in self.actions.drain(..) {
            match action {
                Action::Persist(write) => self.disk.persist(&write),
                Action::Send(envelope) => self.network.send(envelope),
                Action::Apply(ApplyMsg::Command { command, .. }) => {
                    self.applied.push(String::from_utf8_lossy(&command).into_owned());
                }
                Action::Apply(ApplyMsg::Snapshot { data, .. }) => self.applied = lines(&data),
                Action::Started(started) => self.answers.push(started),
                Action::Note(_) => {}
            }
        }
        // A candidate that wins does nothing but send.
        if done || self.node.get_state() != self.reported {
            self.report();
        }
    }

    fn report(&mut self) {
        self.reported = self.node.get_state();
        let (term, leads) = self.reported;
        let report = Report {
            term,
            leads,
            applied: self.applied.clone(),
            snapshot_end: self.node.log().snapshot_end(),
            answers: self.answers.clone(),
        };
        // Nobody reads it when the story is over.
        let _ = self.reports.send((self.node.id(), report));
    }
}

/// The commands of a snapshot, one a line.
fn lines(snapshot: &Bytes) -> Vec<String> {
    String::from_utf8_lossy(snapshot).lines().map(String::from).collect()
}
