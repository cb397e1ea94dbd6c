//! What goes into a node and what comes out.

use crate::entries::Entries;
use crate::message::Envelope;
use crate::rule::Note;
use crate::types::{Entry, EntryId, Index, ServerId, Term};
use bytes::Bytes;

/// What can happen to a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// Its deadline has passed: the election timeout of a follower or candidate, the heartbeat interval
    /// of a leader. A caller that wants to force a timeout says so before the deadline.
    Timeout,
    /// A message has arrived.
    Receive(Envelope),
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
pub enum Action {
    /// Make this durable; everything after it in the list waits for it.
    Persist(Write),
    /// Send this message.
    Send(Envelope),
    /// Give this to the service.
    Apply(ApplyMsg),
    /// The answer to [`Input::Start`].
    Started(Started),
    /// A rule has been applied; for whoever watches. Not part of the protocol.
    Note(Note),
}

/// What the service is given, in order (the lab's `ApplyMsg`).
#[derive(Clone, PartialEq, Eq, Debug)]
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

/// The same for a note.
#[inline(always)]
pub(crate) fn note(out: &mut Vec<Action>, note: impl FnOnce() -> Note) {
    emit(out, || Action::Note(note()));
}

/// What `Start` returns: index, term and whether this server is the leader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
pub struct Vote {
    /// The latest term that this server has seen.
    pub current_term: Term,
    /// Who received its vote in that term.
    pub voted_for: Option<ServerId>,
}
