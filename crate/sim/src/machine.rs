//! The replicated service: a map from keys to values, and what it remembers of its clients. Its snapshot is
//! all of it.
//!
//! A command of a client has before it who asks, and which of its operations it is: `c2#17 x=1`. The service
//! remembers each client's last operation with its result, so that a command that comes again is answered
//! again and changes nothing. A command without this is applied as often as it comes.

mod snapshot;

use crate::client_command::{Asker, ClientCommand};
use crate::digest::Digest;
use crate::session::{Outcome, Session};
use bytes::Bytes;
use raft_check::Asked;
use raft_core::Index;
pub use raft_script::config::Service;
pub(crate) use snapshot::part;

/// The key/value map of one server.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Machine {
    service: Service,
    bugs: ServiceBugs,
    applied: Index,
    /// In the order of the keys.
    table: Vec<(Bytes, Value)>,
    /// In the order of the clients.
    sessions: Vec<Session>,
    /// The sum of the fingerprints of all rows and sessions.
    sum: u64,
}

/// The bugs of a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct ServiceBugs {
    /// It applies repeated commands again.
    pub(crate) applies_retries: bool,
    /// Its snapshots hold the table alone.
    pub(crate) forgets_sessions: bool,
}

/// A command that has been applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applied {
    /// The client that asked for it, if one did.
    pub asker: Option<Asker>,
    /// The result.
    pub outcome: Outcome,
    /// The entry that took effect: an earlier one, if the command had been applied before.
    pub by: Index,
}

/// A value, and the log entry that wrote it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Value {
    /// The value.
    pub bytes: Bytes,
    /// The index of the entry that wrote it.
    pub written_by: Index,
}

impl Machine {
    /// The empty map.
    pub fn new(service: Service) -> Self {
        Self { service, ..Self::default() }
    }

    #[must_use]
    pub(crate) fn with(self, bugs: ServiceBugs) -> Self {
        Self { bugs, ..self }
    }

    /// Applies the command of the entry at `index`.
    pub fn apply(&mut self, index: Index, command: &Bytes) -> Applied {
        self.applied = index;
        if self.service == Service::Commands {
            let value = Value { bytes: Bytes::copy_from_slice(command), written_by: index };
            self.put(Self::key_of(index), value);
            return Applied { asker: None, outcome: Outcome::Done, by: index };
        }
        let command = ClientCommand::read(command);
        match command.asker {
            Some(asker) => self.apply_once(index, asker, &command),
            None => Applied { asker: None, outcome: self.operate(index, &command), by: index },
        }
    }

    /// Applies a client's command, unless that has been done before.
    fn apply_once(&mut self, index: Index, asker: Asker, command: &ClientCommand) -> Applied {
        let Asker { client, sequence } = asker;
        let asker = Some(asker);
        let place = self.sessions.binary_search_by_key(&client, |session| session.client);
        if let Ok(place) = place
            && !self.bugs.applies_retries
        {
            let known = &self.sessions[place];
            let by = known.by;
            if known.sequence == sequence {
                return Applied { asker, outcome: known.outcome.clone(), by };
            }
            if known.sequence > sequence {
                return Applied { asker, outcome: Outcome::Overtaken, by };
            }
        }
        let outcome = self.operate(index, command);
        self.remember(Session { client, sequence, by: index, outcome: outcome.clone() });
        Applied { asker, outcome, by: index }
    }

    fn remember(&mut self, session: Session) {
        self.sum = self.sum.wrapping_add(session.fingerprint());
        match self.sessions.binary_search_by_key(&session.client, |session| session.client) {
            Ok(place) => {
                let before = std::mem::replace(&mut self.sessions[place], session);
                self.sum = self.sum.wrapping_sub(before.fingerprint());
            }
            Err(place) => self.sessions.insert(place, session),
        }
    }

    fn operate(&mut self, index: Index, command: &ClientCommand) -> Outcome {
        let key = &command.key;
        let value = match &command.asked {
            Asked::Put(value) => Bytes::copy_from_slice(value),
            Asked::Append(more) => [self.value(key), more].concat().into(),
            Asked::CompareAndSet(old, new) if self.value(key) == old => Bytes::copy_from_slice(new),
            Asked::Get | Asked::CompareAndSet(..) => return self.look(command),
        };
        // Copies: what the table keeps must not keep the bytes of the log alive.
        let value = Value { bytes: value, written_by: index };
        self.put(Bytes::copy_from_slice(key), value);
        Outcome::Done
    }

    /// The outcome that a command would have now, without applying it.
    pub fn look(&self, command: &ClientCommand) -> Outcome {
        let key = &command.key;
        let found = || {
            self.place(key).map_or_else(|_| Bytes::new(), |place| self.table[place].1.bytes.clone())
        };
        match &command.asked {
            Asked::Get => Outcome::Value(found()),
            Asked::CompareAndSet(old, _) if self.value(key) != old => Outcome::Differs(found()),
            Asked::Put(_) | Asked::Append(_) | Asked::CompareAndSet(..) => Outcome::Done,
        }
    }

    /// The value of a key; nothing, if it has none.
    fn value(&self, key: &[u8]) -> &[u8] {
        self.place(key).map_or(&[], |place| &self.table[place].1.bytes)
    }

    fn put(&mut self, key: Bytes, value: Value) {
        self.sum = self.sum.wrapping_add(fingerprint(&key, &value.bytes, value.written_by));
        match self.place(&key) {
            Ok(place) => {
                let before = std::mem::replace(&mut self.table[place].1, value);
                let gone = fingerprint(&key, &before.bytes, before.written_by);
                self.sum = self.sum.wrapping_sub(gone);
            }
            Err(place) => self.table.insert(place, (key, value)),
        }
    }

