//! The content of a disk: its snapshot file, the records of its log, and both read back.

use super::{Disk, DiskError, Files, Replaced};
use crate::segments::Segments;
use crate::wal::{self, Corrupt, WalRecord};
use bytes::{Buf, BufMut, Bytes};
use raft_core::{EntryId, Index, Persistent, Unconnected};

/// A record as it stands on the disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// Its offset.
    pub offset: usize,
    /// Its length with its head.
    pub bytes: usize,
    /// Its content, or the reason why it cannot be read.
    pub record: Result<WalRecord, Corrupt>,
    /// True if it would survive a crash now.
    pub synced: bool,
}

impl Disk {
    /// The state that a restart would find if the server crashed now.
    ///
    /// A record that the file's end cuts off was torn by a crash and is left out.
    ///
    /// # Errors
    /// If the bytes are damaged elsewhere.
    pub fn read(&self) -> Result<Persistent, DiskError> {
        if let Some(lie) = &self.lie {
            return self.read_files(&lie.files, lie.files.wal.len());
        }
        match &self.durable {
            Some(Replaced { files, len }) => self.read_files(files, *len),
            None => self.read_files(&self.written, self.synced_len),
        }
    }

    fn read_files(&self, files: &Files, len: usize) -> Result<Persistent, DiskError> {
        let (mut state, snapshot_end, snapshot) = decoded(files, len)?;
        match state.put_snapshot(snapshot_end, snapshot.clone()) {
            Ok(()) => Ok(state),
            Err(_) if self.cuts_log_first => Ok(Persistent { snapshot, ..state }),
            Err(Unconnected { log, snapshot }) => Err(DiskError::Mismatch { log, snapshot }),
        }
    }

    /// Cuts a log that does not continue the snapshot yet, because a crash came between the two. Returns where the
    /// log begins now, if that was to be done.
    pub(crate) fn cut_log(&mut self) -> Option<EntryId> {
        let (snapshot_end, _) = decode_snapshot(&self.written.snapshot)?;
        if begins_after(&self.written).index >= snapshot_end.index {
            return None;
        }
        let state = self.read().ok()?;
        let mut bytes = Vec::new();
        wal::encode(&WalRecord::Start { snapshot_end, vote: state.vote }, &mut bytes);
        let mut wal = Segments::default();
        wal.append(&bytes);
        if !state.log.is_empty() {
            bytes.clear();
            wal::encode_entries(
                snapshot_end.index.next(),
                state.log.iter_from(Index(0)),
                &mut bytes,
            );
            wal.append(&bytes);
        }
        self.written.begun = wal.len();
        self.written.wal = wal;
        self.settle_files();
        Some(snapshot_end)
    }

    /// The newest records, at most `most` of them in order, and how many stand before them in the file.
    pub fn records(&self, most: usize) -> (Vec<Stored>, usize) {
        let (mut newest, mut earlier) = (Vec::new(), 0);
        for (start, piece) in self.written.wal.iter().rev() {
            let mut here = stored(piece, start, self.kept_len());
            let room = most - newest.len();
            let cut = here.len().saturating_sub(room);
            earlier += cut;
            let mut kept = here.split_off(cut);
            kept.append(&mut newest);
            newest = kept;
        }
        (newest, earlier)
    }

    /// The last bytes of the write-ahead log, at most `most`, and the offset of the first of them.
    pub fn tail(&self, most: usize) -> (usize, Vec<u8>) {
        let wal = &self.written.wal;
        let start = wal.len().saturating_sub(most) / 16 * 16;
        let mut bytes = Vec::with_capacity(most);
        for (offset, piece) in wal.iter() {
            if offset + piece.len() > start {
                bytes.extend_from_slice(&piece[start.saturating_sub(offset)..]);
            }
        }
        (start, bytes)
    }
}

pub(super) fn encode_snapshot(last_included: EntryId, state: &[u8]) -> Bytes {
    let mut content = Vec::with_capacity(state.len() + 20);
    content.put_u32_le(0);
    content.put_u64_le(last_included.index.0);
    content.put_u64_le(last_included.term.0);
    content.put_slice(state);
    let sum = wal::checksum(&content[4..]);
    content[..4].copy_from_slice(&sum.to_le_bytes());
    content.into()
}

fn decode_snapshot(file: &Bytes) -> Option<(EntryId, Bytes)> {
    if file.is_empty() {
        return Some((EntryId::ZERO, Bytes::new()));
    }
    let mut rest = file.clone();
    let sum = rest.try_get_u32_le().ok()?;
    if wal::checksum(&rest) != sum {
        return None;
    }
    let (index, term) = (rest.try_get_u64_le().ok()?, rest.try_get_u64_le().ok()?);
    Some((EntryId::new(index, term), rest))
}

/// The end of the snapshot that the log continues.
fn begins_after(files: &Files) -> EntryId {
    let first = files.wal.iter().next().and_then(|(_, piece)| wal::decode(piece).ok());
    match first {
        Some((WalRecord::Start { snapshot_end, .. }, _)) => snapshot_end,
        _ => EntryId::ZERO,
    }
}

/// The content of the log by itself, and beside it the snapshot with its last entry.
fn decoded(files: &Files, len: usize) -> Result<(Persistent, EntryId, Bytes), DiskError> {
    let (snapshot_end, snapshot) = decode_snapshot(&files.snapshot).ok_or(DiskError::Snapshot)?;
    let mut state = Persistent::default();
    for (start, piece) in files.wal.iter() {
        let piece = &piece[..piece.len().min(len.saturating_sub(start))];
        for Stored { offset, bytes, record, .. } in stored(piece, start, len) {
            match record {
                Ok(record) => {
                    if !wal::replay(record, &mut state) {
                        return Err(DiskError::Log { offset, why: Corrupt::Content });
                    }
                }

                Err(Corrupt::Torn) if offset + bytes == len => {}
                Err(why) => return Err(DiskError::Log { offset, why }),
            }
        }
    }
    Ok((state, snapshot_end, snapshot))
}

/// The records of a piece. What cannot be decoded reaches to the piece's end.
pub(super) fn stored(piece: &[u8], start: usize, synced_len: usize) -> Vec<Stored> {
    let mut records = Vec::new();
    let mut at = 0;
    while at < piece.len() {
        let (record, bytes) = match wal::decode(&piece[at..]) {
            Ok((record, bytes)) => (Ok(record), bytes),
            Err(why) => (Err(why), piece.len() - at),
        };
        records.push(Stored {
            offset: start + at,
            bytes,
            record,
            synced: start + at + bytes <= synced_len,
        });
        at += bytes;
    }
    records
}

#[cfg(test)]
mod tests {
    use super::super::tests::{append, disk, sync, vote};
    use super::*;

    #[test]
    fn damage_is_found_and_placed() {
        let mut disk = disk();
        disk.write(&vote(1));
        disk.write(&append(1, 1));
        disk.write(&append(2, 1));
        sync(&mut disk);
        let (records, earlier) = disk.records(2);
        assert_eq!((records.len(), earlier), (2, 1));
        let offset = records[0].offset;
        for byte in 0..records[0].bytes {
            let mut damaged = disk.clone();
            assert!(damaged.flip(offset + byte));
            let expected = DiskError::Log { offset, why: Corrupt::Checksum };
            assert_eq!(damaged.read(), Err(expected), "byte {byte}");
        }
        assert!(!disk.flip(10_000));
    }
}
