//! One server's disk: a write-ahead log and a snapshot file, as bytes. A write takes time to become
//! durable; what is not durable is gone after a crash.

mod content;
mod early;
mod faults;
mod steps;

use crate::segments::Segments;
use crate::wal::{self, Corrupt, WalRecord};
use bytes::Bytes;
pub use content::Stored;
use content::encode_snapshot;
use early::Early;
pub(crate) use faults::Damage;
use faults::Lie;
use raft_check::Durable;
use raft_core::{EntryId, Index, Micros, Random, Time, Vote, Write};
use std::fmt;
pub(crate) use steps::Step;

/// The two files. When a snapshot is saved, one sync replaces both: the snapshot first, then the log.
#[derive(Clone, Debug, Default)]
struct Files {
    /// Checksum, last entry, state; empty without a snapshot.
    snapshot: Bytes,
    wal: Segments,
    /// The length of the log when it began to continue this snapshot; the rest was added later.
    begun: usize,
}

/// A pair of files that a newer pair has replaced.
#[derive(Clone, Debug)]
struct Replaced {
    /// The files with all that was written to them.
    files: Files,
    /// The part of their log that is durable, or will be.
    len: usize,
}

/// A sync on its way: what it will have made durable.
#[derive(Clone, Debug)]
struct Sync {
    ticket: u64,
    len: usize,
    /// The files that are durable then. Up to `agrees` their log is the log as written, also after later writes.
    then: Durable,
    /// True if it makes a newer pair of files durable than the one that is.
    is_newer: bool,
    /// The files as they were, when a snapshot has replaced them since the sync began.
    replaced: Option<Replaced>,
}

/// A disk.
#[derive(Clone, Debug)]
pub struct Disk {
    /// The files as written.
    written: Files,
    /// The part of the written log that is durable; nothing of `written` is while `durable` stands in its place.
    synced_len: usize,
    /// The durable files, as long as a newer pair is not.
    durable: Option<Replaced>,
    sync: Option<Sync>,
    /// The vote and the last entry written.
    vote: Vote,
    last: Index,
    /// The files that a crash would leave, and the length up to which the durable log is the written one.
    would_stay: Durable,
    tickets: u64,
    durable_ticket: u64,
    version: u64,
    latency: (Micros, Micros),
    random: Random,
    /// The content that it really has, while it says of everything that it is durable.
    lie: Option<Box<Lie>>,
    /// The writes that it has acknowledged before they were flushed.
    early: Early,
    /// It cuts the log before it writes the snapshot: a mistake.
    cuts_log_first: bool,
}

/// Why a server cannot restart from its disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DiskError {
    /// A record in the middle of the log is damaged, or does not fit those before it.
    Log {
        /// The offset of the record.
        offset: usize,
        /// The damage.
        why: Corrupt,
    },
    /// The snapshot's checksum does not fit.
    Snapshot,
    /// The log continues another snapshot than the one that is there.
    Mismatch {
        /// The snapshot that the log continues.
        log: EntryId,
        /// The snapshot that is there.
        snapshot: EntryId,
    },
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log { offset, why } => write!(f, "the log is corrupt at byte {offset}: {why}"),
            Self::Snapshot => f.write_str("the snapshot is corrupt: its checksum does not fit"),
            Self::Mismatch { log, snapshot } => {
                write!(f, "the log continues the snapshot {log}, but the snapshot is {snapshot}")
            }
        }
    }
}

impl Disk {
    pub(crate) fn new(latency: (Micros, Micros), random: Random) -> Self {
        Self {
            written: Files::default(),
            synced_len: 0,
            durable: None,
            sync: None,
            vote: Vote::default(),
            last: Index(0),
            would_stay: Durable::default(),
            tickets: 0,
            durable_ticket: 0,
            version: 0,
            latency,
            random,
            lie: None,
            early: Early::default(),
            cuts_log_first: false,
        }
    }

    /// The same for a server that cuts its log before it writes the snapshot, and does not notice after a crash.
    pub(crate) fn cutting_log_first(self, cuts_log_first: bool) -> Self {
        Self { cuts_log_first, ..self }
    }

    /// The time that a write takes to become durable: shortest and longest.
    pub fn latency(&self) -> (Micros, Micros) {
        self.latency
    }

    pub(crate) fn set_latency(&mut self, latency: (Micros, Micros)) {
        self.latency = latency;
    }