    /// The fingerprint of its whole state.
    pub fn digest(&self) -> u64 {
        digest(self.applied, self.sum)
    }

    /// The place of a key, or else the place at which it would be inserted.
    fn place(&self, key: &[u8]) -> Result<usize, usize> {
        self.table.binary_search_by(|(other, _)| other[..].cmp(key))
    }

    /// The key under which [`Service::Commands`] keeps the command of an index: its digits, so many that
    /// the order of the keys is the order of the log.
    fn key_of(index: Index) -> Bytes {
        format!("{:08}", index.0).into()
    }

    /// The kind of service.
    pub fn service(&self) -> Service {
        self.service
    }

    /// The last entry that it reflects.
    pub fn applied(&self) -> Index {
        self.applied
    }

    /// Keys and values, in the order of the keys.
    pub fn table(&self) -> impl ExactSizeIterator<Item = (&Bytes, &Value)> {
        self.table.iter().map(|(key, value)| (key, value))
    }

    /// The sessions of its clients, in the order of the clients.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// The session of a client.
    pub fn session(&self, client: u32) -> Option<&Session> {
        let place = self.sessions.binary_search_by_key(&client, |session| session.client);
        place.ok().map(|place| &self.sessions[place])
    }
}

fn digest(applied: Index, sum: u64) -> u64 {
    sum ^ applied.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The fingerprint of a row.
fn fingerprint(key: &[u8], value: &[u8], written_by: Index) -> u64 {
    let mut digest = Digest::default();
    digest.fold([written_by.0]);
    digest.fold_bytes(key);
    digest.fold_bytes(value);
    digest.value()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn after(commands: &[&str]) -> Machine {
        let mut machine = Machine::default();
        apply(&mut machine, commands);
        machine
    }

    /// Applies further commands; of each the result, and the entry that took effect.
    pub(super) fn apply(machine: &mut Machine, commands: &[&str]) -> Vec<(String, u64)> {
        let first = machine.applied().next().0;
        let applied = |(command, index): (&&str, u64)| {
            let applied = machine.apply(Index(index), &Bytes::copy_from_slice(command.as_bytes()));
            (applied.outcome.to_string(), applied.by.0)
        };
        commands.iter().zip(first..).map(applied).collect()
    }

    pub(super) fn table(machine: &Machine) -> Vec<(&[u8], &[u8], u64)> {
        let rows = machine.table.iter();
        rows.map(|(key, value)| (&key[..], &value.bytes[..], value.written_by.0)).collect()
    }

    pub(super) fn machine() -> Machine {
        after(&["x=1", "x += 2", " y = a b ", "x", "empty=", "z+=first"])
    }

    #[test]
    fn commands_put_append_and_read() {
        let machine = machine();
        let expected: [(&[u8], &[u8], u64); 4] =
            [(b"empty", b"", 5), (b"x", b"12", 2), (b"y", b"a b", 3), (b"z", b"first", 6)];
        assert_eq!(table(&machine), expected);
        assert_eq!(machine.applied(), Index(6));
    }

    #[test]
    fn a_value_is_set_only_if_it_is_what_is_said() {
        let mut machine = Machine::default();
        let commands = ["x?=1", "x?2=3", "x ? 1 = 2", "x", "x?2=", "x", "x?=a?b", "x?a?b=c=d", "x"];
        let outcomes: Vec<String> =
            apply(&mut machine, &commands).into_iter().map(|(outcome, _)| outcome).collect();
        let expected = [
            "done",
            "not set: it is \"1\"",
            "done",
            "\"2\"",
            "done",
            "\"\"",
            "done",
            "done",
            "\"c=d\"",
        ];
        assert_eq!(outcomes, expected);
    }

    #[test]
    fn what_comes_again_is_answered_again_and_changes_nothing() {
        let mut machine = Machine::default();
        let commands = [
            "c2#1 x+=a",
            "c2#1 x+=a",
            "c1#9 x?a=b",
            "x=z",
            "c1#9 x?a=b",
            "c1#8 x=old",
            "x+=c",
            "x+=c",
        ];
        let expected = [
            ("done", 1),
            ("done", 1),
            ("done", 3),
            ("done", 4),
            ("done", 3),
            ("a later one has come", 3),
            ("done", 7),
            ("done", 8),
        ];
        let expected = expected.map(|(outcome, by): (&str, u64)| (outcome.to_owned(), by));
        assert_eq!(apply(&mut machine, &commands), expected);
        assert_eq!(table(&machine), [(&b"x"[..], &b"zcc"[..], 8)]);
        assert_eq!(machine.session(1).map(|session| session.sequence), Some(9));
    }

    #[test]
    fn a_service_that_keeps_commands_has_each_under_its_index() {
        let mut machine = Machine::new(Service::Commands);
        for (at, command) in ["7", "x=1", "7", "c1#1 x", "c1#1 x"].iter().enumerate() {
            machine.apply(Index(at as u64 + 1), &Bytes::copy_from_slice(command.as_bytes()));
        }
        let kept: Vec<_> =
            machine.table().map(|(_, value)| (value.written_by.0, &value.bytes[..])).collect();
        let expected: [(u64, &[u8]); 5] =
            [(1, b"7"), (2, b"x=1"), (3, b"7"), (4, b"c1#1 x"), (5, b"c1#1 x")];
        assert_eq!(kept, expected);
        assert_eq!(Machine::restore(Service::Commands, &machine.snapshot()), Some(machine));
    }
}
