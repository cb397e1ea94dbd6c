//! The write-ahead log's records as bytes: length, its checksum, the content's checksum, kind, content; all
//! numbers little-endian. The length has a checksum of its own: a damaged one must not pass for a record
//! that the file's end has cut off.

use bytes::{Buf, BufMut, Bytes};
use crc::{CRC_32_ISO_HDLC, Crc, Table};
use raft_core::{Entry, EntryId, Index, Log, Persistent, ServerId, Term, Vote, Write};
use std::fmt;

/// CRC-32 as in zip and Ethernet, by a table of 1 KiB: a faster one's tables would weigh more than the log.
const CRC: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// The checksum that guards a record or a snapshot.
pub(crate) fn checksum(content: &[u8]) -> u32 {
    CRC.checksum(content)
}

const START: u8 = 1;
const VOTE: u8 = 2;
const APPEND: u8 = 3;
/// Length and two checksums.
const HEAD: usize = 12;

/// One record, decoded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WalRecord {
    /// The first record of a log: the snapshot that it continues, and the vote at that time.
    Start {
        /// The snapshot's last entry; 0@0 without a snapshot.
        snapshot_end: EntryId,
        /// `currentTerm` and `votedFor`.
        vote: Vote,
    },
    /// `currentTerm` and `votedFor`.
    Vote(Vote),
    /// Entries that replace the log from `from` on.
    Append {
        /// Index of the first entry.
        from: Index,
        /// The entries.
        entries: Vec<Entry>,
    },
}

/// Why bytes could not be decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Corrupt {
    /// The file ends inside the record.
    Torn,
    /// The checksum does not fit the content.
    Checksum,
    /// The checksum fits, but the content is not a record.
    Content,
}

impl fmt::Display for Corrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Torn => "the file ends inside the record",
            Self::Checksum => "the checksum does not fit the content",
            Self::Content => "the content is not a record",
        })
    }
}

/// Appends a record's bytes.
pub(crate) fn encode(record: &WalRecord, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; HEAD]);
    match record {
        WalRecord::Start { snapshot_end, vote } => {
            out.put_u8(START);
            put_id(*snapshot_end, out);
            put_vote(*vote, out);
        }
        WalRecord::Vote(vote) => {
            out.put_u8(VOTE);
            put_vote(*vote, out);
        }
        WalRecord::Append { from, entries } => put_entries(*from, entries, out),
    }
    seal(start, out);
}

/// Appends the bytes of an `Append` record without taking its entries.
pub(crate) fn encode_entries<'a>(
    from: Index,
    entries: impl IntoIterator<Item = &'a Entry>,
    out: &mut Vec<u8>,
) {
    let start = out.len();
    out.extend_from_slice(&[0; HEAD]);
    put_entries(from, entries, out);
    seal(start, out);
}

fn put_entries<'a>(from: Index, entries: impl IntoIterator<Item = &'a Entry>, out: &mut Vec<u8>) {
    out.put_u8(APPEND);
    out.put_u64_le(from.0);
    for entry in entries {
        out.put_u64_le(entry.term.0);
        out.put_u32_le(entry.command.len() as u32);
        out.put_slice(&entry.command);
    }
}

fn seal(start: usize, out: &mut [u8]) {
    let content = &out[start + HEAD..];
    let (len, sum) = ((content.len() as u32).to_le_bytes(), checksum(content));
    let mut head = &mut out[start..start + HEAD];
    head.put_slice(&len);
    head.put_u32_le(checksum(&len));
    head.put_u32_le(sum);
}

fn put_id(id: EntryId, out: &mut Vec<u8>) {
    out.put_u64_le(id.index.0);
    out.put_u64_le(id.term.0);
}

fn put_vote(vote: Vote, out: &mut Vec<u8>) {
    out.put_u64_le(vote.current_term.0);
    out.put_u16_le(vote.voted_for.map_or(0, |server| server.0));
}

/// Decodes the record at the head of `bytes`: the record and its length.
pub(crate) fn decode(bytes: &[u8]) -> Result<(WalRecord, usize), Corrupt> {
    let (mut head, rest) = bytes.split_at_checked(HEAD).ok_or(Corrupt::Torn)?;
    let len = head.get_u32_le();
    if head.get_u32_le() != checksum(&len.to_le_bytes()) {
        return Err(Corrupt::Checksum);
    }
    let content = rest.get(..len as usize).ok_or(Corrupt::Torn)?;
    if head.get_u32_le() != checksum(content) {
        return Err(Corrupt::Checksum);
    }
    let record = content_of(content).ok_or(Corrupt::Content)?;
    Ok((record, HEAD + content.len()))
}

