//! The blockers of progress, in words.

mod find;

use crate::assumptions::UnmetAssumption;
use raft_core::words::scan;
use raft_core::{EntryId, Index, ServerId, Term};
use raft_script::clients::ClientId;
use std::fmt;

/// Why a cluster has not come to rest behind one leader in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the words below say what the fields are")]
pub enum Blocker {
    /// Too few servers are up and not paused.
    NoMajority { running: u16, servers: u16 },
    /// There were elections, and nobody leads.
    NoWinner { first: Term, last: Term },
    /// There was no election, and nobody leads.
    NobodyStands { term: Term },
    /// A server led, and leads no more; after it were elections up to this term.
    LeaderGone { leader: ServerId, term: Term, crashed: bool, last: Term },
    /// The leader stands still.
    LeaderPaused { leader: ServerId, term: Term },
    /// The leader reaches too few servers.
    LeaderApart { leader: ServerId, term: Term, reaches: u16, needed: u16 },
    /// The leader itself has not committed, or not applied, what it is to commit.
    NotCommitted { leader: ServerId, through: Index, wanted: EntryId },
    /// Raft does not have what it needs to make progress.
    UnmetAssumption(UnmetAssumption),
    /// A server stands still.
    Paused { server: ServerId },
    /// A link between a server and the leader is cut.
    Cut { server: ServerId, from: ServerId, to: ServerId },
    /// A server does not follow the leader.
    FollowsNot { server: ServerId, term: Term, leader: ServerId, leads: Term },
    /// A server follows and does not catch up.
    Behind { server: ServerId, holds: bool, through: Index, wanted: EntryId },
    /// Clients are not answered.
    Unanswered { client: ClientId, sequence: u64, server: ServerId, more: u64 },
    /// All is well just now, but it was not for long enough, or logs differ.
    Unsettled { leader: ServerId },
}

impl Blocker {
    /// The lighter explains the heavier.
    pub(crate) fn weight(&self) -> u8 {
        match self {
            Self::Paused { .. } => 0,
            Self::Cut { .. } => 1,
            Self::FollowsNot { .. } => 2,
            _ => 3,
        }
    }
}

impl Blocker {
    /// The servers that it is about.
    pub(crate) fn servers(&self) -> Vec<ServerId> {
        match *self {
            Self::NoMajority { .. }
            | Self::NoWinner { .. }
            | Self::NobodyStands { .. }
            | Self::UnmetAssumption(_) => Vec::new(),
            Self::Cut { from, to, .. } => vec![from, to],
            Self::FollowsNot { server, leader, .. } => vec![leader, server],
            Self::Paused { server }
            | Self::Behind { server, .. }
            | Self::Unanswered { server, .. }
            | Self::LeaderGone { leader: server, .. }
            | Self::LeaderPaused { leader: server, .. }
            | Self::LeaderApart { leader: server, .. }
            | Self::NotCommitted { leader: server, .. }
            | Self::Unsettled { leader: server } => vec![server],
        }
    }
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMajority { running, servers } => {
                write!(f, "no majority: only {running} of {servers} servers run")
            }
            Self::NoWinner { first, last } if first == last => {
                write!(f, "no leader: the election of term {first} has led to none")
            }
            Self::NoWinner { first, last } => {
                write!(f, "no leader: the elections of terms {first} to {last} have led to none")
            }
            Self::NobodyStands { term } => {
                write!(f, "no leader: nobody stands for election after term {term}")
            }
            Self::LeaderGone { leader, term, crashed, last } => {
                let how = if *crashed { "crashed" } else { "stepped down" };
                write!(
                    f,
                    "no leader: {leader} led term {term} and {how}, and nobody has won since"
                )?;
                if last > term { write!(f, ", up to term {last}") } else { Ok(()) }
            }
            Self::LeaderPaused { leader, term } => {
                write!(f, "{leader}, the leader of term {term}, is paused")
            }
            Self::LeaderApart { leader, term, reaches, needed } => write!(
                f,
                "{leader} leads term {term} and is cut off: it reaches {reaches} of the {needed} servers that it needs"
            ),
            Self::NotCommitted { leader, through, wanted } => write!(
                f,
                "{leader} leads and has not applied {wanted} yet, only what is committed through {through}"
            ),
            Self::UnmetAssumption(unmet) => unmet.fmt(f),
            Self::Paused { server } => write!(f, "{server} is paused"),
            Self::Cut { server, from, to } => {
                write!(f, "{server} cannot follow the leader: the link from {from} to {to} is cut")
            }
            Self::FollowsNot { server, term, leader, leads } if term == leads => {
                write!(f, "{server} does not follow {leader}, the leader of its term {term}")
            }
            Self::FollowsNot { server, term, leader, leads } => {
                write!(
                    f,
                    "{server} does not follow: it is in term {term}, and {leader} leads in term {leads}"
                )
            }
            Self::Behind { server, holds, through, wanted } => {
                let verb = if *holds { "has applied" } else { "holds" };
                write!(f, "{server} does not catch up: it {verb} up to {through} and not {wanted}")
            }
            Self::Unanswered { client, sequence, server, more: 0 } => {
                write!(f, "{client} is not answered: operation {sequence}, asked of {server}")
            }
            Self::Unanswered { client, sequence, server, more } => {
                write!(
                    f,
                    "{client} is not answered: operation {sequence}, asked of {server}; nor are {more} more"
                )
            }
            Self::Unsettled { leader } => {
                write!(f, "all follow {leader}, but their logs have not become the same")
            }
        }
    }
}

