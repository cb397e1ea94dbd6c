//! A run as a value: its settings, what was done to it and when, and the world that comes of it.
//!
//! As text it is a header and one line for each command:
//!
//! ```text
//! raft-playground 1
//! seed 7
//! servers 3
//! at 1.250000s crash 3
//! at 2.000000s after 121 start leader x=1
//! at 3s end
//! ```
//!
//! `after 121` says that the command came in the midst of several events of that moment, after the
//! 121st of the run; without it, after all of them. `#` begins a comment.

use crate::change::Refused;
use crate::command::Command;
use crate::config::Config;
use crate::journal::Journal;
use crate::text::{self, Invalid};
use crate::world::World;
use raft_core::{Started, Time};
use std::fmt;

/// The version of the text's format.
pub const FORMAT: u64 = 1;

/// The most text that a run may be made from, in bytes.
pub const LONGEST_TEXT: usize = 4 * 1024 * 1024;

/// The most events that are run to re-execute a text.
pub const MOST_EVENTS: u64 = 20_000_000;

/// A run: settings, commands, the world, and what is remembered of the way.
#[derive(Clone, Debug)]
pub struct Run {
    world: World,
    journal: Journal,
    lines: Vec<Line>,
}

/// A command and its place in the run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The moment.
    pub at: Time,
    /// After so many events; none: after all events of the moment.
    pub after: Option<u64>,
    /// What was done; none: the text's end, which says how far the run had come.
    pub command: Option<Command>,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}", self.at)?;
        if let Some(after) = self.after {
            write!(f, " after {after}")?;
        }
        match &self.command {
            Some(command) => write!(f, " {command}"),
            None => f.write_str(" end"),
        }
    }
}

impl Run {
    /// A run at its beginning.
    pub fn new(config: Config) -> Self {
        Self { world: World::new(config), journal: Journal::default(), lines: Vec::new() }
    }

    /// Makes a run from its text: everything in it is executed. The empty text is the default run.
    ///
    /// # Errors
    /// When a line is not understood or cannot be carried out; the error names the line.
    pub fn from_text(text: &str) -> Result<Self, Invalid> {
        let (config, lines) = parse(text)?;
        let mut run = Self::new(config);
        for (number, line) in lines {
            run.replay(line).map_err(|error| error.on_line(number))?;
        }
        Ok(run)
    }

    /// Carries out a command now. Gives the line that stands for it, and what `start` answered.
    ///
    /// # Errors
    /// When it cannot be carried out; then nothing has changed.
    pub fn command(&mut self, command: Command) -> Result<(&Line, Option<Started>), Refused> {
        let here = self.here(Some(command));
        let started = match &here.command {
            Some(command) => self.world.apply(command, &mut self.journal)?,
            None => None,
        };
        self.lines.push(here);
        Ok((&self.lines[self.lines.len() - 1], started))
    }

    /// Runs events up to and including the moment `to`, at most `budget` of them. True when it got there.
    pub fn advance(&mut self, to: Time, budget: u64) -> bool {
        self.world.run_until(to, budget, &mut self.journal)
    }

    /// Runs exactly one event. False when nothing will ever happen by itself.
    pub fn step(&mut self) -> bool {
        self.world.step(Time::NEVER, &mut self.journal)
    }

    /// The world now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What is remembered of the way.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The same, to set its filter.
    pub fn journal_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// What was done, in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    fn here(&self, command: Option<Command>) -> Line {
        let after = self.world.is_in_the_midst().then(|| self.world.events());
        Line { at: self.world.now(), after, command }
    }

    /// Goes to where a line stands, and carries it out.
    fn replay(&mut self, line: Line) -> Result<(), Invalid> {
        let text = line.to_string();
        let wrong = |what: &str| Invalid::new(&text, what);
        if line.at < self.world.now() {
            return Err(wrong("in the order of time: the line before it is later"));
        }
        let budget = MOST_EVENTS.saturating_sub(self.world.events());
        match line.after {
            Some(after)
                if after >= self.world.events() && after - self.world.events() <= budget =>
            {
                while self.world.events() < after {
                    if !self.world.step(line.at, &mut self.journal) {
                        let expected =
                            format!("possible: only {} events happen by then", self.world.events());
                        return Err(wrong(&expected));
                    }
                }
                self.world.now = line.at;
            }
            Some(_) => return Err(wrong("possible: there are not as many events by then")),
            None if !self.world.run_until(line.at, budget, &mut self.journal) => {
                return Err(wrong(&format!(
                    "reached within {MOST_EVENTS} events, the most that a text may take"
                )));
            }
            None => {}
        }
        if let Some(command) = &line.command {
            self.world
                .apply(command, &mut self.journal)
                .map_err(|why| wrong(&format!("possible: {why}")))?;
            self.lines.push(line);
        }
        Ok(())
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "raft-playground {FORMAT}")?;
        self.world.config().fmt(f)?;
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        writeln!(f, "{}", self.here(None))
    }
}

/// Settings and numbered lines of a text.
fn parse(text: &str) -> Result<(Config, Vec<(usize, Line)>), Invalid> {
    if text.len() > LONGEST_TEXT {
        let expected =
            format!("a run: it has {} bytes, and the most is {LONGEST_TEXT}", text.len());
        return Err(Invalid::new(text, &expected));
    }
    let mut config = Config::default();
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parsed = parse_line(line, &mut config, lines.is_empty());
        if let Some(line) = parsed.map_err(|error| error.on_line(number + 1))? {
            lines.push((number + 1, line));
        }
    }
    Ok((config, lines))
}

fn parse_line(line: &str, config: &mut Config, in_header: bool) -> Result<Option<Line>, Invalid> {
    if let Some(rest) = line.strip_prefix("at ") {
        return timed(rest.trim_start()).map(Some);
    }
    if let Some(version) = line.strip_prefix("raft-playground ") {
        return match text::number(version.trim(), "a format version", 1, u64::MAX)? {
            FORMAT => Ok(None),
            _ => Err(Invalid::new(
                version,
                &format!("a format that this version reads: it reads {FORMAT}"),
            )),
        };
    }
    match config.set(line)? {
        true if in_header => Ok(None),
        true => Err(Invalid::new(line, "allowed here: settings stand before the first `at` line")),
        false => Err(Invalid::new(
            line,
            "a setting such as `seed 7`, or a line such as `at 1.25s crash 3`",
        )),
    }
}

fn timed(rest: &str) -> Result<Line, Invalid> {
    let (at, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let at = text::moment(at)?;
    let mut rest = rest.trim();
    let mut after = None;
    if let Some(tail) = rest.strip_prefix("after ") {
        let (count, tail) = tail.trim_start().split_once(char::is_whitespace).unwrap_or((tail, ""));
        after = Some(text::number(count, "a number of events", 0, u64::MAX)?);
        rest = tail.trim();
    }
    let command = if rest == "end" { None } else { Some(rest.parse()?) };
    Ok(Line { at, after, command })
}
