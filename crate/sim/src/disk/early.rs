//! A disk with a cache that does not outlive a power failure: it acknowledges a write before it has flushed it.

use super::Disk;

/// The writes that a disk has acknowledged early.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Early {
    /// It acknowledges each write as soon as it has it.
    is_on: bool,
    /// The newest write that it has acknowledged so; what is flushed by now is among it.
    pub(super) ticket: u64,
    /// The length up to which it has acknowledged the written log.
    pub(super) len: usize,
}

impl Early {
    /// After a crash nothing is in the cache.
    pub(super) fn forget(&mut self) {
        (self.ticket, self.len) = (0, 0);
    }
}

impl Disk {
    /// From now on it acknowledges writes before they are flushed, or no longer does. What it has acknowledged stays so.
    pub(crate) fn set_early(&mut self, early: bool) {
        self.early.is_on = early;
        self.version += 1;
        self.acknowledge_early();
    }

    /// True if it acknowledges writes before they are flushed.
    pub fn is_early(&self) -> bool {
        self.early.is_on
    }

    /// Acknowledges what has been written, if it does so before it is flushed.
    #[inline(always)]
    pub(super) fn acknowledge_early(&mut self) {
        if self.early.is_on {
            self.early.ticket = self.tickets;
            self.early.len = self.written.wal.len();
        }
    }

    /// The bytes that it has acknowledged and that are not flushed. Those of a disk that lies are counted there.
    pub(super) fn early_bytes(&self) -> u64 {
        let Some(log) = self.early.len.checked_sub(self.kept_len()) else { return 0 };
        if self.lie.is_some() || self.early.len == 0 {
            return 0;
        }
        let snapshot = if self.is_replaced() { self.written.snapshot.len() } else { 0 };
        (log + snapshot) as u64
    }
}
