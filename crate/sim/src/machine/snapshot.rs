//! A snapshot of the service: its whole state as bytes, and these bytes read back.

use super::{Machine, Service, Value, digest, fingerprint};
use crate::session::Session;
use bytes::{Buf, BufMut, Bytes};
use raft_core::Index;

impl Machine {
    /// Its whole state as bytes: the rows, and after a row that no entry wrote the sessions, if there are any.
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
        if !self.sessions.is_empty() && !self.bugs.forgets_sessions {
            bytes.put_u64_le(NO_ROW);
            for session in &self.sessions {
                session.encode(&mut bytes);
            }
        }
        bytes.into()
    }

    /// The state that a snapshot holds; `None` when the bytes are no snapshot of this service. No bytes
    /// are the empty map.
    pub fn restore(service: Service, snapshot: &Bytes) -> Option<Self> {
        let mut machine = Self::new(service);
        machine.applied = read(snapshot, |piece| match piece {
            Piece::Row(key, value) => machine.put(key, value),
            Piece::Session(session) => machine.remember(session),
        })?;
        Some(machine)
    }

    /// The fingerprint of the state that a snapshot holds; `None` when the bytes are no snapshot.
    pub fn digest_of(snapshot: &Bytes) -> Option<u64> {
        let mut sum = 0_u64;
        let applied = read(snapshot, |piece| {
            sum = sum.wrapping_add(match piece {
                Piece::Row(key, value) => fingerprint(&key, &value.bytes, value.written_by),
                Piece::Session(session) => session.fingerprint(),
            });
        })?;
        Some(digest(applied, sum))
    }
}

/// A piece of a snapshot.
enum Piece {
    Row(Bytes, Value),
    Session(Session),
}

/// Reads a snapshot piece by piece; returns the last entry that it reflects.
fn read(snapshot: &Bytes, mut each: impl FnMut(Piece)) -> Option<Index> {
    if snapshot.is_empty() {
        return Some(Index(0));
    }
    let mut rest = snapshot.clone();
    let applied = Index(rest.try_get_u64_le().ok()?);
    let mut last_key = None;
    while rest.has_remaining() {
        let written_by = Index(rest.try_get_u64_le().ok()?);
        if written_by.0 == NO_ROW {
            return read_sessions(rest, |session| each(Piece::Session(session))).then_some(applied);
        }
        let key = part(&mut rest)?;
        let bytes = part(&mut rest)?;
        if last_key.is_some_and(|last| last >= key) {
            return None;
        }
        last_key = Some(key.clone());
        each(Piece::Row(key, Value { bytes, written_by }));
    }
    Some(applied)
}

/// Reads sessions, of which there is one at least; false if they are none.
fn read_sessions(mut rest: Bytes, mut each: impl FnMut(Session)) -> bool {
    let mut last = 0;
    loop {
        let Some(session) = Session::decode(&mut rest).filter(|session| session.client > last)
        else {
            return false;
        };
        last = session.client;
        each(session);
        if rest.is_empty() {
            return true;
        }
    }
}

/// No entry has this index.
const NO_ROW: u64 = 0;

/// A piece with its length before it.
pub(crate) fn part(rest: &mut Bytes) -> Option<Bytes> {
    let len = rest.try_get_u32_le().ok()? as usize;
    (len <= rest.remaining()).then(|| rest.split_to(len))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{after, apply, machine, table};
    use super::*;

    /// Rows and sessions of every kind.
    fn with_sessions() -> Machine {
        let mut machine = machine();
        apply(&mut machine, &["c1#4 x", "c3#1 x?1=2", "c2#7 y=2", "c4#1 nothing", "c3#1 x?1=2"]);
        machine
    }

    #[test]
    fn a_snapshot_is_the_whole_state() {
        for whole in [machine(), with_sessions(), after(&["c1#1 x"])] {
            let restored = Machine::restore(Service::Map, &whole.snapshot());
            assert_eq!(restored.as_ref(), Some(&whole));
            assert_eq!(restored.map(|machine| machine.snapshot()), Some(whole.snapshot()));
        }
        assert_eq!(Machine::restore(Service::Map, &Bytes::new()), Some(Machine::default()));
    }

    #[test]
    fn the_fingerprint_kept_along_the_way_is_that_of_the_whole_state() {
        for service in [Service::Map, Service::Commands] {
            let mut machine = Machine::new(service);
            let mut seen = vec![machine.digest()];
            for (at, command) in
                ["x=1", "y=1", "c1#1 x+=2", "y", "c1#2 x=12", "c1#2 x=12", "c3#1 y", "y="]
                    .iter()
                    .enumerate()
            {
                machine.apply(Index(at as u64 + 1), &Bytes::copy_from_slice(command.as_bytes()));
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
    fn a_retry_is_known_after_a_restart_from_a_snapshot() {
        let before = with_sessions();
        let mut after = Machine::restore(Service::Map, &before.snapshot()).expect("a snapshot");
        let again = ["c3#1 x?1=2", "c2#7 y=2", "c1#4 x"];
        let expected = [("not set: it is \"12\"", 8), ("done", 9), ("\"12\"", 7)];
        let expected = expected.map(|(outcome, by): (&str, u64)| (outcome.to_owned(), by));
        assert_eq!(apply(&mut after, &again), expected);
        assert_eq!(table(&after), table(&before));
    }

    #[test]
    fn bytes_that_are_no_snapshot_are_refused() {
        let whole = with_sessions().snapshot();
        let passes: Vec<usize> = (1..whole.len())
            .filter(|&len| Machine::restore(Service::Map, &whole.slice(..len)).is_some())
            .collect();
        assert!(
            passes.len() < 9,
            "only a cut between rows can pass for a whole snapshot: {passes:?}"
        );
        assert_eq!(Machine::restore(Service::Map, &Bytes::from_static(&[1; 13])), None);
        let rows = machine().snapshot();
        let twice = [&rows[..], &rows[8..]].concat();
        assert_eq!(Machine::restore(Service::Map, &twice.into()), None, "rows out of order");
        let sessions = whole.slice(rows.len() + 8..);
        let twice = [&whole[..], &sessions[..]].concat();
        assert_eq!(Machine::restore(Service::Map, &twice.into()), None, "clients out of order");
        let none = [&rows[..], &NO_ROW.to_le_bytes()].concat();
        assert_eq!(Machine::restore(Service::Map, &none.into()), None, "sessions are missing");
    }
}
