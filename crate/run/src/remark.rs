//! Remarks on stretches of a run: a check and its result, a fault and its duration, a note of the user.

use crate::text::{Invalid, first_word, parted, shorten, stretch};
use raft_core::Time;
use std::fmt;
use std::str::FromStr;

/// The longest text of a remark, in characters.
pub const LONGEST: usize = 400;

/// A remark on a stretch of a run. It changes nothing in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// The beginning of the stretch.
    pub from: Time,
    /// Its end.
    pub to: Time,
    /// Its subject.
    pub lane: Lane,
    /// Its result.
    pub verdict: Verdict,
    /// The request, or a statement.
    pub asked: String,
    /// The reply; empty for a statement.
    pub answered: String,
}

macro_rules! words {
    ($(#[$about:meta])* $name:ident $expected:literal { $($(#[$doc:meta])* $variant:ident $word:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its word.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(word: &str) -> Result<Self, Invalid> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(Invalid::new(word, $expected)),
                }
            }
        }
    };
}

words! {
    /// The subjects of remarks.
    Lane "a lane: checker, commands, faults, test or note" {
        /// Checks of a test.
        Checker "checker",
        /// Commands given to the service.
        Commands "commands",
        /// Servers cut off or down.
        Faults "faults",
        /// The test as a whole.
        Test "test",
        /// Anything else.
        Note "note",
    }
}

words! {
    /// The result of something that is remarked.
    Verdict "a verdict: passed, failed, abandoned or said" {
        /// As was expected.
        Passed "passed",
        /// Not as was expected.
        Failed "failed",
        /// It was given up, which is no failure.
        Abandoned "abandoned",
        /// Nothing was expected.
        Said "said",
    }
}

/// The mark between request and reply.
const ARROW: &str = " -> ";

impl Remark {
    /// A remark; its texts are made to fit on a line.
    pub fn new(
        stretch: (Time, Time),
        lane: Lane,
        verdict: Verdict,
        asked: &str,
        answered: &str,
    ) -> Self {
        let mut asked = one_line(asked, LONGEST);
        while let Some((before, after)) = parted(&asked, "->") {
            asked = format!("{before}→{after}");
        }
        let answered = one_line(answered, LONGEST);
        Self { from: stretch.0, to: stretch.1, lane, verdict, asked, answered }
    }

    /// Somebody's own words on a moment.
    pub fn note(at: Time, words: &str) -> Self {
        Self::new((at, at), Lane::Note, Verdict::Said, words, "")
    }

    /// True if it is a note: somebody's own words on a moment.
    pub fn is_note(&self) -> bool {
        let Self { from, to, lane, verdict, asked, answered } = self;
        let plain = (*lane, *verdict) == (Lane::Note, Verdict::Said) && answered.is_empty();
        plain && from == to && !asked.is_empty()
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, lane, verdict, asked, answered } = self;
        if self.is_note() {
            return write!(f, "at {from} note {asked}");
        }
        write!(f, "note {from}..{to} {} {} {asked}", lane.name(), verdict.name())?;
        if answered.is_empty() { Ok(()) } else { write!(f, "{ARROW}{answered}") }
    }
}

impl FromStr for Remark {
    type Err = Invalid;

    /// Reads what follows the word `note`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut words = text.splitn(4, char::is_whitespace);
        let mut word = || words.next().unwrap_or_default();
        let stretch = stretch(word())?;
        let (lane, verdict) = (word().parse()?, word().parse()?);
        let says = word();
        let (asked, answered) = parted(says, ARROW).unwrap_or((says, ""));
        Ok(Self::new(stretch, lane, verdict, asked, answered))
    }
}

/// A text of one line that stays the same when it is read back.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    shorten(text.trim(), most).trim().to_owned()
}

/// The row of the help for notes: usage, meaning, example.
pub const HELP: [&str; 3] = [
    "note WORDS",
    "writes a note on this moment; it changes nothing in the run",
    "note from here on S3 has the longer log",
];

/// Returns the words of a note, if a typed line is one.
pub fn words_of(line: &str) -> Option<&str> {
    let (verb, words) = first_word(line.trim());
    (verb == "note").then_some(words)
}

/// Words that fit in a note.
pub(crate) fn fitting(words: &str) -> Result<&str, Invalid> {
    let words = words.trim();
    if words.is_empty() {
        let expected = format!("the words of the note, as in `{}`", HELP[2]);
        return Err(Invalid::new("", &expected));
    }
    // Each `->` is written as one sign, so what fits before fits afterwards.
    let length = words.chars().count();
    if length > LONGEST {
        let expected =
            format!("short enough: a note has {LONGEST} characters at most, this one {length}");
        return Err(Invalid::new(words, &expected));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for (asked, answered) in [
            ("one leader", "S2"),
            ("S1 S2 | S3 · S4 crashed", ""),
            ("a -> b\nc", "d -> e"),
            ("", ""),
        ] {
            let remark = Remark::new(
                (Time(1), Time(2_000_000)),
                Lane::Checker,
                Verdict::Failed,
                asked,
                answered,
            );
            let text = remark.to_string();
            assert_eq!(text.lines().count(), 1);
            assert_eq!(text.strip_prefix("note ").expect("a note").parse(), Ok(remark));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, says) in [
            ("", "something is missing: a stretch of time"),
            ("1s..2s moon passed x", "`moon` is not a lane"),
            ("1s..2s test perhaps x", "`perhaps` is not a verdict"),
        ] {
            let error = line.parse::<Remark>().expect_err(line).to_string();
            assert!(error.starts_with(says), "{error}");
        }
    }
}
