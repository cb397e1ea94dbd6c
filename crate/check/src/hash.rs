//! Hashes of logs and commands, the same on every platform.

use bytes::Bytes;
use raft_core::Term;
use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// Hash of the empty log.
pub(crate) const EMPTY: u64 = 1;

/// Marks an unknown hash.
pub(crate) const UNKNOWN: u64 = 0;

/// Returns the hash of a log that ends with this entry, from the hash of the log before it.
pub(crate) fn chain(before: u64, term: Term, command: &Bytes) -> u64 {
    if before == UNKNOWN {
        return UNKNOWN;
    }
    let mut hasher = SipHasher13::new();
    hasher.write(&before.to_le_bytes());
    hasher.write(&term.0.to_le_bytes());
    hasher.write(command);
    hasher.finish() | 1
}

/// Returns the hash of a command.
pub(crate) fn command(command: &Bytes) -> u64 {
    chain(EMPTY, Term(0), command)
}
