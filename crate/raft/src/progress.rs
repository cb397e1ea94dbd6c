//! A leader's knowledge of its followers (Figure 2, "volatile state on leaders").

use crate::types::{Index, ServerId, Time};

/// A leader's view of one follower.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Progress {
    /// `nextIndex`: the next entry to send, as far as replies tell.
    pub next_index: Index,
    /// `matchIndex`: the highest index to which the follower is known to hold the leader's log.
    pub match_index: Index,
    /// Entries or a snapshot that were sent and are not answered yet.
    pub in_flight: InFlight,
    /// Conflicts reported for calls before this one were answered already by moving `next_index` back.
    pub settled: u64,
}

/// Entries or a snapshot on their way to a follower, until its reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InFlight {
    /// Nothing but heartbeats.
    Nothing,
    /// Entries from `next_index` up to this index; the next message goes on from there.
    Entries {
        /// The last index sent.
        last: Index,
    },
    /// A snapshot; sent again when no answer has come by `retry_at`.
    Snapshot {
        /// The last index that it covers.
        last_included: Index,
        /// The time at which it is sent again.
        retry_at: Time,
    },
}

/// A leader's view of all its followers, in the order of their names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Followers(Vec<(ServerId, Progress)>);

impl Followers {
    pub(crate) fn new(followers: impl Iterator<Item = (ServerId, Progress)>) -> Self {
        Self(followers.collect())
    }

    pub(crate) fn renamed(&self, name: impl Fn(ServerId) -> ServerId) -> Self {
        let mut renamed: Vec<_> =
            self.0.iter().map(|(id, progress)| (name(*id), progress.clone())).collect();
        renamed.sort_unstable_by_key(|(id, _)| *id);
        assert!(renamed.is_sorted_by(|a, b| a.0 < b.0), "names are told apart");
        Self(renamed)
    }

    /// The leader's view of one of them.
    #[inline]
    pub fn get(&self, id: ServerId) -> Option<&Progress> {
        self.0.get(self.place(id)?).map(|(_, progress)| progress)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, id: ServerId) -> Option<&mut Progress> {
        let place = self.place(id)?;
        self.0.get_mut(place).map(|(_, progress)| progress)
    }

    /// The followers are all servers but the leader: those before it stand at their number less one, those after it
    /// one place earlier.
    #[inline]
    fn place(&self, id: ServerId) -> Option<usize> {
        let place = usize::from(id.0).wrapping_sub(1);
        let stands = |place: &usize| self.0.get(*place).is_some_and(|(other, _)| *other == id);
        [place, place.wrapping_sub(1)].into_iter().find(stands)
    }

    /// Each follower with the leader's view of it.
    pub fn iter(&self) -> impl Iterator<Item = (ServerId, &Progress)> {
        self.0.iter().map(|(follower, progress)| (*follower, progress))
    }
}

impl Progress {
    /// The view of a new leader (§5.3): it tries `next_index` first, and knows of no entry that the follower holds.
    pub fn new(next_index: Index) -> Self {
        Self { next_index, match_index: Index(0), in_flight: InFlight::Nothing, settled: 0 }
    }

    /// The first index that the next message carries.
    pub fn send_from(&self) -> Index {
        match self.in_flight {
            InFlight::Entries { last } => last.next().max(self.next_index),
            InFlight::Nothing | InFlight::Snapshot { .. } => self.next_index,
        }
    }

    /// A snapshot is on its way and may still arrive.
    pub(crate) fn is_installing(&self, now: Time) -> bool {
        matches!(self.in_flight, InFlight::Snapshot { retry_at, .. } if now < retry_at)
    }

    /// Notes that the follower holds everything up to `matched`; false if that was known.
    pub fn advance(&mut self, matched: Index) -> bool {
        let news = matched > self.match_index;
        if news {
            self.match_index = matched;
        }
        self.next_index = self.next_index.max(matched.next());
        let answered = match self.in_flight {
            InFlight::Nothing => false,
            InFlight::Entries { last } => last <= matched,
            InFlight::Snapshot { last_included, .. } => last_included <= matched,
        };
        if answered {
            self.in_flight = InFlight::Nothing;
        }
        news
    }

    /// Forgets what was sent, because it is lost: entries go out with the next message, a snapshot from `now` on.
    pub fn forget_in_flight(&mut self, now: Time) {
        match &mut self.in_flight {
            InFlight::Snapshot { retry_at, .. } => *retry_at = now,
            in_flight => *in_flight = InFlight::Nothing,
        }
    }

    /// Goes on from `next` after a refusal, but never below what the follower is known to hold. From now on conflicts of
    /// calls before `call` are old news.
    pub fn back_up(&mut self, next: Index, call: u64) {
        self.next_index = next.max(self.match_index.next());
        self.in_flight = InFlight::Nothing;
        self.settled = call;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_follower_is_found_whoever_leads_and_nobody_else_is() {
        for leader in 1..=5 {
            let others = (1..=5).filter(|id| *id != leader);
            let mut followers = Followers::new(
                others.map(|id| (ServerId(id), Progress::new(Index(u64::from(id))))),
            );
            for id in 1..=5 {
                let next = followers.get(ServerId(id)).map(|of| of.next_index);
                assert_eq!(next, (id != leader).then_some(Index(u64::from(id))));
                assert_eq!(followers.get_mut(ServerId(id)).map(|of| of.next_index), next);
            }
            for stranger in [0, 6, u16::MAX] {
                assert_eq!(followers.get(ServerId(stranger)), None);
            }
        }
    }
}
