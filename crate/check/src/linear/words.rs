//! Sentences for a history that is not linearizable.

use super::{Answer, Asked, Operation, Partial};
use std::fmt;

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.client {
            0 => f.write_str("somebody's ")?,
            client => write!(f, "c{client}'s ")?,
        }
        let key = Text(&self.key);
        match &self.asked {
            Asked::Get => write!(f, "get of {key}"),
            Asked::Put(value) => write!(f, "{key}={}", Text(value)),
            Asked::Append(value) => write!(f, "{key}+={}", Text(value)),
            Asked::CompareAndSet(old, new) => write!(f, "{key}?{}={}", Text(old), Text(new)),
        }
    }
}

impl fmt::Display for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { order, value, stuck, answer } = self;
        let key = Text(&stuck.key);
        match answer {
            Some(Answer::Done) => write!(f, "{stuck} is done")?,
            Some(Answer::Value(value)) => write!(f, "{stuck} finds \"{}\"", Text(value))?,
            Some(Answer::Differs(value)) => {
                write!(f, "{stuck} finds \"{}\" in its place", Text(value))?;
            }
            None => write!(f, "{stuck} has taken effect though it was never applied")?,
        }
        write!(f, ", and that fits into no order of what was done with {key}")?;
        if order.is_empty() {
            return write!(f, ": nothing was done before");
        }
        f.write_str(". The longest order that fits ends with ")?;
        for (at, operation) in order.iter().rev().take(NAMED).rev().enumerate() {
            write!(f, "{}{operation}", if at > 0 { ", " } else { "" })?;
        }
        write!(f, ": {key} is \"{}\" then", Text(value))
    }
}

/// Number of operations that the sentence names.
const NAMED: usize = 5;

/// Bytes as text, cut after the first few.
struct Text<'a>(&'a [u8]);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 24;
        let shown = &self.0[..self.0.len().min(MOST)];
        f.write_str(&String::from_utf8_lossy(shown))?;
        f.write_str(if self.0.len() > MOST { "…" } else { "" })
    }
}
