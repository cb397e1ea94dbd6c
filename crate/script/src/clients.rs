//! The settings of clients: their number, their operations, their timeouts. Text in, text out.

use crate::line;
use crate::text::{self, Invalid, Range};
use raft_core::Micros;
use std::fmt;
use std::str::FromStr;

/// The most clients of a world.
pub const MOST_CLIENTS: u16 = 20;

/// The most keys that clients use.
pub const MOST_KEYS: u16 = 20;

/// The longest pause and the longest patience of a client.
const LONGEST: Micros = 3_600_000_000;

/// The words of their settings.
const SETTINGS: [&str; 8] = ["keys", "pause", "timeout", "get", "put", "append", "cas", "idle"];

/// The heaviest weight of an operation.
const HEAVIEST: u64 = 1_000;

/// A client's name: c1, c2, ...
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ClientId(pub u16);

impl ClientId {
    /// Its place in lists of clients.
    pub fn slot(self) -> usize {
        usize::from(self.0) - 1
    }

    /// Reads the name of one of so many clients.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(text: &str, clients: u16) -> Result<Self, Invalid> {
        let digits = text.strip_prefix(['c', 'C']).unwrap_or(text);
        let what = "a client such as c1, with a number";
        text::number(digits, what, 1, u64::from(clients)).map(|n| Self(n as u16))
    }

    /// The client at a place in lists of clients.
    pub fn from_slot(slot: usize) -> Self {
        Self(slot as u16 + 1)
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}", self.0)
    }
}

impl FromStr for ClientId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::read(text, MOST_CLIENTS)
    }
}

/// The number of clients and their settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClientsSpec {
    /// The number of clients.
    pub count: u16,
    /// The number of keys that they use.
    pub keys: u16,
    /// Shortest and longest pause between an answer and the next question.
    pub pause: (Micros, Micros),
    /// For so long a client waits for an answer before it asks another server.
    pub timeout: Micros,
    /// The weights of their operations. All 0: they ask only when told.
    pub mix: Mix,
}

/// The weights of the operations that clients ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mix {
    /// Reads.
    pub get: u16,
    /// Writes.
    pub put: u16,
    /// Appends.
    pub append: u16,
    /// Compare-and-set.
    pub cas: u16,
}

impl Mix {
    const IDLE: Self = Self { get: 0, put: 0, append: 0, cas: 0 };

    /// True if clients ask only when told.
    pub fn is_idle(self) -> bool {
        self == Self::IDLE
    }
}

impl Default for ClientsSpec {
    fn default() -> Self {
        Self {
            count: 0,
            keys: 3,
            pause: (50_000, 200_000),
            timeout: 500_000,
            mix: Mix { get: 3, put: 3, append: 2, cas: 2 },
        }
    }
}

/// A duration that lets time pass.
fn lasting(text: &str) -> Result<(Micros, Micros), Invalid> {
    let (min, max) = text::duration_range(text, LONGEST)?;
    if min < 1_000 {
        return Err(Invalid::new(text, "a duration of at least 1ms"));
    }
    Ok((min, max))
}

fn weight(text: &str) -> Result<u16, Invalid> {
    text::number(text, "a weight", 0, HEAVIEST).map(|n| n as u16)
}

impl FromStr for ClientsSpec {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (count, rest) = text::first_word(text.trim());
        let count = text::number(count, "a number of clients", 0, u64::from(MOST_CLIENTS))? as u16;
        let mut spec = Self { count, ..Self::default() };
        for word in rest.split_whitespace() {
            match word.split_once('=') {
                Some(("keys", value)) => {
                    spec.keys =
                        text::number(value, "a number of keys", 1, u64::from(MOST_KEYS))? as u16;
                }
                Some(("pause", value)) => spec.pause = lasting(value)?,
                Some(("timeout", value)) => spec.timeout = lasting(value)?.1,
                Some(("get", value)) => spec.mix.get = weight(value)?,
                Some(("put", value)) => spec.mix.put = weight(value)?,
                Some(("append", value)) => spec.mix.append = weight(value)?,
                Some(("cas", value)) => spec.mix.cas = weight(value)?,
                None if word == "idle" => spec.mix = Mix::IDLE,
                _ => {
                    let key = word.split('=').next().unwrap_or(word);
                    let expected = "keys=, pause=, timeout=, get=, put=, append= or cas= with a \
                        value, or idle";
                    let meant = line::did_you_mean(key, SETTINGS);
                    return Err(Invalid::new(word, &format!("{expected}{meant}")));
                }
            }
        }
        Ok(spec)
    }
}

impl fmt::Display for ClientsSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usual = Self::default();
        write!(f, "{}", self.count)?;
        if self.keys != usual.keys {
            write!(f, " keys={}", self.keys)?;
        }
        if self.pause != usual.pause {
            write!(f, " pause={}", Range(self.pause.0, self.pause.1))?;
        }
        if self.timeout != usual.timeout {
            write!(f, " timeout={}", text::Duration(self.timeout))?;
        }
        if self.mix.is_idle() {
            return f.write_str(" idle");
        }
        let Mix { get, put, append, cas } = self.mix;
        let weights = [
            ("get", get, usual.mix.get),
            ("put", put, usual.mix.put),
            ("append", append, usual.mix.append),
            ("cas", cas, usual.mix.cas),
        ];
        for (name, is, usual) in weights {
            if is != usual {
                write!(f, " {name}={is}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for text in [
            "0",
            "20",
            "2 keys=1 pause=1ms timeout=2s",
            "1 pause=20ms..80ms get=0 append=7",
            "3 keys=20 idle",
        ] {
            let spec: ClientsSpec = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(spec.to_string(), text);
        }
        let spelled = "1 get=0 put=0 append=0 cas=0".parse::<ClientsSpec>().expect("clients");
        assert_eq!(spelled.to_string(), "1 idle");
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        for (text, says) in [
            ("", "something is missing: a number of clients from 0 to 20"),
            ("21", "`21` is not a number of clients from 0 to 20"),
            ("2 keys=0", "`0` is not a number of keys from 1 to 20"),
            ("2 pause=0s", "`0s` is not a duration of at least 1ms"),
            ("2 cas=1001", "`1001` is not a weight from 0 to 1000"),
            (
                "2 fast",
                "`fast` is not keys=, pause=, timeout=, get=, put=, append= or cas= with a value, or idle",
            ),
        ] {
            assert_eq!(text.parse::<ClientsSpec>().expect_err(text).to_string(), says);
        }
    }
}
