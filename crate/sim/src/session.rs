//! Sessions: the service remembers the last operation of each client, with its outcome.

use crate::digest::Digest;
use crate::machine::part;
use bytes::{Buf, BufMut, Bytes};
use raft_core::Index;
use std::fmt;

/// The outcome of an operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It has been done.
    Done,
    /// It has read this; nothing, if the key has no value.
    Value(Bytes),
    /// Nothing was set: the value was not the expected one, but this.
    Differs(Bytes),
    /// Nothing was done: a later operation of the same client has been applied before.
    Overtaken,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Value(value) => write!(f, "\"{}\"", String::from_utf8_lossy(value)),
            Self::Differs(value) => {
                write!(f, "not set: it is \"{}\"", String::from_utf8_lossy(value))
            }
            Self::Overtaken => f.write_str("a later one has come"),
        }
    }
}

impl Outcome {
    /// Reads the words back.
    pub(crate) fn read(words: &str) -> Option<Self> {
        let quoted = |words: &str| {
            let inner = words.strip_prefix('"')?.strip_suffix('"')?;
            Some(Bytes::copy_from_slice(inner.as_bytes()))
        };
        match words {
            "done" => Some(Self::Done),
            "a later one has come" => Some(Self::Overtaken),
            _ => match words.strip_prefix("not set: it is ") {
                Some(value) => quoted(value).map(Self::Differs),
                None => quoted(words).map(Self::Value),
            },
        }
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Value(_) => 1,
            Self::Differs(_) => 2,
            Self::Overtaken => 3,
        }
    }

    /// The value that it tells.
    pub fn value(&self) -> &Bytes {
        static NOTHING: Bytes = Bytes::new();
        match self {
            Self::Value(value) | Self::Differs(value) => value,
            Self::Done | Self::Overtaken => &NOTHING,
        }
    }
}

/// The last operation of a client that took effect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The client's number.
    pub client: u32,
    /// The operation's number: a client counts them.
    pub sequence: u64,
    /// The entry that took effect.
    pub by: Index,
    /// Its outcome.
    pub outcome: Outcome,
}

impl Session {
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut digest = Digest::default();
        let code = u64::from(self.outcome.code());
        digest.fold([u64::from(self.client), self.sequence, self.by.0, code]);
        digest.fold_bytes(self.outcome.value());
        digest.value()
    }

    pub(crate) fn encode(&self, bytes: &mut Vec<u8>) {
        let value = self.outcome.value();
        bytes.put_u32_le(self.client);
        bytes.put_u64_le(self.sequence);
        bytes.put_u64_le(self.by.0);
        bytes.put_u8(self.outcome.code());
        bytes.put_u32_le(value.len() as u32);
        bytes.put_slice(value);
    }

    pub(crate) fn decode(rest: &mut Bytes) -> Option<Self> {
        let client = rest.try_get_u32_le().ok()?;
        let sequence = rest.try_get_u64_le().ok()?;
        let by = Index(rest.try_get_u64_le().ok()?);
        let code = rest.try_get_u8().ok()?;
        let value = part(rest)?;
        let outcome = match code {
            0 if value.is_empty() => Outcome::Done,
            1 => Outcome::Value(value),
            2 => Outcome::Differs(value),
            _ => return None,
        };
        Some(Self { client, sequence, by, outcome })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_back_from_their_words() {
        let value = Bytes::from_static(b"say \"x\" (done)");
        for outcome in [
            Outcome::Done,
            Outcome::Value(value.clone()),
            Outcome::Value(Bytes::new()),
            Outcome::Differs(value),
            Outcome::Overtaken,
        ] {
            assert_eq!(Outcome::read(&outcome.to_string()).as_ref(), Some(&outcome));
        }
        assert_eq!(Outcome::read("nothing"), None);
    }
}
