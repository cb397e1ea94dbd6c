//! From a text to the run that it says: everything is executed again, and compared with what the text says.

use crate::command::Command;
use crate::run::{MOST_EVENTS, Run};
use crate::text::Invalid;
use crate::trace::{self, Line, Show, Trace, What};
use raft_core::Time;
use std::fmt;

/// The most bytes that the commands of a text may take on all servers together.
const MOST_STORED: u64 = 64 << 20;

/// A run made from a text, and whether it is the run that the text was made of.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The run, at its end.
    pub run: Run,
    /// Whether it is the same.
    pub verdict: Verdict,
    /// Where to look.
    pub show: Option<Show>,
    /// Which engine made the text, if it says so.
    pub engine: Option<String>,
}

/// Whether a run is the one that a text was made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The text holds no fingerprint.
    Unchecked,
    /// All fingerprints are the same.
    Identical {
        /// How many were compared.
        digests: u64,
        /// After so many events the last of them was taken.
        events: u64,
    },
    /// It is another run.
    Diverged(Divergence),
}

/// Where a run was first seen to be another one than the text was made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Divergence {
    /// Up to this event it was the same.
    pub same: u64,
    /// After this event it was not.
    pub event: u64,
    /// When that was.
    pub at: Time,
    /// The fingerprint in the text.
    pub expected: u64,
    /// The fingerprint here; none: there are not as many events.
    pub found: Option<u64>,
    /// A command that came later and could not be carried out: the rest of the text was left out.
    pub stuck: Option<Invalid>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unchecked => f.write_str("not compared: the text holds no digest"),
            Self::Identical { digests, events } => {
                let s = if *digests == 1 { "" } else { "s" };
                write!(f, "identical: {events} events, {digests} digest{s} compared")
            }
            Self::Diverged(divergence) => divergence.fmt(f),
        }
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { same, event, at, expected, found, stuck } = self;
        write!(f, "diverged at event {event} ({at}): expected digest {expected:016x}, ")?;
        match found {
            Some(found) => write!(f, "found {found:016x}")?,
            None => f.write_str("found fewer events")?,
        }
        write!(f, "; the same up to event {same}")?;
        match stuck {
            Some(error) => write!(f, "; the text's rest was left out: {error}"),
            None => Ok(()),
        }
    }
}

/// Makes a run from its text.
///
/// # Errors
/// When a line is not understood or cannot be carried out; the error names the line.
pub fn load(text: &str) -> Result<Loaded, Invalid> {
    load_within(text, MOST_EVENTS)
}

/// The same, within so many events.
pub(crate) fn load_within(text: &str, events: u64) -> Result<Loaded, Invalid> {
    let (trace, numbers) = trace::parse(text)?;
    execute(trace, events, |line| numbers[line])
}

impl Trace {
    /// Executes what the trace says. Errors count its lines from 1.
    ///
    /// # Errors
    /// When a line cannot be carried out.
    pub fn execute(self) -> Result<Loaded, Invalid> {
        execute(self, MOST_EVENTS, |line| line + 1)
    }
}

fn execute(trace: Trace, events: u64, number: impl Fn(usize) -> usize) -> Result<Loaded, Invalid> {
    let Trace { engine, name, config, lines, remarks, show } = trace;
    let mut run = Run::new(config);
    run.name = name;
    run.remarks = remarks;
    let mut compared = Compared { limit: events, ..Compared::default() };
    for (at, line) in lines.into_iter().enumerate() {
        if let Err(error) = carry_out(&mut run, line, &mut compared) {
            let error = error.on_line(number(at));
            match &mut compared.divergence {
                // Another run need not have what the text speaks of.
                Some(divergence) => {
                    divergence.stuck = Some(error);
                    break;
                }
                None => return Err(error),
            }
        }
    }
    Ok(Loaded { run, verdict: compared.verdict(), show, engine })
}

#[derive(Default)]
struct Compared {
    /// The most events that the text may take.
    limit: u64,
    /// Bytes of commands so far, on all servers.
    stored: u64,
    digests: u64,
    same: u64,
    divergence: Option<Divergence>,
}

impl Compared {
    fn verdict(self) -> Verdict {
        match self.divergence {
            Some(divergence) => Verdict::Diverged(divergence),
            None if self.digests == 0 => Verdict::Unchecked,
            None => Verdict::Identical { digests: self.digests, events: self.same },
        }
    }