fn content_of(mut content: &[u8]) -> Option<WalRecord> {
    let content = &mut content;
    let record = match content.try_get_u8().ok()? {
        START => WalRecord::Start { snapshot_end: get_id(content)?, vote: get_vote(content)? },
        VOTE => WalRecord::Vote(get_vote(content)?),
        APPEND => {
            let from = Index(content.try_get_u64_le().ok()?);
            let mut entries = Vec::new();
            while content.has_remaining() {
                let term = Term(content.try_get_u64_le().ok()?);
                let len = content.try_get_u32_le().ok()? as usize;
                let command = Bytes::copy_from_slice(content.get(..len)?);
                content.advance(len);
                entries.push(Entry { term, command });
            }
            WalRecord::Append { from, entries }
        }
        _ => return None,
    };
    (!content.has_remaining()).then_some(record)
}

fn get_id(content: &mut &[u8]) -> Option<EntryId> {
    let (index, term) = (content.try_get_u64_le().ok()?, content.try_get_u64_le().ok()?);
    Some(EntryId::new(index, term))
}

fn get_vote(content: &mut &[u8]) -> Option<Vote> {
    let current_term = Term(content.try_get_u64_le().ok()?);
    let server = content.try_get_u16_le().ok()?;
    Some(Vote { current_term, voted_for: (server > 0).then_some(ServerId(server)) })
}

/// Adds what a record says to the state read so far; false when it does not fit there.
pub(crate) fn replay(record: WalRecord, state: &mut Persistent) -> bool {
    match record {
        WalRecord::Start { snapshot_end, vote } => {
            state.vote = vote;
            state.log = Log::after(snapshot_end);
        }
        WalRecord::Vote(vote) => state.vote = vote,
        WalRecord::Append { from, entries } => {
            let write = Write::Append { from, entries: entries.into() };
            return state.apply(&write).is_ok();
        }
    }
    true
}

impl fmt::Display for WalRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vote = |f: &mut fmt::Formatter<'_>, vote: &Vote| match vote.voted_for {
            Some(server) => write!(f, "term {}, vote {server}", vote.current_term),
            None => write!(f, "term {}, no vote", vote.current_term),
        };
        match self {
            Self::Start { snapshot_end: EntryId::ZERO, vote: v } => {
                f.write_str("start, ")?;
                vote(f, v)
            }
            Self::Start { snapshot_end, vote: v } => {
                write!(f, "after snapshot {snapshot_end}, ")?;
                vote(f, v)
            }
            Self::Vote(v) => vote(f, v),
            Self::Append { from, entries } => match (entries.first(), entries.last()) {
                (Some(first), Some(_)) if entries.len() == 1 => {
                    write!(f, "append {from}@{}", first.term)
                }
                (Some(first), Some(last)) => {
                    let end = *from + (entries.len() as u64 - 1);
                    write!(f, "append {from}@{} … {end}@{}", first.term, last.term)
                }
                _ => write!(f, "append nothing at {from}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> Vec<WalRecord> {
        let vote = Vote { current_term: Term(3), voted_for: Some(ServerId(2)) };
        let entry =
            |term, command: &'static str| Entry { term: Term(term), command: Bytes::from(command) };
        vec![
            WalRecord::Start { snapshot_end: EntryId::new(12, 1), vote: Vote::default() },
            WalRecord::Vote(vote),
            WalRecord::Append { from: Index(13), entries: vec![entry(3, "x=1"), entry(3, "")] },
            WalRecord::Append { from: Index(15), entries: vec![] },
        ]
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut bytes = Vec::new();
        for record in records() {
            encode(&record, &mut bytes);
        }
        let mut rest = &bytes[..];
        for record in records() {
            let (read, len) = decode(rest).expect("a whole record");
            assert_eq!(read, record);
            rest = &rest[len..];
        }
        assert!(rest.is_empty());
    }

    #[test]
    fn every_changed_byte_and_every_missing_end_is_noticed() {
        for record in records() {
            let mut bytes = Vec::new();
            encode(&record, &mut bytes);
            for at in 0..bytes.len() {
                assert_eq!(decode(&bytes[..at]), Err(Corrupt::Torn));
                let mut changed = bytes.clone();
                changed[at] ^= 0x10;
                assert_eq!(decode(&changed), Err(Corrupt::Checksum), "{record}, byte {at} changed");
            }
        }
    }

    #[test]
    fn a_fitting_checksum_does_not_make_nonsense_a_record() {
        for content in [&[9_u8][..], &[], &[VOTE, 1, 2], &[APPEND, 0, 0, 0, 0, 0, 0, 0, 0, 7]] {
            let mut bytes = vec![0; HEAD];
            bytes.extend_from_slice(content);
            seal(0, &mut bytes);
            assert_eq!(decode(&bytes), Err(Corrupt::Content));
        }
    }

    #[test]
    fn entries_that_leave_a_gap_do_not_fit() {
        let mut state = Persistent::default();
        let entries = vec![Entry { term: Term(1), command: Bytes::new() }];
        assert!(!replay(
            WalRecord::Append { from: Index(2), entries: entries.clone() },
            &mut state
        ));
        assert!(replay(WalRecord::Append { from: Index(1), entries }, &mut state));
    }
}
