//! Timers that change in mid-run.

use crate::config;
use crate::text::{Duration, Invalid, Range};
use raft_core::Micros;
use std::fmt;
use std::str::FromStr;

/// The pace of all servers from now on; what is not named stays as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timers {
    /// The shortest and the longest election timeout.
    pub election: Option<(Micros, Micros)>,
    /// The time between two heartbeats of a leader.
    pub heartbeat: Option<Micros>,
}

const EXPECTED: &str = "`election`, `heartbeat` or both, as in `timers election 300ms..600ms heartbeat 50ms`, or `manual`";

impl Timers {
    /// No timer runs out before somebody says so: all are longer than any run that a person follows.
    pub const MANUAL: Self =
        Self { election: Some((1_000_000_000, 2_000_000_000)), heartbeat: Some(1_000_000_000) };

    /// Changes the pace of a cluster.
    pub fn set(self, raft: &mut raft_core::Config) {
        if let Some((min, max)) = self.election {
            (raft.election_min, raft.election_max) = (min, max);
        }
        raft.heartbeat = self.heartbeat.unwrap_or(raft.heartbeat);
    }
}

impl FromStr for Timers {
    type Err = Invalid;

    /// Reads what follows the word `timers`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.trim() == "manual" {
            return Ok(Self::MANUAL);
        }
        let mut timers = Self { election: None, heartbeat: None };
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            let value = words.next().unwrap_or_default();
            match word {
                "election" => timers.election = Some(config::range(value)?),
                "heartbeat" => timers.heartbeat = Some(config::interval(value)?),
                "manual" => {
                    return Err(Invalid::new(
                        word,
                        "possible beside others: it sets both, as in `timers manual`",
                    ));
                }
                _ => return Err(Invalid::new(word, EXPECTED)),
            }
        }
        if timers.election.is_none() && timers.heartbeat.is_none() {
            return Err(Invalid::new("", EXPECTED));
        }
        Ok(timers)
    }
}

impl fmt::Display for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("timers")?;
        if let Some((min, max)) = self.election {
            write!(f, " election {}", Range(min, max))?;
        }
        self.heartbeat.map_or(Ok(()), |every| write!(f, " heartbeat {}", Duration(every)))
    }
}
