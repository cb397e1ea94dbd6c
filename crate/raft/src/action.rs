//! What goes into a node and what comes out.

use crate::entries::Entries;
use crate::message::Envelope;
use crate::rule::Note;
use crate::types::{Entry, EntryId, Index, ServerId, Term};
use bytes::Bytes;

/// What can happen to a node.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Input {
    /// Time has passed. When the deadline has come, the timer runs out: the election timeout of a follower or
    /// candidate, the heartbeat interval of a leader. Before, nothing happens, so that a caller's timer may be early,
    /// late, or tick all the time.
    Tick,
    /// The timer runs out now, whatever the deadline: for tests, and for a caller that keeps the deadlines itself.
    /// An early one makes a follower stand for election.
    Timeout,
    /// A message has arrived.
    Receive(Envelope),
    /// A call to this server has failed, as the transport says: it was not sent, or no answer came. A leader then
    /// sends again with its next message what was on its way, and need not first be refused. It does not at once: a
    /// server that is down would fail again at once, and the two would spin. A candidate asks again in its next
    /// election, as in §5.2. Nobody has to say it; Raft retries without (§5.5).
    Failed {
        /// Whom the call was for.
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

/// What a node wants done.
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

/// What the service is given, in order (the lab's `ApplyMsg`).
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

/// Puts an action at the end of the list. It is made when there is room for it, and so where it will stand: one that
/// was made before and moved would be read in wider words than it was written in, for which a processor waits. That
/// took a quarter of all time.
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

/// What `Start` returns: index, term and whether this server is the leader.
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
    /// Who received its vote in that term.
    pub voted_for: Option<ServerId>,
}
