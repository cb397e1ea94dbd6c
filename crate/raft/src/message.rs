//! The three RPCs of Figures 2 and 13, as requests and replies that travel in an envelope.

use crate::entries::Entries;
use crate::types::{Entry, EntryId, Index, ServerId, Span, Term};
use bytes::Bytes;
use std::fmt;

/// A message on its way: what every RPC carries, once, and the message itself.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Envelope {
    /// The sender (Figure 2's `candidateId` and `leaderId`).
    pub from: ServerId,
    /// The receiver.
    pub to: ServerId,
    /// The sender's `currentTerm`.
    pub term: Term,
    /// The number of the call at its caller; a reply carries its request's number, as an RPC library does.
    pub call: u64,
    /// The message itself.
    pub message: Message,
}

/// A request or reply, with the fields of Figure 2 and Figure 13 that the envelope does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Message {
    /// A candidate asks for a vote (§5.2, §5.4).
    RequestVote {
        /// Index and term of the candidate's last log entry.
        last_log: EntryId,
    },
    /// The answer to [`Message::RequestVote`].
    RequestVoteReply {
        /// True: the candidate received this vote.
        vote_granted: bool,
    },
    /// A leader replicates entries, or says that it is there (§5.3, §5.2).
    AppendEntries {
        /// The entry just before the new ones (`prevLogIndex`, `prevLogTerm`).
        prev_log: EntryId,
        /// The entries to store; none in a heartbeat.
        entries: Entries,
        /// The leader's `commitIndex`.
        leader_commit: Index,
    },
    /// The answer to [`Message::AppendEntries`].
    AppendEntriesReply(Appended),
    /// A leader sends its whole snapshot to a follower that lags behind it (§7).
    InstallSnapshot {
        /// The last entry that the snapshot replaces.
        last_included: EntryId,
        /// The state machine's state, opaque to Raft; always whole, never in chunks.
        data: Bytes,
    },
    /// The answer to [`Message::InstallSnapshot`].
    InstallSnapshotReply {
        /// The follower's state is that of the leader up to here; none when the request's term was old.
        match_index: Option<Index>,
    },
}

/// The outcome of an `AppendEntries` at the follower: Figure 2's `success`, and the details that the leader needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Appended {
    /// `success`: the follower holds what the leader holds up to `match_index`, which is the request's
    /// `prevLogIndex` plus the number of its entries.
    Success {
        /// The logs agree up to this index.
        match_index: Index,
    },
    /// No `success`: the follower's log has no such entry at `prev_log_index` (§5.3).
    Conflict {
        /// The request's `prevLogIndex`.
        prev_log_index: Index,
        /// The term of the follower's entry there; none when its log is shorter.
        conflict_term: Option<Term>,
        /// The first index that the follower holds for that term, or the one after its log's end.
        first_index: Index,
    },
    /// No `success`: the request's term was older than the follower's (§5.1).
    OldTerm,
}

/// The three RPCs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rpc {
    /// §5.2, §5.4.
    RequestVote,
    /// §5.3, §5.2.
    AppendEntries,
    /// §7.
    InstallSnapshot,
}

impl Rpc {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::RequestVote, Self::AppendEntries, Self::InstallSnapshot];

    /// Its name as in the paper.
    pub fn name(self) -> &'static str {
        match self {
            Self::RequestVote => "RequestVote",
            Self::AppendEntries => "AppendEntries",
            Self::InstallSnapshot => "InstallSnapshot",
        }
    }

    /// Its reply in words: first one that agrees, then one that refuses.
    pub fn reply_words(self) -> [&'static str; 2] {
        match self {
            Self::RequestVote => ["vote", "vote refusal"],
            Self::AppendEntries => ["AppendEntries success", "AppendEntries rejection"],
            Self::InstallSnapshot => ["InstallSnapshot reply", "InstallSnapshot rejection"],
        }
    }
}

/// The largest term and index that a message may speak of: no cluster gets there, and from here on a node could not
/// count.
pub const MAX_NUMBER: u64 = u64::MAX / 2;

impl EntryId {
    /// Its index would not make a node count beyond [`MAX_NUMBER`].
    #[inline]
    pub(crate) fn counts_within_reason(self) -> bool {
        self.index.0 <= MAX_NUMBER
    }
}

