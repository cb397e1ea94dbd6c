//! What stands in the way of progress, in words.

use raft_core::words::scan;
use raft_core::{EntryId, Index, ServerId, Term};
use raft_language::clients::ClientId;
use std::fmt;

/// Why a cluster has not come to rest behind one leader in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the words below say what the fields are")]
pub enum Obstacle {
    /// Too few servers are up and not paused.
    NoMajority { running: u16, servers: u16 },
    /// There were elections, and nobody leads.
    NoWinner { first: Term, last: Term },
    /// There was no election, and nobody leads.
    NobodyStands { term: Term },
    /// A server stands still.
    Paused { server: ServerId },
    /// A server and the leader are apart.
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

impl Obstacle {
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

impl Obstacle {
    /// The servers that it is about.
    pub(crate) fn servers(&self) -> Vec<ServerId> {
        match *self {
            Self::NoMajority { .. } | Self::NoWinner { .. } | Self::NobodyStands { .. } => {
                Vec::new()
            }
            Self::Cut { from, to, .. } => vec![from, to],
            Self::FollowsNot { server, leader, .. } => vec![leader, server],
            Self::Paused { server }
            | Self::Behind { server, .. }
            | Self::Unanswered { server, .. }
            | Self::Unsettled { leader: server } => vec![server],
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMajority { running, servers } => {
                write!(f, "no majority: only {running} of {servers} servers run")
            }
            Self::NoWinner { first, last } => {
                write!(f, "no leader: the elections of terms {first} to {last} have led to none")
            }
            Self::NobodyStands { term } => {
                write!(f, "no leader: nobody stands for election after term {term}")
            }
            Self::Paused { server } => write!(f, "{server} is paused"),
            Self::Cut { server, from, to } => {
                write!(f, "{server} is kept apart: the link from {from} to {to} is cut")
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

impl Obstacle {
    /// Reads the words back.
    pub(crate) fn read(words: &str) -> Option<Self> {
        let read = |template| scan(template, words);
        let found = if let Some(v) = read("no majority: only {n} of {m} servers run") {
            Self::NoMajority { running: v[0].1.parse().ok()?, servers: v[1].1.parse().ok()? }
        } else if let Some(v) =
            read("no leader: the elections of terms {first} to {last} have led to none")
        {
            Self::NoWinner { first: v[0].1.parse().ok()?, last: v[1].1.parse().ok()? }
        } else if let Some(v) = read("no leader: nobody stands for election after term {term}") {
            Self::NobodyStands { term: v[0].1.parse().ok()? }
        } else if let Some(v) = read("{server} is kept apart: the link from {from} to {to} is cut")
        {
            let [server, from, to] = [0, 1, 2].map(|at: usize| v[at].1.parse().ok());
            Self::Cut { server: server?, from: from?, to: to? }
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_is_read_back_from_its_words() {
        let (s2, s3, t4) = (ServerId(2), ServerId(3), Term(4));
        let unanswered =
            |more| Obstacle::Unanswered { client: ClientId(2), sequence: 17, server: s3, more };
        let behind = |holds| Obstacle::Behind {
            server: s3,
            holds,
            through: Index(3),
            wanted: EntryId::new(7, 2),
        };
        for obstacle in [
            Obstacle::NoMajority { running: 2, servers: 5 },
            Obstacle::NoWinner { first: t4, last: Term(9) },
            Obstacle::NobodyStands { term: t4 },
            Obstacle::Paused { server: s3 },
            Obstacle::Cut { server: s3, from: s2, to: s3 },
            Obstacle::FollowsNot { server: s3, term: Term(5), leader: s2, leads: t4 },
            behind(true),
            behind(false),
            unanswered(0),
            unanswered(1),
            Obstacle::Unsettled { leader: s2 },
        ] {
            assert_eq!(Obstacle::read(&obstacle.to_string()), Some(obstacle), "{obstacle}");
        }
        assert_eq!(Obstacle::read("S2 sleeps"), None);
    }
}
