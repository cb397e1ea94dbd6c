//! The replicated service: a map from keys to values. Its snapshot is its whole table.

use crate::digest::Digest;
use bytes::{Buf, BufMut, Bytes};
use raft_core::Index;
pub use raft_language::config::Service;

/// The key/value map of one server.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Machine {
    service: Service,
    applied: Index,
    /// In the order of the keys.
    table: Vec<(Bytes, Value)>,
    /// The sum of the fingerprints of all rows.
    rows: u64,
}

/// A value, and the log entry that wrote it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Value {
    /// The value.
    pub bytes: Bytes,
    /// The index of the entry that wrote it.
    pub written_by: Index,
}

/// What a command asks of the map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation<'a> {
    /// `k=v`: the value of a key becomes this.
    Put(&'a [u8], &'a [u8]),
    /// `k+=v`: this is appended to the value of a key.
    Append(&'a [u8], &'a [u8]),
    /// `k`: reads a key; changes nothing.
    Get(&'a [u8]),
}

/// What a command's bytes ask for. Every text is a command: one without `=` reads.
pub fn operation(command: &[u8]) -> Operation<'_> {
    let Some(at) = command.iter().position(|&b| b == b'=') else {
        return Operation::Get(command.trim_ascii());
    };
    let (key, value) = (&command[..at], command[at + 1..].trim_ascii());
    match key.strip_suffix(b"+") {
        Some(key) => Operation::Append(key.trim_ascii(), value),
        None => Operation::Put(key.trim_ascii(), value),
    }
}

impl Machine {
    /// The empty map.
    pub fn new(service: Service) -> Self {
        Self { service, ..Self::default() }
    }

    /// Applies the command of the entry at `index`.
    pub fn apply(&mut self, index: Index, command: &[u8]) {
        self.applied = index;
        if self.service == Service::Commands {
            let value = Value { bytes: Bytes::copy_from_slice(command), written_by: index };
            return self.put(Self::key_of(index), value);
        }
        let (key, value) = match operation(command) {
            Operation::Put(key, value) => (key, value.to_vec()),
            Operation::Append(key, more) => {
                let before =
                    self.place(key).map_or(&[][..], |place| &self.table[place].1.bytes[..]);
                (key, [before, more].concat())
            }
            Operation::Get(_) => return,
        };
        let value = Value { bytes: value.into(), written_by: index };
        self.put(Bytes::copy_from_slice(key), value);
    }

    fn put(&mut self, key: Bytes, value: Value) {
        self.rows = self.rows.wrapping_add(fingerprint(&key, &value.bytes, value.written_by));
        match self.place(&key) {
            Ok(place) => {
                let before = std::mem::replace(&mut self.table[place].1, value);
                let gone = fingerprint(&key, &before.bytes, before.written_by);
                self.rows = self.rows.wrapping_sub(gone);
            }
            Err(place) => self.table.insert(place, (key, value)),
        }
    }

    /// The fingerprint of its whole state.
    pub fn digest(&self) -> u64 {
        digest(self.applied, self.rows)
    }

    /// The fingerprint of the state that a snapshot holds; `None` when the bytes are no snapshot.
    pub fn digest_of(snapshot: &Bytes) -> Option<u64> {
        let mut rows = 0_u64;
        let applied = read(snapshot, |key, value| {
            rows = rows.wrapping_add(fingerprint(&key, &value.bytes, value.written_by));
        })?;
        Some(digest(applied, rows))
    }

    /// Where a key stands, or where it would.
    fn place(&self, key: &[u8]) -> Result<usize, usize> {
        self.table.binary_search_by(|(other, _)| other[..].cmp(key))
    }

    /// The key under which [`Service::Commands`] keeps the command of an index: its digits, so many that
    /// the order of the keys is the order of the log.
    fn key_of(index: Index) -> Bytes {
        format!("{:08}", index.0).into()
    }

    /// What it makes of a command.
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

    /// Its whole state as bytes.
    pub fn snapshot(&self) -> Bytes {
        let mut bytes = Vec::new();
        bytes.put_u64_le(self.applied.0);
        for (key, value) in &self.table {
            bytes.put_u64_le(value.written_by.0);
            for part in [key, &value.bytes] {
                bytes.put_u32_le(part.len() as u32);
                bytes.put_slice(part);
            }
        }
        bytes.into()
    }

    /// The state that a snapshot holds; `None` when the bytes are no snapshot of this service. No bytes
    /// are the empty map.
    pub fn restore(service: Service, snapshot: &Bytes) -> Option<Self> {
        let mut machine = Self::new(service);
        machine.applied = read(snapshot, |key, value| machine.put(key, value))?;
        Some(machine)
    }
}

