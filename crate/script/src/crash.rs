//! A crash that is planned: between two writes of a server, or after so many of them.
//!
//! ```text
//! crash 2 between log and snapshot
//! crash 2 after write 3
//! ```

use crate::text::{self, Invalid};
use std::fmt;
use std::str::FromStr;

/// The parts that a write to a server's disk can hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// `currentTerm` and `votedFor`.
    Vote,
    /// Log entries.
    Log,
    /// The snapshot file.
    Snapshot,
}

/// The write at which a server crashes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CrashPoint {
    /// As soon as one of the two is durable and the other would be written next. The lesser stands first.
    Between(Part, Part),
    /// As soon as so many writes are durable, counted from the command on.
    After(u32),
}

/// The most writes that can be counted.
const MOST: u64 = 1_000_000;

impl Part {
    const ALL: [Self; 3] = [Self::Vote, Self::Log, Self::Snapshot];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vote => "vote",
            Self::Log => "log",
            Self::Snapshot => "snapshot",
        }
    }

    /// The part with this name.
    ///
    /// # Errors
    /// If no part has it: the parts are named.
    pub fn named(name: &str) -> Result<Self, Invalid> {
        let expected = "something that a server writes: vote (with the term), log or snapshot";
        let found = Self::ALL.into_iter().find(|part| part.name() == name);
        found.ok_or_else(|| Invalid::new(name, expected))
    }
}

impl FromStr for CrashPoint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words[..] {
            ["between", one, "and", other] => {
                let (one, other) = (Part::named(one)?, Part::named(other)?);
                if one == other {
                    let expected = "two writes: name two of vote, log and snapshot";
                    return Err(Invalid::new(text, expected));
                }
                Ok(Self::Between(one.min(other), one.max(other)))
            }
            ["after", "write", n] => {
                let n = text::number(n, "a number of writes", 1, MOST)?;
                Ok(Self::After(n as u32))
            }
            _ => Err(Invalid::new(
                text,
                "a moment to crash, as in `crash 2 between log and snapshot` or `crash 2 after write 3`",
            )),
        }
    }
}

impl fmt::Display for CrashPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between(one, other) => write!(f, "between {} and {}", one.name(), other.name()),
            Self::After(n) => write!(f, "after write {n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for (text, printed) in [
            ("between log and snapshot", "between log and snapshot"),
            ("between  snapshot and log", "between log and snapshot"),
            ("between log and vote", "between vote and log"),
            ("between vote and snapshot", "between vote and snapshot"),
            ("after write 1", "after write 1"),
            ("after write 1000000", "after write 1000000"),
        ] {
            let point: CrashPoint = text.parse().expect(text);
            assert_eq!(point.to_string(), printed);
            assert_eq!(printed.parse(), Ok(point));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        for (text, says) in [
            (
                "between log and disk",
                "`disk` is not something that a server writes: vote (with the term), log or snapshot",
            ),
            (
                "between log and log",
                "`between log and log` is not two writes: name two of vote, log and snapshot",
            ),
            ("after write 0", "`0` is not a number of writes from 1 to 1000000"),
            ("after write x", "`x` is not a number of writes from 1 to 1000000"),
            (
                "after 3",
                "`after 3` is not a moment to crash, as in `crash 2 between log and snapshot` or `crash 2 after write 3`",
            ),
        ] {
            assert_eq!(text.parse::<CrashPoint>().expect_err(text).to_string(), says);
        }
    }
}
