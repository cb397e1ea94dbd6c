//! The faults of a disk in a crash: unsynced writes are lost, the first of them leaves a torn piece,
//! and a disk that has lied had synced nothing at all. What was acknowledged early is in `early`, a crash in the midst of a
//! sync in `steps`.

use super::content::stored;
use super::{Corrupt, Disk, Files, Replaced};
use raft_check::Durable;

/// The content of a disk while it lies.
#[derive(Clone, Debug)]
pub(super) struct Lie {
    /// The files that were durable when it began.
    pub(super) files: Files,
    /// The same in short.
    pub(super) would_stay: Durable,
}

/// The damage that a crash has done to a disk, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Damage {
    /// Lost, since they were not synced.
    pub(crate) lost: u64,
    /// Lost, though the disk had said that they were durable.
    pub(crate) lied: u64,
    /// Lost, though the disk had acknowledged them before they were flushed.
    pub(crate) early: u64,
    /// Left of the first record that was lost.
    pub(crate) torn: u64,
}

impl Disk {
    /// From now on it says that everything is durable at once, while nothing is; or it is honest again, and
    /// what it had said is true by then. Then it acknowledges nothing early either.
    pub(crate) fn set_lies(&mut self, lies: bool) {
        if !lies {
            self.lie = None;
            self.set_early(false);
        } else if self.lie.is_none() {
            let files = self.durable_files();
            self.lie = Some(Box::new(Lie { files, would_stay: self.would_stay }));
        }
        self.version += 1;
    }

    /// True if it says of everything that it is durable, while nothing is.
    pub fn lies(&self) -> bool {
        self.lie.is_some()
    }

    /// The durable files by themselves.
    fn durable_files(&self) -> Files {
        let (files, len) = match &self.durable {
            Some(Replaced { files, len }) => (files, *len),
            None => (&self.written, self.synced_len),
        };
        let mut files = files.clone();
        files.wal.truncate(len);
        files
    }

    /// The server has crashed: what is not durable is gone, but for a torn piece of the first record if that
    /// is wanted.
    pub(crate) fn crash(&mut self, torn: bool) -> Damage {
        let gone = self.unsynced_bytes();
        let lied = self.lied_bytes();
        let kept = self.kept_len();
        let torn = if torn && !self.is_replaced() { self.torn_piece(kept) } else { 0 };
        let early = self.early_bytes().saturating_sub(torn as u64);
        match (&self.lie, &self.durable) {
            (Some(lie), _) if torn == 0 => self.written = lie.files.clone(),
            (None, Some(_)) => self.written = self.durable_files(),
            _ => self.written.wal.truncate(kept + torn),
        }
        self.recover_files();
        let torn = torn as u64;
        Damage { lost: gone.saturating_sub(lied + early + torn), lied, early, torn }
    }

    /// The server has crashed in the midst of a sync: it leaves these files, in which so many bytes of those that were
    /// not synced are kept.
    pub(super) fn crash_with(&mut self, files: Files, saved: u64) -> Damage {
        let gone = self.unsynced_bytes().saturating_sub(saved);
        let early = self.early_bytes().saturating_sub(saved).min(gone);
        self.written = files;
        self.recover_files();
        Damage { lost: gone - early, early, ..Damage::default() }
    }

    /// The written files are all there is, after a crash.
    fn recover_files(&mut self) {
        self.durable = None;
        self.settle_files();
        self.sync = None;
        self.tickets = self.durable_ticket;
        self.early.forget();
        let found = self.read().unwrap_or_default();
        (self.vote, self.last) = (found.vote, found.log.last().index);
        self.would_stay = Durable { vote: self.vote, agrees: self.last, last: self.last };
        if let Some(lie) = &mut self.lie {
            lie.would_stay = self.would_stay;
        }
    }

    /// Drops a torn record from the end of the log, as a restart does. Returns its length.
    pub(crate) fn drop_torn(&mut self) -> u64 {
        let last = self.written.wal.iter().next_back();
        let torn = last.and_then(|(start, piece)| {
            let record = stored(piece, start, 0).pop()?;
            (record.record == Err(Corrupt::Torn)).then_some((record.offset, record.bytes))
        });
        let Some((offset, bytes)) = torn else { return 0 };
        self.written.wal.truncate(offset);
        self.settle_files();
        bytes as u64
    }

    /// Makes the content of the files all that there is.
    pub(super) fn settle_files(&mut self) {
        self.synced_len = self.written.wal.len();
        if let Some(lie) = &mut self.lie {
            lie.files = self.written.clone();
        }
        self.version += 1;
    }

    /// The part of the written log that a crash would leave.
    pub(super) fn kept_len(&self) -> usize {
        match &self.lie {
            _ if self.is_replaced() => 0,
            Some(lie) => lie.files.wal.len(),
            None => self.synced_len,
        }
    }

    /// True if the written files are another pair than the one that a crash would leave.
    pub(super) fn is_replaced(&self) -> bool {
        self.durable.is_some()
            || self.lie.as_ref().is_some_and(|lie| lie.files.snapshot != self.written.snapshot)
    }

