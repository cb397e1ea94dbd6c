//! The small words of the command language: durations, shares, sizes, and what is wrong with them.

use raft_core::{Micros, Time};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// Why a text was not understood. A box, as it is handed on in many places and seldom made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invalid(Box<Fault>);

/// The part of a text that was not understood, and what would be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The part that was not understood.
    pub found: String,
    /// The right thing in its place, as in "... is not `expected`".
    pub expected: String,
    /// The line of the text, from 1; 0 when the text is a single line.
    pub line: usize,
}

impl Invalid {
    /// `found` is not `expected`.
    pub fn new(found: &str, expected: &str) -> Self {
        Self(Box::new(Fault {
            found: visible(&shorten(found, 60)).into(),
            expected: expected.into(),
            line: 0,
        }))
    }

    /// The same in a text before which so many lines stand.
    #[must_use]
    pub fn after_lines(self, before: usize) -> Self {
        let line = self.line;
        self.on_line(line + before)
    }

    /// The same, found on a line of a longer text.
    #[must_use]
    pub fn on_line(mut self, line: usize) -> Self {
        self.0.line = line;
        self
    }
}

impl Deref for Invalid {
    type Target = Fault;

    fn deref(&self) -> &Fault {
        &self.0
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if self.found.is_empty() {
            write!(f, "something is missing: {}", self.expected)
        } else {
            write!(f, "`{}` is not {}", self.found, self.expected)
        }
    }
}

impl std::error::Error for Invalid {}

