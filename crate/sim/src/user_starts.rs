//! The operations that the checks follow: those of clients, and the commands that the user starts at a server. Such
//! a command counts as answered when it is first applied.

use crate::client_command::ClientCommand;
use crate::session::Outcome;
use crate::world::Observed;
use bytes::Bytes;
use raft_check::{Answer, Operation};
use raft_core::{EntryId, Index};
use raft_script::config::Service;

/// The commands that the user has started, and that no service has applied yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserStarts {
    /// The entry of each, and its number.
    open: Vec<(EntryId, u64)>,
    /// The number of the newest.
    count: u64,
}

/// The most commands of the user that are followed until they are applied.
const MOST_OPEN: usize = 1_000;

/// The user stands for client 0 in the checks.
const USER: u32 = 0;

impl UserStarts {
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Takes out the commands whose entries are such.
    fn take(&mut self, such: impl Fn(EntryId) -> bool) -> Vec<(EntryId, u64)> {
        self.open.extract_if(.., |(id, _)| such(*id)).collect()
    }
}

impl Observed<'_> {
    /// Tells the checks that an operation begins.
    pub(crate) fn operation_begins(&mut self, client: u32, sequence: u64, command: ClientCommand) {
        let invoked = self.at();
        if let Some(checks) = &mut self.checks {
            let ClientCommand { key, asked, .. } = command;
            checks.invoked(Operation { client, sequence, key, asked, invoked });
        }
    }

    /// The user has started a command at a server, which is this entry.
    pub(crate) fn user_starts(&mut self, slot: usize, id: EntryId, command: &Bytes) {
        if self.checks.is_none() || self.config().service == Service::Commands {
            return;
        }
        // The only server of a cluster may lead a term again, after a crash before all of it was durable: what was
        // started as the same entry then is lost, or nothing is known of it.
        for (_, sequence) in self.user_starts.take(|other| other == id) {
            self.user_start_is_abandoned(sequence);
        }
        self.user_starts.count += 1;
        let sequence = self.user_starts.count;
        self.operation_begins(USER, sequence, ClientCommand::read(command));
        // The only server of a cluster has applied it by now, and its outcome is not known.
        let process = self.servers[slot].process();
        let is_applied = process.is_some_and(|process| process.machine.applied() >= id.index);
        if self.user_starts.open.len() < MOST_OPEN && !is_applied {
            self.user_starts.open.push((id, sequence));
        } else {
            self.user_start_is_abandoned(sequence);
        }
    }

    fn user_start_is_abandoned(&mut self, sequence: u64) {
        if let Some(checks) = &mut self.checks {
            checks.abandoned(USER, sequence);
        }
    }

    /// The only server of a cluster has crashed. What its disk does not hold has never been, and it may lead the
    /// same term again, with other entries of the same names.
    pub(crate) fn user_starts_are_lost(&mut self, last: Index) {
        let at = self.at();
        for (_, sequence) in self.user_starts.take(|id| id.index > last) {
            if let Some(checks) = &mut self.checks {
                checks.has_failed(at, USER, sequence);
            }
        }
    }

    /// Tells the checks the answer to an operation.
    pub(crate) fn report_operation(&mut self, client: u32, sequence: u64, outcome: &Outcome) {
        let at = self.at();
        let Some(checks) = &mut self.world.checks else { return };
        let answer = match outcome {
            Outcome::Done => Answer::Done,
            Outcome::Value(value) => Answer::Value(value.clone()),
            Outcome::Differs(value) => Answer::Differs(value.clone()),
            Outcome::Overtaken => return,
        };
        checks.answered(at, client, sequence, &answer);
        self.world.checking = checks.clients().cost();
        if self.violations().len() > self.told {
            self.tell_violations();
        }
    }

    /// An entry has been applied: perhaps it is one that the user has started, or stands in its place.
    pub(crate) fn user_start_is_applied(&mut self, id: EntryId, outcome: &Outcome) {
        for (started, sequence) in self.user_starts.take(|started| started.index <= id.index) {
            let at = self.at();
            if started == id {
                self.report_operation(USER, sequence, outcome);
            } else if started.index < id.index {
                self.user_start_is_abandoned(sequence);
            } else if let Some(checks) = &mut self.checks {
                checks.has_failed(at, USER, sequence);
            }
        }
    }
}
