//! Inputs of a node, and the actions that it asks for.

use crate::entries::Entries;
use crate::message::Envelope;
use crate::rule::Note;
use crate::types::{Entry, EntryId, Index, ServerId, Term};
use bytes::Bytes;

/// An event at a node.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Input {
    /// Time has passed. If the deadline has come, the timer runs out: the election timeout of a follower or candidate,
    /// the heartbeat interval of a leader. Before the deadline nothing happens, so that a caller's timer may be early,
    /// late, or tick all the time.
    Tick,
    /// The timer runs out now, whatever the deadline: for tests, and for a caller that keeps the deadlines itself.
    /// An early one makes a follower stand for election.
    Timeout,
    /// A message has arrived.
    Receive(Envelope),
    /// The transport says that a call failed: it was not sent, or no reply came. A leader repeats with its next message
    /// what was on its way. It does not repeat it at once, because a server that is down would fail at once again, and
    /// the two would spin. A candidate asks again in its next election (§5.2). This input is optional: Raft retries
    /// without it (§5.5).
    Failed {
        /// The server that was called.
        to: ServerId,
    },
    /// The service asks for agreement on a command (the lab's `Start`).
    Start(Bytes),
    /// The service has taken a snapshot of its state as of `index` (the lab's `Snapshot`).
    Snapshot {
        /// The last entry that the snapshot reflects.
        index: Index,
        /// The service's state.
        data: Bytes,
    },
}

/// An action that a node asks for.
///
/// Perform the actions in order. **Nothing after a [`Action::Persist`] may be seen by anyone before
/// that write is durable.** There is nothing else to know.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Action {
    /// Make this durable; everything after it in the list waits for it.
    Persist(Write),
    /// Send this message.
    Send(Envelope),
    /// Give this to the service.
    Apply(ApplyMsg),
    /// The answer to [`Input::Start`].
    Started(Started),
    /// A rule has been applied; for whoever watches. Not part of the protocol, and never there without the feature
    /// `notes`.
    Note(Note),
}

/// A message to the service; they come in order (the lab's `ApplyMsg`).
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ApplyMsg {
    /// A committed command.
    Command {
        /// The entry that holds it.
        id: EntryId,
        /// The command.
        command: Bytes,
    },
    /// A snapshot that replaces the service's whole state; it never leads backwards.
    Snapshot {
        /// The last entry that it reflects.
        last_included: EntryId,
        /// The service's state.
        data: Bytes,
    },
}

/// Puts an action at the end of the list. It is built in its place there: building it on the stack and moving it
/// stalls the processor's store forwarding, which took a quarter of all time.
#[inline(always)]
pub(crate) fn emit(out: &mut Vec<Action>, action: impl FnOnce() -> Action) {
    out.extend(std::iter::once_with(action));
}

/// The same for a note. Without the feature `notes` none is ever made.
#[cfg(feature = "notes")]
#[inline(always)]
pub(crate) fn note(out: &mut Vec<Action>, note: impl FnOnce() -> Note) {
    emit(out, || Action::Note(note()));
}

#[cfg(not(feature = "notes"))]
#[inline(always)]
pub(crate) fn note(_: &mut Vec<Action>, _: impl FnOnce() -> Note) {}

/// The answer to `Start`: the index and term of the command, or the leader to ask instead.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Started {
    /// It leads: the command is at this place of its log, and will stay there if it is committed.
    Leader(EntryId),
    /// It does not lead; this one may.
    NotLeader {
        /// The server's own term.
        term: Term,
        /// The leader of that term, as far as this server knows.
        hint: Option<ServerId>,
    },
}

/// One write to stable storage (Figure 2, "persistent state on all servers").
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Write {
    /// `currentTerm` and `votedFor`.
    Vote(Vote),
    /// Log entries: they replace whatever the log holds from `from` on.
    Append {
        /// The index of the first of the entries.
        from: Index,
        /// The entries.
        entries: Entries,
    },
    /// Raft's state and the service's snapshot, both or neither (the lab's `Persister.Save`).
    Save {
        /// `currentTerm` and `votedFor`.
        vote: Vote,
        /// The last entry that the snapshot replaces.
        last_included: EntryId,
        /// The service's state.
        snapshot: Bytes,
        /// The entries that remain after the snapshot.
        log: Vec<Entry>,
    },
}

/// `currentTerm` and `votedFor`, which are always written together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Vote {
    /// The latest term that this server has seen.
    pub current_term: Term,
    /// The candidate that received its vote in that term.
    pub voted_for: Option<ServerId>,
}
