//! The history of clients: their operations, each from its request to its answer.

use crate::session::Outcome;
use bytes::Bytes;
use raft_check::At;
use raft_core::{EntryId, ServerId};
use raft_script::clients::ClientId;
use std::collections::VecDeque;
use std::sync::Arc;

/// One operation of a client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operation {
    /// The client.
    pub client: ClientId,
    /// A client counts its operations from 1.
    pub sequence: u64,
    /// The command, without the client's numbers before it.
    pub command: Bytes,
    /// The moment of the first request.
    pub invoked: At,
    /// The number of requests so far.
    pub attempts: u32,
    /// The server that was asked last.
    pub server: ServerId,
    /// The entry that carries it, as far as that is known: the one that took effect, or else the newest.
    pub entry: Option<EntryId>,
    /// The moment at which it first took effect at some server.
    pub applied: Option<At>,
    /// The moment of the answer, and the outcome; none: it is still open.
    pub returned: Option<(At, Outcome)>,
}

/// The operations that have been answered, in that order. Copies share what is in full chunks.
#[derive(Clone, Debug, Default)]
pub struct History {
    chunks: VecDeque<Arc<Vec<Operation>>>,
    forgotten: u64,
}

/// The number of operations that copies share as one.
const CHUNK: usize = 128;

/// The most operations that are remembered; the oldest are forgotten.
pub const MOST_REMEMBERED: usize = 160 * CHUNK;

impl History {
    pub(crate) fn push(&mut self, operation: Operation) {
        if self.chunks.back().is_none_or(|chunk| chunk.len() == CHUNK) {
            if self.chunks.len() * CHUNK == MOST_REMEMBERED {
                self.chunks.pop_front();
                self.forgotten += CHUNK as u64;
            }
            self.chunks.push_back(Arc::default());
        }
        if let Some(chunk) = self.chunks.back_mut() {
            Arc::make_mut(chunk).push(operation);
        }
    }

    /// The number of operations answered before the first that is remembered.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// The number of operations that are remembered.
    pub fn len(&self) -> usize {
        self.chunks.back().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    /// True if none has been answered.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Those that are remembered, the one that was answered first foremost.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Operation> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_core::Time;

    #[test]
    fn the_newest_operations_are_remembered_and_copies_stay_what_they_were() {
        let operation = |sequence| Operation {
            client: ClientId(1),
            sequence,
            command: Bytes::from_static(b"x"),
            invoked: At { time: Time(sequence), event: sequence },
            attempts: 1,
            server: ServerId(1),
            entry: None,
            applied: None,
            returned: None,
        };
        let mut history = History::default();
        let mut copies = Vec::new();
        for sequence in 1..=MOST_REMEMBERED as u64 + 1_000 {
            history.push(operation(sequence));
            if sequence.is_multiple_of(5_000) {
                copies.push((sequence, history.clone()));
            }
        }
        let sequences =
            |history: &History| history.iter().map(|op| op.sequence).collect::<Vec<_>>();
        assert_eq!(history.forgotten(), 1_024);
        assert_eq!(history.len(), MOST_REMEMBERED + 1_000 - 1_024);
        assert_eq!(
            sequences(&history),
            (1_025..=MOST_REMEMBERED as u64 + 1_000).collect::<Vec<_>>()
        );
        for (at, copy) in copies {
            assert_eq!(sequences(&copy), (copy.forgotten() + 1..=at).collect::<Vec<_>>());
        }
    }
}