impl Appended {
    /// The same for the term of a conflict.
    #[inline]
    pub(crate) fn counts_within_reason(&self) -> bool {
        !matches!(self, Self::Conflict { conflict_term: Some(term), .. } if term.0 > MAX_NUMBER)
    }
}

impl Message {
    /// The same for all that it holds.
    #[inline]
    pub(crate) fn counts_within_reason(&self) -> bool {
        match self {
            Self::AppendEntries { prev_log: id, .. }
            | Self::InstallSnapshot { last_included: id, .. } => id.counts_within_reason(),
            Self::AppendEntriesReply(appended) => appended.counts_within_reason(),
            _ => true,
        }
    }

    /// The RPC that it belongs to.
    pub fn rpc(&self) -> Rpc {
        match self {
            Self::RequestVote { .. } | Self::RequestVoteReply { .. } => Rpc::RequestVote,
            Self::AppendEntries { .. } | Self::AppendEntriesReply(_) => Rpc::AppendEntries,
            Self::InstallSnapshot { .. } | Self::InstallSnapshotReply { .. } => {
                Rpc::InstallSnapshot
            }
        }
    }

    /// It answers a request.
    pub fn is_reply(&self) -> bool {
        matches!(
            self,
            Self::RequestVoteReply { .. }
                | Self::AppendEntriesReply(_)
                | Self::InstallSnapshotReply { .. }
        )
    }

    /// It is a reply that refuses.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::RequestVoteReply { vote_granted: false }
                | Self::AppendEntriesReply(Appended::Conflict { .. } | Appended::OldTerm)
                | Self::InstallSnapshotReply { match_index: None }
        )
    }

    /// Its size on the wire in bytes: an envelope of 32, 8 for each number, and the data.
    pub fn size(&self) -> u64 {
        32 + match self {
            Self::RequestVote { .. } => 16,
            Self::RequestVoteReply { .. } => 1,
            Self::AppendEntries { entries, .. } => {
                28 + entries.iter().map(Entry::size).sum::<u64>()
            }
            Self::AppendEntriesReply(_) => 25,
            Self::InstallSnapshot { data, .. } => 20 + data.len() as u64,
            Self::InstallSnapshotReply { .. } => 9,
        }
    }

    /// The stretch of the log that an `AppendEntries` request carries; none for every other message
    /// and for a heartbeat.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::AppendEntries { prev_log, entries, .. } if !entries.is_empty() => Some(Span {
                first: prev_log.index.next(),
                last: prev_log.index + entries.len() as u64,
            }),
            _ => None,
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RequestVote { last_log } => write!(f, "RequestVote, log ends at {last_log}"),
            Self::RequestVoteReply { vote_granted: true } => f.write_str("vote granted"),
            Self::RequestVoteReply { vote_granted: false } => f.write_str("vote refused"),
            Self::AppendEntries { prev_log, leader_commit, .. } => match self.span() {
                None => write!(f, "heartbeat after {prev_log}, commit {leader_commit}"),
                Some(span) => {
                    write!(f, "AppendEntries {span} after {prev_log}, commit {leader_commit}")
                }
            },
            Self::AppendEntriesReply(appended) => appended.fmt(f),
            Self::InstallSnapshot { last_included, data } => {
                write!(f, "InstallSnapshot up to {last_included}, {} B", data.len())
            }
            Self::InstallSnapshotReply { match_index: Some(index) } => {
                write!(f, "holds the snapshot up to {index}")
            }
            Self::InstallSnapshotReply { match_index: None } => {
                f.write_str("snapshot refused: old term")
            }
        }
    }
}

impl fmt::Display for Appended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success { match_index } => write!(f, "success, matches through {match_index}"),
            Self::Conflict { prev_log_index, conflict_term: Some(term), first_index } => {
                write!(f, "refused: has term {term} at {prev_log_index}, from {first_index} on")
            }
            Self::Conflict { prev_log_index, conflict_term: None, first_index } => {
                write!(f, "refused: nothing at {prev_log_index}, log ends before {first_index}")
            }
            Self::OldTerm => f.write_str("refused: old term"),
        }
    }
}
