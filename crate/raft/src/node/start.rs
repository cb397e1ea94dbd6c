//! A server starts, for the first time or again after a crash.

use super::{Node, Role, Timer};
use crate::action::{Action, Vote, note};
use crate::bugs::Bugs;
use crate::config::Config;
use crate::log::Log;
use crate::message::MAX_NUMBER;
use crate::persistent::Persistent;
use crate::random::Random;
use crate::rule::Note;
use crate::types::{Index, ServerId, Term, Time};
use bytes::Bytes;

impl Node {
    /// A server that starts for the first time, as a follower in term 0 with an empty log.
    ///
    /// The seed decides its election timeouts. **Each server needs another seed**: two with the same one time out
    /// together and split the vote again and again. A fresh random number is a good seed; a fixed one repeats a run.
    ///
    /// # Panics
    /// If the configuration has no servers, more than [`MAX_SERVERS`](crate::MAX_SERVERS), or not this one.
    #[inline(always)]
    pub fn new(id: ServerId, config: Config, seed: u64, now: Time) -> Self {
        Self::begin(id, config, Bugs::default(), seed, now, true)
    }

    /// A server that starts for the first time in a cluster where some servers are wrong on purpose. With no bugs it
    /// does all that [`new`](Self::new) makes one do, with one exception: it never stops for a violation of Raft (see
    /// [`step`](Self::step)), because whoever breaks a cluster on purpose wants to see what follows.
    ///
    /// # Panics
    /// As [`new`](Self::new) does.
    #[cfg(feature = "bugs")]
    pub fn with_bugs(id: ServerId, config: Config, bugs: Bugs, seed: u64, now: Time) -> Self {
        Self::begin(id, config, bugs, seed, now, false)
    }

    /// It stands where it is called: a node is large, and a copy of it costs as much as making it.
    #[inline(always)]
    fn begin(
        id: ServerId,
        config: Config,
        bugs: Bugs,
        seed: u64,
        now: Time,
        guarded: bool,
    ) -> Self {
        assert!(
            (1..=crate::MAX_SERVERS).contains(&config.servers),
            "a cluster has 1 to 101 servers"
        );
        assert!((1..=config.servers).contains(&id.0), "{id} is not a server of this cluster");
        let mut node = Self {
            id,
            config,
            bugs,
            current_term: Term(0),
            voted_for: None,
            log: Log::default(),
            snapshot: Bytes::new(),
            commit_index: Index(0),
            last_applied: Index(0),
            role: Role::Follower { leader: None },
            timer: Timer { set_at: now, deadline: now },
            written: Vote::default(),
            calls: 0,
            random: Random::new(seed),
            guarded,
        };
        node.restart_election_timer(now);
        node
    }

    /// A server that restarts from what it had persisted (the lab's `Make` after a crash). Its service
    /// continues from the same snapshot by itself: the node does not apply it again, and applies the entries after
    /// the snapshot once more when it learns that they are committed.
    ///
    /// Perform what stands in `out` as after [`step`](Self::step). There is only a [`Action::Note`] in it, or nothing;
    /// a wrong server may also write.
    ///
    /// # Panics
    /// As [`new`](Self::new) does, and when the term or the log's end is beyond [`MAX_NUMBER`].
    pub fn recover(
        persistent: Persistent,
        id: ServerId,
        config: Config,
        seed: u64,
        now: Time,
        out: &mut Vec<Action>,
    ) -> Self {
        Self::new(id, config, seed, now).restored(persistent, out)
    }

    /// A server that restarts, as [`with_bugs`](Self::with_bugs).
    #[cfg(feature = "bugs")]
    pub fn recover_with_bugs(
        persistent: Persistent,
        id: ServerId,
        config: Config,
        bugs: Bugs,
        seed: u64,
        now: Time,
        out: &mut Vec<Action>,
    ) -> Self {
        Self::with_bugs(id, config, bugs, seed, now).restored(persistent, out)
    }

    fn restored(self, persistent: Persistent, out: &mut Vec<Action>) -> Self {
        let numbers = [persistent.vote.current_term.0, persistent.log.last().index.0];
        assert!(
            numbers.into_iter().all(|number| number <= MAX_NUMBER),
            "{}: no cluster reaches term {} or index {}: this is not what was written",
            self.id,
            numbers[0],
            numbers[1]
        );
        let mut node = self;
        node.current_term = persistent.vote.current_term;
        node.log = persistent.log;
        if node.recovers_state() {
            node.voted_for = persistent.vote.voted_for;
            node.snapshot = persistent.snapshot;
        }
        node.commit_index = node.log.snapshot_end().index;
        node.last_applied = node.commit_index;
        node.written = node.vote();
        note(out, || Note::RecoverState { term: node.current_term, last_log: node.log.last() });
        if !node.recovers_state() {
            // What it has not read back, its next write takes from the disk too.
            node.persist_all(out);
        }
        node
    }
}