impl Blocker {
    /// Reads the words back.
    pub(crate) fn read(words: &str) -> Option<Self> {
        let read = |template| scan(template, words);
        let found = if let Some(v) = read("no majority: only {n} of {m} servers run") {
            Self::NoMajority { running: v[0].1.parse().ok()?, servers: v[1].1.parse().ok()? }
        } else if let Some(v) =
            read("no leader: the elections of terms {first} to {last} have led to none")
        {
            Self::NoWinner { first: v[0].1.parse().ok()?, last: v[1].1.parse().ok()? }
        } else if let Some(v) = read("no leader: the election of term {first} has led to none") {
            let term = v[0].1.parse().ok()?;
            Self::NoWinner { first: term, last: term }
        } else if let Some(found) = Self::read_leader(words) {
            found
        } else if let Some(unmet) = UnmetAssumption::read(words) {
            Self::UnmetAssumption(unmet)
        } else if let Some(v) = read("no leader: nobody stands for election after term {term}") {
            Self::NobodyStands { term: v[0].1.parse().ok()? }
        } else if let Some(v) =
            read("{server} cannot follow the leader: the link from {from} to {to} is cut")
        {
            let [server, from, to] = [0, 1, 2].map(|at: usize| v[at].1.parse().ok());
            Self::Cut { server: server?, from: from?, to: to? }
        } else if let Some(v) =
            read("{server} does not follow {leader}, the leader of its term {term}")
        {
            let (server, leader) = (v[0].1.parse().ok()?, v[1].1.parse().ok()?);
            let term = v[2].1.parse().ok()?;
            Self::FollowsNot { server, term, leader, leads: term }
        } else if let Some(v) = read(
            "{server} does not follow: it is in term {term}, and {leader} leads in term {leads}",
        ) {
            let (server, leader) = (v[0].1.parse().ok()?, v[2].1.parse().ok()?);
            let (term, leads) = (v[1].1.parse().ok()?, v[3].1.parse().ok()?);
            Self::FollowsNot { server, term, leader, leads }
        } else if let Some(v) =
            read("{server} does not catch up: it {verb} up to {through} and not {wanted}")
        {
            let (server, through) = (v[0].1.parse().ok()?, v[2].1.parse().ok()?);
            let holds = ["holds", "has applied"].iter().position(|verb| *verb == v[1].1)? == 1;
            Self::Behind { server, holds, through, wanted: v[3].1.parse().ok()? }
        } else if let Some(v) =
            read("{client} is not answered: operation {sequence}, asked of {server}")
        {
            let (server, more) = v[2].1.split_once("; nor are ").unwrap_or((v[2].1, "0 more"));
            Self::Unanswered {
                client: ClientId(v[0].1.strip_prefix('c')?.parse().ok()?),
                sequence: v[1].1.parse().ok()?,
                server: server.parse().ok()?,
                more: more.strip_suffix(" more")?.parse().ok()?,
            }
        } else if let Some(v) = read("all follow {leader}, but their logs have not become the same")
        {
            Self::Unsettled { leader: v[0].1.parse().ok()? }
        } else {
            Self::Paused { server: words.strip_suffix(" is paused")?.parse().ok()? }
        };
        Some(found)
    }