/// The text, cut to so many characters, with control characters made visible.
pub fn shorten(text: &str, most: usize) -> String {
    let mut short: String =
        text.chars().take(most).map(|c| if c.is_control() { '·' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}

/// True for a character that a reader cannot see and that can mislead: controls, zero-width characters, and marks
/// that change the direction of the text around them. Line breaks and tabs are none of them.
pub fn is_hidden(c: char) -> bool {
    match u32::from(c) {
        code @ 0..0xa0 => (code < 0x20 && c != '\n' && c != '\t') || code >= 0x7f,
        0xad
        | 0x61c
        | 0x180e
        | 0x200b..=0x200f
        | 0x2028..=0x202e
        | 0x2060..=0x206f
        | 0xfeff
        | 0xfff9..=0xfffb
        | 0xe_0000..=0xe_007f => true,
        _ => false,
    }
}

/// The text as people may see it: each hidden character is written as its code, such as `⟨U+202E⟩`. Texts that are
/// saved stay as they are.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.contains(is_hidden) { revealed(text).into() } else { text.into() }
}

/// Apart, as it is seldom called.
#[inline(never)]
pub fn revealed(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        if is_hidden(c) {
            shown.push_str(&code_of(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A character that cannot be seen as its code.
pub fn code_of(c: char) -> String {
    format!("⟨U+{:04X}⟩", u32::from(c))
}

/// The text that [`visible`] shows as this one: for names and words that a person has seen and hands back.
#[inline(never)]
pub fn meant(shown: &str) -> String {
    let mut text = String::new();
    let mut rest = shown;
    while let Some((before, after)) = parted(rest, "⟨U+") {
        text.push_str(before);
        let code = parted(after, "⟩").and_then(|(digits, after)| {
            let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            is_hidden(c).then_some((c, after))
        });
        if let Some((c, after)) = code {
            text.push(c);
            rest = after;
        } else {
            text.push_str("⟨U+");
            rest = after;
        }
    }
    text + rest
}

/// The first word, and the rest without the space in between.
pub fn first_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim())
}

/// Several things with something in between.
pub fn joined(things: impl Iterator<Item = impl fmt::Display>, between: &str) -> String {
    let mut text = String::new();
    for thing in things {
        join(&mut text, &thing, between);
    }
    text
}

/// Not compiled anew for every kind of thing.
fn join(text: &mut String, thing: &dyn fmt::Display, between: &str) {
    if !text.is_empty() {
        text.push_str(between);
    }
    text.push_str(&thing.to_string());
}

/// The text before and after some words, at their first place. One small search for all: the standard
/// library's weighs more than this whole module.
pub fn parted<'a>(text: &'a str, words: &str) -> Option<(&'a str, &'a str)> {
    let at = text.as_bytes().windows(words.len()).position(|part| part == words.as_bytes())?;
    Some((text.get(..at)?, text.get(at + words.len()..)?))
}

/// Bytes as a person reads them: UTF-8 where they are, `·` for what cannot be shown.
pub fn printable(bytes: &[u8], most: usize) -> String {
    shorten(&String::from_utf8_lossy(&bytes[..bytes.len().min(4 * most + 4)]), most)
}

/// A whole number within bounds.
pub fn number(text: &str, what: &str, min: u64, max: u64) -> Result<u64, Invalid> {
    let wrong = || Invalid::new(text, &format!("{what} from {min} to {max}"));
    let digits_only = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let n: u64 = digits_only.then(|| text.parse().ok()).flatten().ok_or_else(wrong)?;
    (min..=max).contains(&n).then_some(n).ok_or_else(wrong)
}

/// A seed.
pub fn seed(text: &str) -> Result<u64, Invalid> {
    number(text, "a seed: a whole number", 0, u64::MAX)
}

/// A moment as people read it, in seconds with three digits: `2.416 s`.
pub fn seconds(time: Time) -> String {
    let millis = time.0 / 1_000;
    format!("{}.{:03} s", millis / 1_000, millis % 1_000)
}

/// A duration such as `1.250s`, `20ms` or `300us`.
pub fn duration(text: &str, longest: Micros) -> Result<Micros, Invalid> {
    let wrong = || Invalid::new(text, "a duration such as 1.25s, 20ms or 300us");
    let (digits, unit) = [("us", 1), ("ms", 1_000), ("s", 1_000_000)]
        .iter()
        .find_map(|(suffix, unit)| text.strip_suffix(suffix).map(|digits| (digits, *unit)))
        .ok_or_else(wrong)?;
    let micros = decimal(digits, unit).ok_or_else(wrong)?;
    if micros > longest {
        return Err(Invalid::new(text, &format!("a duration of at most {}", Duration(longest))));
    }
    Ok(micros)
}

/// A range such as `20ms..80ms`, or one duration for both ends.
pub fn duration_range(text: &str, longest: Micros) -> Result<(Micros, Micros), Invalid> {
    let (from, to) = parted(text, "..").unwrap_or((text, text));
    let (min, max) = (duration(from, longest)?, duration(to, longest)?);
    if min > max {
        return Err(Invalid::new(
            text,
            "a range from the shorter to the longer, such as 20ms..80ms",
        ));
    }
    Ok((min, max))
}

/// A share such as `30%` or `0.5%`, per thousand.
pub fn share(text: &str) -> Result<u16, Invalid> {
    let per_thousand = text.strip_suffix('%').and_then(|digits| decimal(digits, 10));
    match per_thousand {
        Some(n) if n <= 1000 => Ok(n as u16),
        _ => Err(Invalid::new(text, "a share from 0% to 100%, in steps of 0.1%")),
    }
}

/// A size such as `64KiB` or `512B`.
pub fn bytes(text: &str) -> Result<u64, Invalid> {
    let (digits, unit) = match text.strip_suffix("KiB") {
        Some(digits) => (digits, 1024),
        None => (text.strip_suffix('B').unwrap_or(text), 1),
    };
    let size = digits.parse::<u64>().ok().and_then(|n| n.checked_mul(unit));
    match size {
        Some(n) if (1..=1 << 30).contains(&n) => Ok(n),
        _ => Err(Invalid::new(text, "a size from 1B to 1048576KiB")),
    }
}

/// Digits with at most one point, times `unit`, without a remainder.
pub(crate) fn decimal(text: &str, unit: u64) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 6 {
        return None;
    }
    let scale = 10_u64.pow(part.len() as u32);
    let tail = if part.is_empty() { 0 } else { part.parse::<u64>().ok()? };
    let exact = whole
        .parse::<u64>()
        .ok()?
        .checked_mul(unit)?
        .checked_mul(scale)?
        .checked_add(tail * unit)?;
    exact.is_multiple_of(scale).then_some(exact / scale)
}

/// The last moment of a run, after thirty years: a run does not go on beyond it, since no text could say where.
pub const LATEST: Time = Time(1_000_000_000_000_000);

/// A moment such as `1.250000s`.
pub fn moment(text: &str) -> Result<Time, Invalid> {
    duration(text, LATEST.0).map(Time)
}

/// A stretch of time such as `0.4s..1.25s`.
pub fn stretch(text: &str) -> Result<(Time, Time), Invalid> {
    let wrong = || Invalid::new(text, "a stretch of time such as 0.4s..1.25s");
    let (from, to) = parted(text, "s..").ok_or_else(wrong)?;
    let (from, to) = (moment(&format!("{from}s"))?, moment(to)?);
    if from > to {
        return Err(Invalid::new(text, "a range from the earlier to the later moment"));
    }
    Ok((from, to))
}

/// Prints a duration in the largest unit that needs no point.
pub struct Duration(pub Micros);

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("0s"),
            d if d.is_multiple_of(1_000_000) => write!(f, "{}s", d / 1_000_000),
            d if d.is_multiple_of(1_000) => write!(f, "{}ms", d / 1_000),
            d => write!(f, "{d}us"),
        }
    }
}

