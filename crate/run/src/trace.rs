//! A run as text says it: settings, what was done and when, fingerprints to compare with, and remarks.
//!
//! ```text
//! raft-playground 1
//! engine 0.1.0 5d0c2b1f
//! name the leader crashes twice
//! seed 7
//! servers 3
//! note 0.400000s..0.902000s checker passed one leader -> S2
//! at 1.100000s note S3 has led for a second
//! at 1.250000s crash 3
//! at 2.000000s after 121 start leader x=1
//! at 2.400000s after 180 digest 00f3a5907bc1d2e4
//! at 3s end
//! show 1.250000s after 77 S3
//! ```
//!
//! `after 121` says that something came in the midst of several events of that moment, after the 121st
//! of the run; without it, after all of them. A `digest` is what the fingerprint of the run is there, `end` how
//! far it had come, a `note` what somebody remarked on a moment or a stretch of it, `show` where to look.
//!
//! A `#` at the beginning of a line or after white space begins a comment; a command's value has `\\#` for it. The
//! words of `name`, `note` and `branch` are taken as they are, to the end of the line. Tabs and carriage returns are
//! white space, a byte order mark at the beginning is passed over, and a line `----` ends the text: nothing
//! below it is read.

use crate::command::{Command, Names, VERBS};
use crate::config::{self, Config};
use crate::line;
use crate::place::Place;
use crate::remark::{self, Remark, one_line};
use crate::text::{self, Invalid};
use crate::world::World;
use raft_core::{MAX_SERVERS, ServerId, Time};
use std::fmt;
use std::str::FromStr;

/// The version of the text's format.
pub const FORMAT: u64 = 1;

/// The most text that a run may be made from, in bytes.
pub const LONGEST_TEXT: usize = 4 * 1024 * 1024;

/// The longest name of a run, in characters.
pub const LONGEST_NAME: usize = 80;

/// The most notes of a text.
pub const MOST_REMARKS: usize = 20_000;

/// A run as a text says it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trace {
    /// Version and fingerprint of the engine that made it.
    pub engine: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The settings.
    pub config: Config,
    /// Commands in order, with digests in between.
    pub lines: Vec<Line>,
    /// Its remarks.
    pub remarks: Vec<Remark>,
    /// The moment to show when it is opened.
    pub show: Option<Show>,
}

/// Something at its place in a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The moment.
    pub at: Time,
    /// After so many events; none: after all events of the moment.
    pub after: Option<u64>,
    /// The item that stands there.
    pub item: Item,
}

/// An item of a run's text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item {
    /// Something done to the world.
    Command(Command),
    /// The fingerprint of the run so far.
    Digest(u64),
    /// The end of what had happened.
    End,
}

/// A moment to look at, and a server to look at there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Show {
    /// The moment.
    pub at: Time,
    /// After so many events; none: after all events of the moment.
    pub after: Option<u64>,
    /// The selected server.
    pub server: Option<ServerId>,
}

impl Line {
    /// Something at the place where a world is.
    pub fn here(world: &World, item: Item) -> Self {
        let after = world.is_in_the_midst().then(|| world.events());
        Self { at: world.now(), after, item }
    }

    /// The fingerprint of a world, at its place.
    pub fn digest(world: &World) -> Self {
        Self { at: world.now(), after: Some(world.events()), item: Item::Digest(world.digest()) }
    }

    /// The command that stands there.
    pub fn command(&self) -> Option<&Command> {
        match &self.item {
            Item::Command(command) => Some(command),
            Item::Digest(_) | Item::End => None,
        }
    }
}

impl Show {
    /// The place to look at.
    pub fn place(&self) -> Place {
        self.after.map_or(Place::Time(self.at), Place::Event)
    }
}

fn write_place(f: &mut fmt::Formatter<'_>, at: Time, after: Option<u64>) -> fmt::Result {
    write!(f, "{at}")?;
    match after {
        Some(after) => write!(f, " after {after}"),
        None => Ok(()),
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("at ")?;
        write_place(f, self.at, self.after)?;
        match &self.item {
            Item::Command(command) => write!(f, " {command}"),
            Item::Digest(digest) => write!(f, " digest {digest:016x}"),
            Item::End => f.write_str(" end"),
        }
    }
}

impl fmt::Display for Show {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("show ")?;
        write_place(f, self.at, self.after)?;
        self.server.map_or(Ok(()), |server| write!(f, " {server}"))
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "raft-playground {FORMAT}")?;
        if let Some(engine) = &self.engine {
            writeln!(f, "engine {engine}")?;
        }
        if let Some(name) = &self.name {
            writeln!(f, "name {}", one_line(name, LONGEST_NAME))?;
        }
        self.config.fmt(f)?;
        for remark in &self.remarks {
            writeln!(f, "{remark}")?;
        }
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        self.show.map_or(Ok(()), |show| writeln!(f, "{show}"))
    }
}

