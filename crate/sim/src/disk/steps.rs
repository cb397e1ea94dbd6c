//! The writes of a sync, one by one: what is durable when the server crashes between two of them.
//!
//! A sync appends the records that were written to the log. Where a snapshot has been saved, it writes the snapshot
//! file and then the log that continues it. A disk that does it the other way round loses, in a crash between the
//! two, the entries that only the snapshot would have kept.

use super::content::stored;
use super::{Disk, Files, Replaced};
use crate::disk::faults::Damage;
use crate::wal::WalRecord;
use raft_script::crash::Part;

/// One write of a sync.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// The parts that it writes; the vote may be part of the log that it is written with.
    pub(crate) parts: &'static [Part],
    durable: Kept,
}

/// The files that are durable after a step.
#[derive(Clone, Copy, Debug)]
enum Kept {
    /// The part of the log that goes with the durable snapshot.
    Old(usize),
    /// The new snapshot beside the whole old log.
    NewSnapshot,
    /// The new log beside the old snapshot.
    NewLog,
    /// The new snapshot, and so much of the new log.
    New(usize),
}

impl Disk {
    /// The writes of the sync on its way, in their order; those that a lying disk says it makes.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let Some(sync) = &self.sync else { return steps };
        let (old, old_len) = self.base();
        let (new, new_len) = self.target(sync.len);
        if !sync.is_newer {
            append(&mut steps, new, old_len, new_len, Kept::Old);
            return steps;
        }
        append(&mut steps, old, old_len, old.wal.len(), Kept::Old);
        let log: &[Part] =
            if begins_with_news(old, new) { &[Part::Vote, Part::Log] } else { &[Part::Log] };
        let (snapshot, both) = (&[Part::Snapshot][..], Kept::New(new.begun));
        if self.cuts_log_first {
            steps.push(Step { parts: log, durable: Kept::NewLog });
            steps.push(Step { parts: snapshot, durable: both });
        } else {
            steps.push(Step { parts: snapshot, durable: Kept::NewSnapshot });
            steps.push(Step { parts: log, durable: both });
        }
        append(&mut steps, new, new.begun, new_len, Kept::New);
        steps
    }

    /// The server crashes when this much of the sync on its way is done; none: nothing of it.
    pub(crate) fn crash_after(&mut self, step: Option<Step>) -> Damage {
        let (Some(Step { durable, .. }), Some(sync), None) = (step, &self.sync, &self.lie) else {
            return self.crash(false);
        };
        let ((old, _), (new, _)) = (self.base(), self.target(sync.len));
        let mut files = match durable {
            Kept::Old(_) if !sync.is_newer => new.clone(),
            Kept::Old(_) => old.clone(),
            Kept::NewSnapshot => Files { snapshot: new.snapshot.clone(), ..old.clone() },
            Kept::NewLog => Files { snapshot: old.snapshot.clone(), ..new.clone() },
            Kept::New(_) => new.clone(),
        };
        match durable {
            Kept::Old(len) | Kept::New(len) => files.wal.truncate(len),
            Kept::NewSnapshot => {}
            Kept::NewLog => files.wal.truncate(new.begun),
        }
        // Of the files as they are written now, so much is kept.
        let saved = match durable {
            Kept::Old(len) if self.durable.is_none() => len - self.synced_len,
            _ if sync.replaced.is_some() => 0,
            Kept::Old(_) => 0,
            Kept::NewSnapshot => new.snapshot.len(),
            Kept::NewLog => new.begun,
            Kept::New(len) => new.snapshot.len() + len,
        };
        self.crash_with(files, saved as u64)
    }

    /// The durable files with all that was written to them, and how much of their log is durable.
    fn base(&self) -> (&Files, usize) {
        match &self.durable {
            Some(Replaced { files, len }) => (files, *len),
            None => (&self.written, self.synced_len),
        }
    }

    /// The same once the sync on its way is done.
    fn target(&self, len: usize) -> (&Files, usize) {
        match self.sync.as_ref().and_then(|sync| sync.replaced.as_ref()) {
            Some(Replaced { files, len }) => (files, *len),
            None => (&self.written, len),
        }
    }
}