/// Prints a range of durations; one duration when both ends are the same.
pub struct Range(pub(crate) Micros, pub(crate) Micros);

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == self.1 {
            Duration(self.0).fmt(f)
        } else {
            write!(f, "{}..{}", Duration(self.0), Duration(self.1))
        }
    }
}

/// Prints a share given per thousand.
pub struct Share(pub(crate) u16);

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(10) {
            write!(f, "{}%", self.0 / 10)
        } else {
            write!(f, "{}.{}%", self.0 / 10, self.0 % 10)
        }
    }
}

/// Prints a rate in percent, given in thousandths of a percent.
pub struct Rate(pub u32);

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 / 1_000)?;
        let part = self.0 % 1_000;
        if part > 0 {
            write!(f, ".{}", format!("{part:03}").trim_end_matches('0'))?;
        }
        f.write_str("%")
    }
}

/// Prints a size.
pub struct Bytes(pub(crate) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1024) {
            write!(f, "{}KiB", self.0 / 1024)
        } else {
            write!(f, "{}B", self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_seconds_with_three_digits() {
        assert_eq!(seconds(Time(2_416_999)), "2.416 s");
        assert_eq!(seconds(Time(0)), "0.000 s");
        assert_eq!(seconds(Time(61_000_500)), "61.000 s");
    }

    #[test]
    fn durations_are_exact_and_bounded() {
        assert_eq!(duration("1.25s", u64::MAX), Ok(1_250_000));
        assert_eq!(duration("0.000001s", u64::MAX), Ok(1));
        assert_eq!(duration("2.5ms", u64::MAX), Ok(2_500));
        for wrong in
            ["", "s", "1", "-1s", "1.2.3s", "0.5us", "1e3s", "99999999999999999999s", ".5s", "١s"]
        {
            assert!(duration(wrong, u64::MAX).is_err(), "{wrong}");
        }
        assert!(duration("2s", 1_000_000).is_err());
    }

    #[test]
    fn shares_are_tenths_of_a_percent() {
        assert_eq!(share("30%"), Ok(300));
        assert_eq!(share("0.5%"), Ok(5));
        for wrong in ["30", "101%", "0.55%", "%", "-1%"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_text_is_parted_where_the_words_stand_first() {
        assert_eq!(parted("ä -> b -> c", " -> "), Some(("ä", "b -> c")));
        assert_eq!(parted("a->b", " -> "), None);
        assert_eq!(parted("", "x"), None);
    }

    #[test]
    fn foreign_text_is_cut_and_made_harmless() {
        assert_eq!(shorten("a\nb\u{1b}[2J", 10), "a·b·[2J");
        assert_eq!(shorten("abcdef", 3), "abc…");
        assert_eq!(printable(&[0xff, b'x'], 5), "\u{fffd}x");
        let error = Invalid::new("cr\u{202e}ash", "a command").to_string();
        assert_eq!(error, "`cr⟨U+202E⟩ash` is not a command");
    }

    #[test]
    fn hidden_characters_are_shown_as_their_codes_and_read_back() {
        for (text, shown) in [
            ("a\u{202e}b", "a⟨U+202E⟩b"),
            ("\u{200b}\u{200d}\u{feff}", "⟨U+200B⟩⟨U+200D⟩⟨U+FEFF⟩"),
            ("\u{1b}[2J\u{7}\r\u{7f}\u{9b}", "⟨U+001B⟩[2J⟨U+0007⟩⟨U+000D⟩⟨U+007F⟩⟨U+009B⟩"),
            ("\u{2066}x\u{2069}\u{61c}\u{ad}", "⟨U+2066⟩x⟨U+2069⟩⟨U+061C⟩⟨U+00AD⟩"),
            ("\u{e0041}", "⟨U+E0041⟩"),
            ("two\nlines\tä → שלום 日本 ·", "two\nlines\tä → שלום 日本 ·"),
        ] {
            assert_eq!(visible(text), shown);
            assert_eq!(meant(shown), text);
            assert_eq!(visible(&visible(text)), shown, "what is shown hides nothing");
        }
        for text in ["⟨U+", "⟨U+⟩", "⟨U+0041⟩", "⟨U+110000⟩", "⟨U+202E", "⟨U+000A⟩", "a ⟩ ⟨ b"]
        {
            assert_eq!(meant(text), text, "that is no hidden character");
        }
        assert_eq!(meant("⟨U+⟨U+202E⟩"), "⟨U+\u{202e}");
    }
}