    /// Writes; returns the ticket that is durable once this write is.
    pub(crate) fn write(&mut self, write: &Write) -> u64 {
        let mut bytes = Vec::new();
        match write {
            Write::Vote(vote) => {
                self.vote = *vote;
                wal::encode(&WalRecord::Vote(*vote), &mut bytes);
            }
            Write::Append { from, entries } => {
                wal::encode_entries(*from, entries, &mut bytes);
                self.last = from.prev() + entries.len() as u64;
                self.agrees_at_most(from.prev());
            }
            Write::Save { vote, last_included, snapshot, log } => {
                self.replace_files(encode_snapshot(*last_included, snapshot));
                self.vote = *vote;
                self.last = last_included.index + log.len() as u64;
                self.agrees_at_most(self.last);
                wal::encode(
                    &WalRecord::Start { snapshot_end: *last_included, vote: *vote },
                    &mut bytes,
                );
                self.written.wal.append(&bytes);
                bytes.clear();
                if !log.is_empty() {
                    wal::encode_entries(last_included.index.next(), log, &mut bytes);
                }
                self.written.begun = self.written.wal.len() + bytes.len();
            }
        }
        if !bytes.is_empty() {
            self.written.wal.append(&bytes);
        }
        self.tickets += 1;
        self.version += 1;
        self.acknowledge_early();
        self.tickets
    }

    /// The log as written is another one than what is durable, or will be, after this index.
    fn agrees_at_most(&mut self, index: Index) {
        let syncs = self.sync.as_mut().map(|sync| &mut sync.then);
        let lies = self.lie.as_mut().map(|lie| &mut lie.would_stay);
        for durable in syncs.into_iter().chain(lies).chain([&mut self.would_stay]) {
            durable.agrees = durable.agrees.min(index);
        }
    }

    /// Begins a new pair of files; the old pair stays what it is until the new one is durable.
    fn replace_files(&mut self, snapshot: Bytes) {
        let files = Files { snapshot, ..Files::default() };
        let old = std::mem::replace(&mut self.written, files);
        if let Some(sync) = &mut self.sync
            && sync.replaced.is_none()
        {
            sync.replaced = Some(Replaced { files: old.clone(), len: sync.len });
        }
        if self.durable.is_none() {
            self.durable = Some(Replaced { files: old, len: self.synced_len });
        }
        self.synced_len = 0;
        self.early.len = 0;
    }

    /// True if something written is not durable.
    pub(crate) fn is_behind(&self) -> bool {
        self.durable_ticket < self.tickets
    }

    /// True if something written is not acknowledged yet.
    pub(crate) fn owes_answer(&self) -> bool {
        self.acknowledged() < self.tickets
    }

    /// Begins to make durable what has been written, unless a sync is on its way or nothing is to be
    /// done. Returns when it will be done; now, for a disk that takes no time.
    pub(crate) fn begin_sync(&mut self, now: Time) -> Option<Time> {
        if self.sync.is_some() || !self.is_behind() {
            return None;
        }
        self.sync = Some(Sync {
            ticket: self.tickets,
            len: self.written.wal.len(),
            then: Durable { vote: self.vote, agrees: self.last, last: self.last },
            is_newer: self.durable.is_some(),
            replaced: None,
        });
        if self.lie.is_some() {
            return Some(now);
        }
        Some(now + self.random.between(self.latency.0, self.latency.1))
    }

    /// True if a write takes no time at all.
    pub(crate) fn is_instant(&self) -> bool {
        (self.latency.1 == 0 || self.lie.is_some()) && self.sync.is_none()
    }

    /// Makes durable at once what has been written.
    pub(crate) fn sync_now(&mut self) {
        self.begin_sync(Time(0));
        self.end_sync();
    }

    /// The sync on its way is done.
    pub(crate) fn end_sync(&mut self) {
        let Some(sync) = self.sync.take() else { return };
        self.durable_ticket = sync.ticket;
        self.would_stay = sync.then;
        if let Some(files) = sync.replaced {
            self.durable = Some(files);
        } else {
            self.durable = None;
            self.synced_len = sync.len;
        }
        self.version += 1;
    }

    /// The ticket of the newest write.
    pub(crate) fn newest_ticket(&self) -> u64 {
        self.tickets
    }

    /// The length of the write-ahead log in bytes.
    pub fn log_len(&self) -> usize {
        self.written.wal.len()
    }

