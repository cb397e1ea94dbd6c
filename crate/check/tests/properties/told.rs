//! A cluster that does whatever a test says, and what the checks say of it.

use bytes::Bytes;
use raft_check::{At, Checks, Durable, Memory, Step, Violation};
use raft_core::{Entry, EntryId, Envelope, Index, Log, Message, ServerId, Term, Time, Vote};

pub(crate) const S1: ServerId = ServerId(1);
pub(crate) const S2: ServerId = ServerId(2);
pub(crate) const S3: ServerId = ServerId(3);

/// A cluster of three that does whatever a test says.
pub(crate) struct Told {
    pub(crate) checks: Checks,
    pub(crate) servers: Vec<Server>,
    pub(crate) event: u64,
}

#[derive(Clone, Default)]
pub(crate) struct Server {
    pub(crate) vote: Vote,
    pub(crate) leads: bool,
    pub(crate) commit: u64,
    pub(crate) applied: u64,
    pub(crate) log: Log,
    pub(crate) snapshot: Bytes,
    pub(crate) disk: Durable,
}

impl Told {
    pub(crate) fn new() -> Self {
        let digest = |bytes: &Bytes| bytes.first().map(|&byte| u64::from(byte));
        Self { checks: Checks::new(3, digest), servers: vec![Server::default(); 3], event: 0 }
    }

    pub(crate) fn at(&mut self) -> At {
        self.event += 1;
        At { time: Time(self.event * 1_000), event: self.event }
    }

    /// A server changes, and is looked at.
    pub(crate) fn step(&mut self, server: ServerId, change: impl FnOnce(&mut Server)) {
        self.handle(server, Step::default(), change);
    }

    pub(crate) fn handle(
        &mut self,
        server: ServerId,
        step: Step,
        change: impl FnOnce(&mut Server),
    ) {
        let at = self.at();
        change(&mut self.servers[server.slot()]);
        let memory = self.servers[server.slot()].memory();
        self.checks.stepped(at, server, &memory, step);
    }

    /// It crashes, and starts from this.
    pub(crate) fn restart(&mut self, server: ServerId, change: impl FnOnce(&mut Server)) {
        let at = self.at();
        self.checks.crashed(server);
        let now = &mut self.servers[server.slot()];
        now.leads = false;
        change(now);
        now.commit = now.log.snapshot_end().index.0;
        now.applied = now.commit;
        let (service, memory) = (Index(now.commit), now.memory());
        let state = if now.snapshot.is_empty() { 0 } else { u64::from(now.snapshot[0]) };
        self.checks.started(at, server, &memory, service, state);
    }

    pub(crate) fn say(&mut self, from: ServerId, to: ServerId, message: Message) {
        let term = self.servers[from.slot()].vote.current_term;
        let at = self.at();
        let envelope = Envelope { from, to, term, call: 1, message };
        self.checks.sent(at, &envelope, &self.servers[from.slot()].disk);
    }

    pub(crate) fn apply(
        &mut self,
        server: ServerId,
        id: EntryId,
        command: &'static str,
        state: u64,
    ) {
        let at = self.at();
        self.checks.applied(at, server, id, &Bytes::from_static(command.as_bytes()), state);
    }

    pub(crate) fn words(&self) -> Vec<String> {
        let words = |v: &std::sync::Arc<Violation>| format!("{}: {v}", v.property.name());
        self.checks.violations().iter().map(words).collect()
    }

    #[track_caller]
    pub(crate) fn holds(&self) {
        assert_eq!(self.words(), [""; 0]);
    }

    #[track_caller]
    pub(crate) fn violates(&self, words: &str) {
        assert_eq!(self.words(), [words]);
    }
}

impl Server {
    fn memory(&self) -> Memory<'_> {
        Memory {
            vote: self.vote,
            leads: self.leads,
            commit: Index(self.commit),
            applied: Index(self.applied),
            log: &self.log,
            snapshot: &self.snapshot,
        }
    }

    pub(crate) fn term(&mut self, term: u64) {
        self.vote = Vote { current_term: Term(term), voted_for: None };
    }

    pub(crate) fn vote_for(&mut self, term: u64, candidate: ServerId) {
        self.vote = Vote { current_term: Term(term), voted_for: Some(candidate) };
    }

    pub(crate) fn lead(&mut self, term: u64) {
        self.term(term);
        self.leads = true;
    }

    pub(crate) fn push(&mut self, term: u64, command: &'static str) {
        self.log.push(Entry { term: Term(term), command: Bytes::from_static(command.as_bytes()) });
    }
}