/// Adds the records of a log between two of its lengths, a step for each.
fn append(steps: &mut Vec<Step>, files: &Files, from: usize, to: usize, kept: fn(usize) -> Kept) {
    for (start, piece) in files.wal.iter() {
        let (first, end) = (from.max(start), to.min(start + piece.len()));
        if first >= end {
            continue;
        }
        for record in stored(&piece[first - start..end - start], first, to) {
            let parts: &[Part] = match record.record {
                Ok(WalRecord::Vote(_)) => &[Part::Vote],
                _ => &[Part::Log],
            };
            steps.push(Step { parts, durable: kept(record.offset + record.bytes) });
        }
    }
}

/// True if the new log begins with another vote than the one that the old log ends with.
fn begins_with_news(old: &Files, new: &Files) -> bool {
    vote(old, false).unwrap_or_default() != vote(new, true).unwrap_or_default()
}

/// The first or the last vote in a log.
fn vote(files: &Files, first: bool) -> Option<raft_core::Vote> {
    let of = |record: super::Stored| match record.record {
        Ok(WalRecord::Vote(vote) | WalRecord::Start { vote, .. }) => Some(vote),
        _ => None,
    };
    let mut pieces = files.wal.iter().map(|(start, piece)| stored(piece, start, 0));
    if first {
        pieces.find_map(|records| records.into_iter().find_map(of))
    } else {
        pieces.rev().find_map(|records| records.into_iter().rev().find_map(of))
    }
}

#[cfg(test)]
mod tests {
    use super::super::DiskError;
    use super::super::tests::{append, disk, save, sync, vote};
    use super::*;
    use raft_core::{EntryId, Index, Persistent, Random, Time, Write};