    /// Of all tickets up to this one it has said that they are durable.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.durable_ticket.max(self.early.ticket)
    }

    /// Flips a byte of the log; false when it is shorter.
    pub(crate) fn flip(&mut self, offset: usize) -> bool {
        self.version += 1;
        self.written.wal.flip(offset)
    }

    /// The bytes of both files.
    pub fn bytes(&self) -> u64 {
        (self.written.snapshot.len() + self.written.wal.len()) as u64
    }

    /// The bytes that a crash would lose now.
    pub fn unsynced_bytes(&self) -> u64 {
        let snapshot = if self.is_replaced() { self.written.snapshot.len() } else { 0 };
        (self.written.wal.len() - self.kept_len() + snapshot) as u64
    }

    /// The length up to which the log would survive a crash as it is written now.
    pub fn synced_index(&self) -> Index {
        self.durable().agrees
    }

    /// The state that a crash would leave, in short.
    pub fn durable(&self) -> &Durable {
        self.lie.as_ref().map_or(&self.would_stay, |lie| &lie.would_stay)
    }

    /// Changes whenever the disk does.
    pub fn version(&self) -> u64 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_core::{Entry, ServerId, Term, Vote};

    pub(super) fn disk() -> Disk {
        Disk::new((1_000, 1_000), Random::new(1))
    }

    pub(super) fn vote(term: u64) -> Write {
        Write::Vote(Vote { current_term: Term(term), voted_for: Some(ServerId(1)) })
    }

    fn entries(n: usize) -> Vec<Entry> {
        vec![Entry { term: Term(1), command: Bytes::from_static(b"x=1") }; n]
    }

    pub(super) fn append(from: u64, n: usize) -> Write {
        Write::Append { from: Index(from), entries: entries(n).into_iter().collect() }
    }

    pub(super) fn save(index: u64, tail: usize) -> Write {
        Write::Save {
            vote: Vote { current_term: Term(1), voted_for: None },
            last_included: EntryId::new(index, 1),
            snapshot: Bytes::from_static(b"state"),
            log: entries(tail),
        }
    }

    pub(super) fn sync(disk: &mut Disk) {
        disk.begin_sync(Time(0)).expect("something to sync");
        disk.end_sync();
    }

    fn found(disk: &Disk) -> (u64, u64, u64) {
        let state = disk.read().expect("a whole disk");
        (state.vote.current_term.0, state.log.snapshot_end().index.0, state.log.last().index.0)
    }

    #[test]
    fn only_what_is_synced_survives_a_crash() {
        let mut disk = disk();
        disk.write(&vote(1));
        disk.write(&append(1, 2));
        sync(&mut disk);
        disk.write(&append(3, 1));
        assert_eq!(found(&disk), (1, 0, 2), "what a crash would leave");
        assert!(disk.crash(false).lost > 0);
        assert_eq!(found(&disk), (1, 0, 2));
        assert_eq!(disk.crash(false).lost, 0);
    }

    #[test]
    fn a_write_during_a_sync_waits_for_the_next_one() {
        let mut disk = disk();
        let first = disk.write(&append(1, 1));
        disk.begin_sync(Time(0)).expect("something to sync");
        let second = disk.write(&append(2, 1));
        disk.end_sync();
        assert!(disk.acknowledged() >= first && disk.acknowledged() < second);
        assert_eq!(found(&disk), (0, 0, 1));
        assert_eq!(disk.synced_index(), Index(1));
        sync(&mut disk);
        assert_eq!(found(&disk), (0, 0, 2));
        assert_eq!(disk.synced_index(), Index(2));
    }

    #[test]
    fn entries_written_over_are_not_synced_until_their_successors_are() {
        let mut disk = disk();
        disk.write(&append(1, 5));
        sync(&mut disk);
        disk.write(&append(6, 1));
        disk.begin_sync(Time(0)).expect("something to sync");
        disk.write(&append(4, 1));
        assert_eq!(disk.synced_index(), Index(3));
        disk.end_sync();
        assert_eq!(
            disk.synced_index(),
            Index(3),
            "the sync made 1 to 6 durable, of which 1 to 3 stand"
        );
        sync(&mut disk);
        assert_eq!(disk.synced_index(), Index(4));
    }

    #[test]
    fn snapshot_and_log_are_replaced_together_or_not_at_all() {
        let mut disk = disk();
        disk.write(&append(1, 10));
        sync(&mut disk);
        disk.write(&save(8, 2));
        disk.write(&append(11, 1));
        assert_eq!(found(&disk), (0, 0, 10), "the old pair while the new one is not durable");
        let mut crashed = disk.clone();
        crashed.crash(false);
        assert_eq!(found(&crashed), (0, 0, 10));
        sync(&mut disk);
        assert_eq!(found(&disk), (1, 8, 11));
        assert_eq!(disk.read().expect("a whole disk").snapshot, &b"state"[..]);
    }

    #[test]
    fn a_snapshot_saved_during_a_sync_takes_nothing_from_it() {
        let mut disk = disk();
        disk.write(&append(1, 3));
        sync(&mut disk);
        disk.write(&append(4, 1));
        disk.begin_sync(Time(0)).expect("something to sync");
        disk.write(&append(5, 1));
        disk.write(&save(2, 3));
        disk.write(&save(3, 2));
        disk.end_sync();
        assert_eq!(found(&disk), (0, 0, 4), "the sync made durable what was written when it began");
        sync(&mut disk);
        assert_eq!(found(&disk), (1, 3, 5));
    }
}