    fn compare(&mut self, event: u64, at: Time, expected: u64, found: Option<u64>) {
        if self.divergence.is_some() {
            return;
        }
        if found == Some(expected) {
            self.digests += 1;
            self.same = event;
        } else {
            let same = self.same;
            self.divergence = Some(Divergence { same, event, at, expected, found, stuck: None });
        }
    }
}

fn carry_out(run: &mut Run, line: Line, compared: &mut Compared) -> Result<(), Invalid> {
    let text = line.to_string();
    let there = go(run, &line, &text, compared.limit);
    if let What::Digest(expected) = line.what {
        let event = line.after.unwrap_or_else(|| run.world().events());
        match there {
            Ok(()) => compared.compare(event, line.at, expected, Some(run.world().digest())),
            Err(Stuck::TooFew(_)) => compared.compare(event, line.at, expected, None),
            Err(Stuck::Wrong(error)) => return Err(error),
        }
        return Ok(());
    }
    there.map_err(|stuck| match stuck {
        Stuck::TooFew(error) | Stuck::Wrong(error) => error,
    })?;
    if let Some(Command::Start { command, .. } | Command::Ask(_, command)) = line.command() {
        compared.stored += command.len() as u64 * u64::from(run.world().config().raft.servers);
        if compared.stored > MOST_STORED {
            let expected =
                format!("possible: all commands on all disks are more than {MOST_STORED} bytes");
            return Err(Invalid::new(&text, &expected));
        }
    }
    run.carry_out(line).map_err(|why| Invalid::new(&text, &format!("possible: {why}")))
}

enum Stuck {
    /// There are not as many events.
    TooFew(Invalid),
    Wrong(Invalid),
}

/// Goes to where a line stands.
fn go(run: &mut Run, line: &Line, text: &str, limit: u64) -> Result<(), Stuck> {
    let wrong = |what: &str| Stuck::Wrong(Invalid::new(text, what));
    if line.at < run.world().now() {
        return Err(wrong("in the order of time: the line before it is later"));
    }
    let budget = limit.saturating_sub(run.world().events());
    let too_long =
        || wrong(&format!("reached within {MOST_EVENTS} events, the most that a text may take"));
    let Some(after) = line.after else {
        return if run.live(line.at, budget) { Ok(()) } else { Err(too_long()) };
    };
    let Some(missing) = after.checked_sub(run.world().events()) else {
        return Err(wrong("possible: more events have happened by then"));
    };
    if missing > budget {
        return Err(too_long());
    }
    run.live(line.at, missing);
    let events = run.world().events();
    if events < after {
        let expected = format!("possible: only {events} events happen by then");
        return Err(Stuck::TooFew(Invalid::new(text, &expected)));
    }
    run.world.wait(line.at);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> String {
        let run = Run::from_text(
            "seed 4\nservers 3\nat 2s crash leader\nat 3s restart 1 2 3\nat 9s end\n",
        )
        .or_else(|_| Run::from_text("seed 4\nservers 3\nat 2s crash leader\nat 9s end\n"));
        run.expect("a run").to_string()
    }

    #[test]
    fn the_same_run_is_identical_and_another_one_diverges() {
        let text = text();
        let loaded = load(&text).expect("a run");
        assert!(matches!(loaded.verdict, Verdict::Identical { digests: 1.., .. }));
        assert_eq!(loaded.engine.as_deref(), Some(crate::engine::fingerprint()));
        let other = text.replace("seed 4", "seed 5");
        let Verdict::Diverged(divergence) = load(&other).expect("a run").verdict else {
            panic!("another seed is another run")
        };
        assert_eq!(divergence.same, 0);
        let words = divergence.to_string();
        assert!(
            words.starts_with("diverged at event ") && words.contains("expected digest"),
            "{words}"
        );
    }

    #[test]
    fn after_a_divergence_what_cannot_be_done_is_left_out_and_said() {
        let text = "seed 1\nat 1s after 10 digest 0000000000000000\nat 2s drop 999999\nat 3s end\n";
        let loaded = load(text).expect("a run");
        let Verdict::Diverged(Divergence { stuck: Some(error), .. }) = &loaded.verdict else {
            panic!("no message has this number")
        };
        assert_eq!(error.line, 3);
        assert!(load("seed 1\nat 2s drop 999999\n").is_err(), "without a digest it is an error");
    }

    #[test]
    fn fewer_events_than_the_digest_speaks_of_are_a_divergence() {
        let loaded = load("seed 1\nat 0.001s after 5000 digest 0000000000000000\n").expect("a run");
        let Verdict::Diverged(divergence) = loaded.verdict else {
            panic!("there are none by then")
        };
        assert_eq!((divergence.event, divergence.found), (5000, None));
    }
}
