//! Losses of disks that had acknowledged a write.

use super::{Past, Reason, told};
use crate::record::Record;
use raft_core::ServerId;

impl Past<'_> {
    /// Says how a server lost entries that it had confirmed.
    pub(super) fn lost_words(&self, id: ServerId) -> &'static str {
        let is = |record: &Record| match record {
            Record::CacheLost(who, _) | Record::DiskLied(who, _) => *who == id,
            _ => false,
        };
        match self.last(&is).map(|line| line.record) {
            Some(Record::CacheLost(..)) => {
                "acknowledged before its disk was flushed and lost in the crash"
            }
            _ => "has lost",
        }
    }

    /// The crashes in which servers lost what they had told others.
    pub(super) fn losses(&self) -> Vec<Reason> {
        let lines = self.journal.lines_before(self.upto);
        let of = |record: &Record| matches!(record, Record::CacheLost(..) | Record::DiskLied(..));
        let lines: Vec<_> = lines.rev().filter(|line| of(line.record)).take(3).collect();
        lines.into_iter().rev().map(|line| Reason::of(told(line.record), Some(line))).collect()
    }
}