    /// The parts that each step of the sync writes.
    fn parts(disk: &Disk) -> Vec<&'static [Part]> {
        disk.steps().into_iter().map(|step| step.parts).collect()
    }

    fn begin(disk: &mut Disk) {
        disk.begin_sync(Time(0)).expect("something to sync");
    }

    /// A copy of the disk that crashes when so many writes of the sync are done.
    fn crashed(disk: &Disk, done: usize) -> (Disk, Damage) {
        let mut disk = disk.clone();
        let step = done.checked_sub(1).map(|last| disk.steps()[last]);
        let damage = disk.crash_after(step);
        (disk, damage)
    }

    fn found(disk: &Disk) -> (u64, u64, u64) {
        let state = disk.read().expect("a whole disk");
        (state.vote.current_term.0, state.log.snapshot_end().index.0, state.log.last().index.0)
    }

    #[test]
    fn each_record_is_a_write_of_its_own() {
        let mut disk = disk();
        disk.write(&vote(1));
        disk.write(&append(1, 2));
        disk.write(&append(3, 1));
        begin(&mut disk);
        assert_eq!(parts(&disk), [&[Part::Vote][..], &[Part::Log], &[Part::Log]]);
        let all = disk.unsynced_bytes();
        for (done, expected) in [(0, 0, 0), (1, 0, 0), (1, 0, 2), (1, 0, 3)].into_iter().enumerate()
        {
            let (disk, damage) = crashed(&disk, done);
            let (_, snapshot, last) = expected;
            assert_eq!(found(&disk), (u64::from(done > 0), snapshot, last));
            assert_eq!(damage.lost + disk.bytes(), all);
            assert_eq!(disk.unsynced_bytes(), 0);
        }
    }

    #[test]
    fn a_snapshot_is_written_before_the_log_is_cut() {
        let mut disk = disk();
        disk.write(&append(1, 10));
        sync(&mut disk);
        disk.write(&vote(2));
        disk.write(&save(8, 2));
        disk.write(&append(11, 1));
        begin(&mut disk);
        let log: &[Part] = &[Part::Vote, Part::Log];
        assert_eq!(parts(&disk), [&[Part::Vote][..], &[Part::Snapshot], log, &[Part::Log]]);
        let expected = [(0, 0, 10), (2, 0, 10), (2, 8, 10), (1, 8, 10), (1, 8, 11)];
        for (done, expected) in expected.into_iter().enumerate() {
            let (mut disk, _) = crashed(&disk, done);
            assert_eq!(found(&disk), expected, "after {done} writes");
            let cut = disk.cut_log();
            assert_eq!(cut, (done == 2).then_some(EntryId::new(8, 1)), "after {done} writes");
            assert_eq!(found(&disk), expected, "the log that was cut says the same");
            disk.write(&append(expected.2 + 1, 1));
            sync(&mut disk);
            assert_eq!(found(&disk), (expected.0, expected.1, expected.2 + 1));
        }
    }

    #[test]
    fn a_snapshot_beyond_the_log_leaves_nothing_of_it() {
        let mut disk = disk();
        disk.write(&append(1, 3));
        sync(&mut disk);
        disk.write(&save(8, 0));
        begin(&mut disk);
        let (mut disk, damage) = crashed(&disk, 1);
        assert_eq!(found(&disk), (1, 8, 8));
        assert!(damage.lost > 0, "the new log is lost");
        assert_eq!(disk.cut_log(), Some(EntryId::new(8, 1)));
        disk.write(&append(9, 2));
        sync(&mut disk);
        assert_eq!(found(&disk), (1, 8, 10));
        assert_eq!(disk.cut_log(), None);
    }

    #[test]
    fn what_the_log_is_cut_of_is_lost_if_it_is_cut_first() {
        let mut wrong = disk().cutting_log_first(true);
        wrong.write(&append(1, 10));
        sync(&mut wrong);
        wrong.write(&save(8, 2));
        begin(&mut wrong);
        assert_eq!(parts(&wrong)[1], [Part::Snapshot]);
        let (disk, _) = crashed(&wrong, 1);
        let state = disk.read().expect("it does not notice");
        assert_eq!((state.log.snapshot_end().index, state.snapshot.len()), (Index(8), 0));
        let right = disk.cutting_log_first(false);
        let (log, snapshot) = (EntryId::new(8, 1), EntryId::ZERO);
        assert_eq!(right.read(), Err(DiskError::Mismatch { log, snapshot }));
        assert_eq!(found(&crashed(&wrong, 2).0), (1, 8, 10));
    }

    #[test]
    fn a_snapshot_saved_during_a_sync_belongs_to_the_next_one() {
        let mut disk = disk();
        disk.write(&append(1, 3));
        begin(&mut disk);
        disk.write(&append(4, 1));
        disk.write(&save(2, 2));
        assert_eq!(parts(&disk), [&[Part::Log]]);
        assert_eq!(found(&crashed(&disk, 1).0), (0, 0, 3));
        disk.end_sync();
        begin(&mut disk);
        // The entry that came during the sync, the snapshot, the log after it.
        assert_eq!(parts(&disk).len(), 3);
        assert_eq!(found(&crashed(&disk, 1).0), (0, 0, 4));
        assert_eq!(found(&crashed(&disk, 2).0), (1, 2, 4));
        disk.write(&save(3, 1));
        assert_eq!(found(&crashed(&disk, 3).0), (1, 2, 4));
        disk.end_sync();
        begin(&mut disk);
        assert_eq!(parts(&disk), [&[Part::Snapshot][..], &[Part::Log]]);
        assert_eq!(found(&crashed(&disk, 1).0), (1, 3, 4));
    }

    #[test]
    fn what_is_acknowledged_early_is_lost_in_a_crash() {
        let mut disk = disk();
        disk.set_early(true);
        let ticket = disk.write(&append(1, 2));
        assert!(disk.acknowledged() == ticket && !disk.owes_answer() && disk.is_behind());
        let all = disk.bytes();
        let mut lost = disk.clone();
        assert_eq!(lost.crash(false), Damage { early: all, ..Damage::default() });
        assert_eq!(found(&lost).2, 0);
        sync(&mut disk);
        assert_eq!(disk.clone().crash(false), Damage::default());
        disk.write(&append(3, 1));
        disk.set_lies(false);
        assert!(!disk.is_early() && !disk.owes_answer(), "what was acknowledged stays so");
        disk.write(&append(4, 1));
        assert!(disk.owes_answer());
        let damage = disk.crash(false);
        assert!(damage.early > 0 && damage.lost > 0, "{damage:?}");
        assert_eq!((found(&disk).2, disk.bytes()), (2, all));
    }

    /// A write that fits the state.
    fn random_write(state: &Persistent, random: &mut Random) -> Write {
        let (first, last) = (state.log.first_index().0, state.log.last().index.0);
        match random.between(0, 5) {
            0 => vote(state.vote.current_term.0 + 1),
            1 if last > 0 => {
                let through = random.between((first - 1).max(1), last);
                save(through, (last - through) as usize)
            }
            // An installed snapshot: it replaces the whole log.
            2 => save(last + random.between(1, 3), 0),
            _ => append(random.between(first, last + 1), random.between(1, 3) as usize),
        }
    }

    /// The states that a correct disk may hold after a crash: those that some of the writes, from the first on, add
    /// up to, and the same with a later snapshot already there. All that was acknowledged is among the writes.
    fn may_be_found(writes: &[Write], acknowledged: usize) -> Vec<Persistent> {
        let mut states = vec![Persistent::default()];
        for write in writes {
            let mut state = states.last().expect("the first").clone();
            state.apply(write).expect("it fits");
            states.push(state);
        }
        let mut all = states[acknowledged..].to_vec();
        for (at, write) in writes.iter().enumerate().skip(acknowledged) {
            if let Write::Save { last_included, snapshot, .. } = write {
                for before in &states[acknowledged..=at] {
                    let mut state = before.clone();
                    if state.put_snapshot(*last_included, snapshot.clone()).is_ok() {
                        all.push(state);
                    }
                }
            }
        }
        all
    }

    fn plays(seed: u64) -> (u64, u64) {
        let mut random = Random::new(seed);
        let mut disk = disk();
        let mut state = Persistent::default();
        let mut writes: Vec<Write> = Vec::new();
        let mut tickets: Vec<u64> = Vec::new();
        let (mut halfway, mut crashes) = (0, 0);
        for _ in 0..40 {
            match random.between(0, 9) {
                0..6 => {
                    let write = random_write(&state, &mut random);
                    state.apply(&write).expect("it fits");
                    tickets.push(disk.write(&write));
                    writes.push(write);
                }
                6 => {
                    disk.begin_sync(Time(0));
                }
                7 => disk.end_sync(),
                _ => {
                    disk.begin_sync(Time(0));
                    let steps = disk.steps();
                    let done = random.between(0, steps.len() as u64) as usize;
                    let acknowledged =
                        tickets.iter().filter(|&&ticket| ticket <= disk.acknowledged()).count();
                    disk.crash_after(done.checked_sub(1).map(|last| steps[last]));
                    crashes += 1;
                    let kept = disk.read().unwrap_or_else(|why| panic!("seed {seed}: {why}"));
                    let may = may_be_found(&writes, acknowledged);
                    assert!(may.contains(&kept), "seed {seed}: {kept:?} after {writes:?}");
                    halfway += u64::from(disk.cut_log().is_some());
                    assert_eq!(disk.read().as_ref(), Ok(&kept), "seed {seed}");
                    // The server goes on from what it has found.
                    state = kept.clone();
                    writes = vec![Write::Save {
                        vote: kept.vote,
                        last_included: kept.log.snapshot_end(),
                        snapshot: kept.snapshot.clone(),
                        log: kept.log.iter_from(Index(0)).cloned().collect(),
                    }];
                    tickets = vec![0];
                }
            }
        }
        (halfway, crashes)
    }

    #[test]
    fn after_crashes_between_any_writes_a_disk_holds_what_a_correct_one_could_hold() {
        let seeds = std::env::var("DISK_SEEDS").map_or(100, |n| n.parse().expect("a number"));
        let (mut halfway, mut crashes) = (0, 0);
        for seed in 0..seeds {
            let (half, all) = plays(seed);
            (halfway, crashes) = (halfway + half, crashes + all);
        }
        assert!(
            halfway * 20 > crashes,
            "too few of {crashes} crashes came between two files: {halfway}"
        );
    }
}