/// Reads a snapshot row by row; returns the last entry that it reflects.
fn read(snapshot: &Bytes, mut row: impl FnMut(Bytes, Value)) -> Option<Index> {
    if snapshot.is_empty() {
        return Some(Index(0));
    }
    let mut rest = snapshot.clone();
    let applied = Index(rest.try_get_u64_le().ok()?);
    while rest.has_remaining() {
        let written_by = Index(rest.try_get_u64_le().ok()?);
        let key = part(&mut rest)?;
        let bytes = part(&mut rest)?;
        row(key, Value { bytes, written_by });
    }
    Some(applied)
}

fn digest(applied: Index, rows: u64) -> u64 {
    rows ^ applied.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The fingerprint of a row.
fn fingerprint(key: &[u8], value: &[u8], written_by: Index) -> u64 {
    let mut digest = Digest::default();
    digest.fold([written_by.0]);
    digest.fold_bytes(key);
    digest.fold_bytes(value);
    digest.value()
}

fn part(rest: &mut Bytes) -> Option<Bytes> {
    let len = rest.try_get_u32_le().ok()? as usize;
    (len <= rest.remaining()).then(|| rest.split_to(len))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> Machine {
        let mut machine = Machine::default();
        for (at, command) in
            ["x=1", "x += 2", " y = a b ", "x", "empty=", "z+=first"].iter().enumerate()
        {
            machine.apply(Index(at as u64 + 1), command.as_bytes());
        }
        machine
    }

    #[test]
    fn commands_put_append_and_read() {
        let machine = machine();
        let table: Vec<_> = machine
            .table()
            .map(|(key, value)| (&key[..], &value.bytes[..], value.written_by.0))
            .collect();
        let expected: [(&[u8], &[u8], u64); 4] =
            [(b"empty", b"", 5), (b"x", b"12", 2), (b"y", b"a b", 3), (b"z", b"first", 6)];
        assert_eq!(table, expected);
        assert_eq!(machine.applied(), Index(6));
    }

    #[test]
    fn a_service_that_keeps_commands_has_each_under_its_index() {
        let mut machine = Machine::new(Service::Commands);
        for (at, command) in ["7", "x=1", "7"].iter().enumerate() {
            machine.apply(Index(at as u64 + 1), command.as_bytes());
        }
        let kept: Vec<_> =
            machine.table().map(|(_, value)| (value.written_by.0, &value.bytes[..])).collect();
        assert_eq!(kept, [(1, &b"7"[..]), (2, b"x=1"), (3, b"7")]);
        assert_eq!(Machine::restore(Service::Commands, &machine.snapshot()), Some(machine));
    }

    #[test]
    fn a_snapshot_is_the_whole_state() {
        assert_eq!(Machine::restore(Service::Map, &machine().snapshot()), Some(machine()));
        assert_eq!(Machine::restore(Service::Map, &Bytes::new()), Some(Machine::default()));
    }

    #[test]
    fn the_fingerprint_kept_along_the_way_is_that_of_the_whole_state() {
        for service in [Service::Map, Service::Commands] {
            let mut machine = Machine::new(service);
            let mut seen = vec![machine.digest()];
            for (at, command) in
                ["x=1", "y=1", "x+=2", "y", "x=12", "x=12", "y="].iter().enumerate()
            {
                machine.apply(Index(at as u64 + 1), command.as_bytes());
                let snapshot = machine.snapshot();
                let restored = Machine::restore(service, &snapshot).map(|other| other.digest());
                assert_eq!(restored, Some(machine.digest()), "after {command}");
                assert_eq!(
                    Machine::digest_of(&snapshot),
                    Some(machine.digest()),
                    "after {command}"
                );
                assert!(!seen.contains(&machine.digest()), "after {command} it is another state");
                seen.push(machine.digest());
            }
        }
        assert_eq!(Machine::digest_of(&Bytes::new()), Some(Machine::default().digest()));
        assert_eq!(Machine::digest_of(&Bytes::from_static(b"x")), None);
    }

    #[test]
    fn bytes_that_are_no_snapshot_are_refused() {
        let whole = machine().snapshot();
        let broken = (1..whole.len())
            .filter(|&len| Machine::restore(Service::Map, &whole.slice(..len)).is_some())
            .count();
        assert!(
            broken < whole.len() / 8,
            "only a cut between two rows can pass for a whole snapshot"
        );
        assert_eq!(Machine::restore(Service::Map, &Bytes::from_static(&[1; 13])), None);
    }
}