impl FromStr for Trace {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        parse(text).map(|(trace, _)| trace)
    }
}

/// Reads a trace, and the number of the text's line on which each of its lines stands.
pub(crate) fn parse(text: &str) -> Result<(Trace, Vec<usize>), Invalid> {
    if text.len() > LONGEST_TEXT {
        let expected =
            format!("a run: it has {} bytes, and the most is {LONGEST_TEXT}", text.len());
        return Err(Invalid::new(text, &expected));
    }
    let mut trace = Trace::default();
    let mut numbers = Vec::new();
    for (number, line) in line::above_bar(line::without_mark(text)).split('\n').enumerate() {
        let line = line::trimmed(line);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        parse_line(&line, &mut trace).map_err(|error| error.on_line(number + 1))?;
        if trace.lines.len() > numbers.len() {
            numbers.push(number + 1);
        }
    }
    trace.config.check().map_err(|error| match line_of_broken(text) {
        Some(number) => error.on_line(number),
        None => error,
    })?;
    Ok((trace, numbers))
}

/// The last line that says what only some servers do wrongly.
fn line_of_broken(text: &str) -> Option<usize> {
    let says = |line: &str| {
        line.trim_start().starts_with("broken ") && text::parted(line, " on ").is_some()
    };
    text.lines().enumerate().filter(|(_, line)| says(line)).last().map(|(number, _)| number + 1)
}

fn parse_line(line: &str, trace: &mut Trace) -> Result<(), Invalid> {
    let (key, rest) = text::first_word(line);
    // Words of people are taken as they are.
    match key {
        "engine" => {
            trace.engine = Some(one_line(rest, LONGEST_NAME));
            return Ok(());
        }
        "name" => {
            trace.name = (!rest.is_empty()).then(|| one_line(rest, LONGEST_NAME));
            return Ok(());
        }
        "note" => return remark(line, rest.parse()?, trace),
        _ => {}
    }
    let rest = if key == "at" { rest } else { line::without_comment(rest) };
    let line = if key == "at" { line } else { line::without_comment(line) };
    match key {
        "at" => timed(line, rest, trace)?,
        "raft-playground" => version(rest)?,
        "show" => trace.show = Some(show(rest)?),
        _ => match trace.config.set(line)? {
            true if trace.lines.is_empty() => {}
            true => {
                return Err(Invalid::new(
                    line,
                    "allowed here: settings stand before the first `at` line",
                ));
            }
            false => {
                return Err(unknown(line, key));
            }
        },
    }
    Ok(())
}

/// Why a line is nothing that a run's text has.
#[cold]
fn unknown(line: &str, key: &str) -> Invalid {
    if VERBS.contains(&key) {
        let expected = format!("a setting: a command needs its moment, as in `at 1.25s {line}`");
        return Invalid::new(line, &expected);
    }
    let known = ["at", "name", "note", "show", "network", "disk", "clients", "timers"];
    let meant = line::did_you_mean(key, config::KEYS.into_iter().chain(known));
    let expected = "a setting such as `seed 7`, or a line such as `at 1.25s crash 3`";
    Invalid::new(line, &format!("{expected}{meant}"))
}

fn version(version: &str) -> Result<(), Invalid> {
    if text::number(version, "a format version", 0, u64::MAX)? == FORMAT {
        return Ok(());
    }
    let expected = format!("a format that this version reads: it reads {FORMAT}");
    Err(Invalid::new(version, &expected))
}

/// Reads `1.25s after 121`, and gives what follows.
fn place(rest: &str) -> Result<(Time, Option<u64>, &str), Invalid> {
    let (at, rest) = text::first_word(rest);
    let at = text::moment(at)?;
    let ("after", tail) = text::first_word(rest) else { return Ok((at, None, rest)) };
    let (count, rest) = text::first_word(tail);
    let after = text::number(count, "a number of events", 0, u64::MAX)?;
    Ok((at, Some(after), rest))
}

fn timed(line: &str, rest: &str, trace: &mut Trace) -> Result<(), Invalid> {
    let (at, after, rest) = place(rest)?;
    if let Some(words) = remark::words_of(rest) {
        return remark(line, Remark::note(at, remark::fitting(words)?), trace);
    }
    let rest = line::without_comment(rest);
    let item = match text::first_word(rest) {
        ("digest", digest) => Item::Digest(hex(digest)?),
        ("end", "") => Item::End,
        _ => {
            let servers = trace.config.raft.servers;
            Item::Command(Command::read(rest, Names { servers, ..Names::default() })?)
        }
    };
    trace.lines.push(Line { at, after, item });
    Ok(())
}

fn remark(line: &str, remark: Remark, trace: &mut Trace) -> Result<(), Invalid> {
    if trace.remarks.len() == MOST_REMARKS {
        return Err(Invalid::new(line, &format!("allowed: {MOST_REMARKS} notes are the most")));
    }
    trace.remarks.push(remark);
    Ok(())
}