    /// The same for what is about the leader.
    fn read_leader(words: &str) -> Option<Self> {
        let read = |template| scan(template, words);
        if let Some(v) =
            read("no leader: {leader} led term {term} and {how}, and nobody has won since{last}")
        {
            let (leader, term) = (v[0].1.parse().ok()?, v[1].1.parse().ok()?);
            let crashed = ["stepped down", "crashed"].iter().position(|how| *how == v[2].1)? == 1;
            let last = match v[3].1 {
                "" => term,
                last => last.strip_prefix(", up to term ")?.parse().ok()?,
            };
            Some(Self::LeaderGone { leader, term, crashed, last })
        } else if let Some(v) = read("{leader}, the leader of term {term}, is paused") {
            Some(Self::LeaderPaused { leader: v[0].1.parse().ok()?, term: v[1].1.parse().ok()? })
        } else if let Some(v) = read(
            "{leader} leads term {term} and is cut off: it reaches {n} of the {m} servers that it needs",
        ) {
            let (leader, term) = (v[0].1.parse().ok()?, v[1].1.parse().ok()?);
            let (reaches, needed) = (v[2].1.parse().ok()?, v[3].1.parse().ok()?);
            Some(Self::LeaderApart { leader, term, reaches, needed })
        } else {
            let v = read(
                "{leader} leads and has not applied {wanted} yet, only what is committed through {n}",
            )?;
            let (leader, wanted) = (v[0].1.parse().ok()?, v[1].1.parse().ok()?);
            Some(Self::NotCommitted { leader, through: v[2].1.parse().ok()?, wanted })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_is_read_back_from_its_words() {
        let (s2, s3, t4) = (ServerId(2), ServerId(3), Term(4));
        let unanswered =
            |more| Blocker::Unanswered { client: ClientId(2), sequence: 17, server: s3, more };
        let behind = |holds| Blocker::Behind {
            server: s3,
            holds,
            through: Index(3),
            wanted: EntryId::new(7, 2),
        };
        for blocker in [
            Blocker::NoMajority { running: 2, servers: 5 },
            Blocker::NoWinner { first: t4, last: Term(9) },
            Blocker::NobodyStands { term: t4 },
            Blocker::Paused { server: s3 },
            Blocker::Cut { server: s3, from: s2, to: s3 },
            Blocker::FollowsNot { server: s3, term: Term(5), leader: s2, leads: t4 },
            Blocker::FollowsNot { server: s3, term: t4, leader: s2, leads: t4 },
            Blocker::NoWinner { first: t4, last: t4 },
            Blocker::LeaderGone { leader: s2, term: t4, crashed: true, last: t4 },
            Blocker::LeaderGone { leader: s2, term: t4, crashed: false, last: Term(7) },
            Blocker::LeaderPaused { leader: s2, term: t4 },
            Blocker::LeaderApart { leader: s2, term: t4, reaches: 1, needed: 2 },
            Blocker::NotCommitted { leader: s2, through: Index(3), wanted: EntryId::new(7, 2) },
            Blocker::UnmetAssumption(UnmetAssumption::AllLost),
            behind(true),
            behind(false),
            unanswered(0),
            unanswered(1),
            Blocker::Unsettled { leader: s2 },
        ] {
            assert_eq!(Blocker::read(&blocker.to_string()), Some(blocker), "{blocker}");
        }
        assert_eq!(Blocker::read("S2 sleeps"), None);
    }
}