    /// The bytes that it has called durable and that are not.
    fn lied_bytes(&self) -> u64 {
        let Some(lie) = &self.lie else { return 0 };
        let said = match &self.durable {
            Some(old) if old.files.snapshot != lie.files.snapshot => {
                old.len + old.files.snapshot.len()
            }
            Some(old) => old.len - lie.files.wal.len(),
            None if self.is_replaced() => self.synced_len + self.written.snapshot.len(),
            None => self.synced_len - lie.files.wal.len(),
        };
        said as u64
    }

    /// The bytes left of the record that begins there: drawn at random, never all of it.
    fn torn_piece(&mut self, from: usize) -> usize {
        let mut pieces = self.written.wal.iter();
        let found = pieces.find_map(|(start, piece)| {
            let rest = piece.get(from.checked_sub(start)?..).filter(|rest| !rest.is_empty())?;
            stored(rest, from, 0).first().map(|record| record.bytes as u64)
        });
        found.map_or(0, |bytes| self.random.between(1, bytes - 1) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use raft_core::{Entry, EntryId, Index, Random, Term, Time, Vote, Write};

    fn append(from: u64, n: usize) -> Write {
        let entry = Entry { term: Term(1), command: Bytes::from_static(b"x=1") };
        Write::Append { from: Index(from), entries: vec![entry; n].into_iter().collect() }
    }

    fn save(index: u64) -> Write {
        Write::Save {
            vote: Vote { current_term: Term(1), voted_for: None },
            last_included: EntryId::new(index, 1),
            snapshot: Bytes::from_static(b"state"),
            log: Vec::new(),
        }
    }

    fn disk(seed: u64) -> Disk {
        Disk::new((1_000, 1_000), Random::new(seed))
    }

    fn sync(disk: &mut Disk) {
        disk.begin_sync(Time(0)).expect("something to sync");
        disk.end_sync();
    }

    fn last(disk: &Disk) -> u64 {
        disk.read().expect("a whole disk").log.last().index.0
    }

    #[test]
    fn a_torn_record_is_dropped_at_the_restart_and_written_over() {
        for seed in 0..200 {
            let mut disk = disk(seed);
            disk.write(&append(1, 2));
            sync(&mut disk);
            let whole = disk.log_len();
            disk.write(&append(3, 1));
            disk.write(&append(4, 1));
            let unsynced = disk.unsynced_bytes();
            let damage = disk.crash(true);
            assert!(damage.torn > 0 && damage.torn < unsynced / 2 + 1);
            assert_eq!(damage.lost + damage.torn, unsynced);
            assert_eq!((last(&disk), disk.log_len()), (2, whole + damage.torn as usize));
            assert_eq!(disk.drop_torn(), damage.torn);
            assert_eq!((disk.drop_torn(), disk.log_len()), (0, whole));
            disk.write(&append(3, 5));
            sync(&mut disk);
            assert_eq!(last(&disk), 7);
        }
    }

    #[test]
    fn nothing_is_torn_where_nothing_was_being_written() {
        let mut disk = disk(1);
        assert_eq!(disk.crash(true), Damage::default());
        disk.write(&append(1, 3));
        sync(&mut disk);
        disk.write(&save(2));
        let damage = disk.crash(true);
        assert_eq!((damage.torn, last(&disk)), (0, 3), "the new pair of files is gone as a whole");
    }

    #[test]
    fn a_disk_that_lies_loses_all_since_it_began() {
        let mut disk = disk(1);
        disk.write(&append(1, 2));
        sync(&mut disk);
        disk.set_lies(true);
        disk.write(&append(3, 1));
        assert!(disk.is_instant());
        disk.sync_now();
        assert!(!disk.is_behind(), "so it says");
        assert_eq!((last(&disk), disk.synced_index()), (2, Index(2)));
        let damage = disk.crash(false);
        assert_eq!((damage.lost, damage.lied), (0, 36));
        assert_eq!(last(&disk), 2);
        disk.write(&save(2));
        disk.sync_now();
        disk.write(&append(3, 4));
        disk.sync_now();
        let damage = disk.clone().crash(true);
        assert!(damage.lied > 100 && damage.lost == 0, "{damage:?}");
        disk.set_lies(false);
        assert_eq!(disk.crash(false), Damage::default(), "what it had said is true by now");
        assert_eq!(last(&disk), 6);
    }

    #[test]
    fn a_sync_that_was_on_its_way_when_the_lying_began_is_part_of_the_lie() {
        let mut disk = disk(1);
        disk.write(&append(1, 2));
        disk.begin_sync(Time(0)).expect("something to sync");
        disk.write(&append(3, 1));
        disk.set_lies(true);
        disk.end_sync();
        let damage = disk.crash(false);
        assert!(damage.lied > 0 && damage.lost > 0);
        assert_eq!(last(&disk), 0);
    }
}