fn hex(digest: &str) -> Result<u64, Invalid> {
    let wrong = || Invalid::new(digest, "a digest: 16 digits of 0 to 9 and a to f");
    let digits = digest.len() == 16 && digest.bytes().all(|b| b.is_ascii_hexdigit());
    digits.then(|| u64::from_str_radix(digest, 16).ok()).flatten().ok_or_else(wrong)
}

fn show(rest: &str) -> Result<Show, Invalid> {
    let (at, after, server) = place(rest)?;
    let server = match server {
        "" => None,
        name => Some(some_server(name)?),
    };
    Ok(Show { at, after, server })
}

fn some_server(name: &str) -> Result<ServerId, Invalid> {
    let server =
        name.parse().ok().filter(|server: &ServerId| (1..=MAX_SERVERS).contains(&server.0));
    server.ok_or_else(|| Invalid::new(name, "a server such as S3"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "raft-playground 1\nengine 0.1.0 5d0c2b1f\nname a leader crashes\nseed 7\nservers 3\n\
        note 0.4s..0.9s checker passed one leader -> S2\nat 1.1s note S3: a -> b\nat 1.25s crash 3\nat 2s after 121 start leader x=1\n\
        at 2.4s after 180 digest 00f3a5907bc1d2e4\nat 3s end\nshow 1.25s after 77 S3\n";

    #[test]
    fn what_is_printed_is_read_back() {
        let trace: Trace = TEXT.parse().expect("a trace");
        assert_eq!(trace.lines.len(), 4);
        assert_eq!(trace.remarks[1], Remark::note(Time(1_100_000), "S3: a → b"));
        assert_eq!(trace.name.as_deref(), Some("a leader crashes"));
        assert_eq!(trace.lines[2].item, Item::Digest(0x00f3_a590_7bc1_d2e4));
        let shown = trace.show.expect("a place to look at");
        assert_eq!((shown.after, shown.server), (Some(77), Some(ServerId(3))));
        assert_eq!(trace.to_string().parse(), Ok(trace));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, says) in [
            ("seed 1\nat 2s digest 12", "line 2: `12` is not a digest: 16 digits"),
            (
                "sede 1",
                "line 1: `sede 1` is not a setting such as `seed 7`, or a line such as `at 1.25s crash 3`: did you mean `seed`?",
            ),
            (
                "crash 3 # now",
                "line 1: `crash 3` is not a setting: a command needs its moment, as in `at 1.25s crash 3`",
            ),
            (
                "servers 3\nat 1s crash three",
                "line 2: `three` is not a server's number from 1 to 3",
            ),
            ("show 2s leader", "line 1: `leader` is not a server such as S3"),
            ("show 2s S0", "line 1: `S0` is not a server such as S3"),
            ("raft-playground 9", "line 1: `9` is not a format that this version reads"),
            (
                "raft-playground 0",
                "line 1: `0` is not a format that this version reads: it reads 1",
            ),
            ("note 2s..1s checker passed x", "line 1: `2s..1s` is not a range"),
            ("at 1s note", "line 1: something is missing: the words of the note"),
            ("at 1s end\nseed 3", "line 2: `seed 3` is not allowed here"),
            (
                "broken GrantVote on 4\nservers 3\nat 1s end",
                "line 1: `broken GrantVote on 4` is not possible: this cluster has the servers 1 to 3",
            ),
        ] {
            let error = text.parse::<Trace>().expect_err(text).to_string();
            assert!(error.starts_with(says), "{error}");
        }
    }

    #[test]
    fn white_space_comments_and_a_mark_mean_the_same_in_every_line() {
        let plain: Trace =
            "seed 7\nservers 3\nname a # b\nat 1s note c # d\nat 1.5s start 1 x=a b\n\
            at 2s after 121 crash 1\nat 2.4s after 180 digest 00f3a5907bc1d2e4\nat 3s end\n\
            show 1s after 7 S3\n"
                .parse()
                .expect("a trace");
        assert_eq!(plain.name.as_deref(), Some("a # b"));
        let odd = "\u{feff}# a comment\r\nseed\t7 # one\r\nservers 3\t#two\r\nname a # b\r\n\
            at 1s\tnote c # d\r\nat\t1.5s start 1 x=a\rb # three\r\n  at 2s\tafter\t121\tcrash 1 # four\t\r\n\
            at 2.4s after 180\tdigest\t00f3a5907bc1d2e4 #\r\nat 3s end # five\r\n\
            show 1s after\t7 S3 # six\r\n----\r\nwhat it printed\r\n";
        assert_eq!(odd.parse(), Ok(plain));
    }

    #[test]
    fn a_name_stays_on_its_line() {
        let name = Some("  a\nseed 9  ".to_owned());
        let read: Trace = Trace { name, ..Trace::default() }.to_string().parse().expect("a trace");
        assert_eq!((read.name.as_deref(), read.config.seed), (Some("a·seed 9"), 1));
    }
}
