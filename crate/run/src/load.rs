//! From a text to the run that it says: everything is executed again, and compared with what the text says.

use crate::command::Command;
use crate::run::{MOST_AT_ONCE, MOST_EVENTS, Run};
use crate::text::Invalid;
use crate::trace::{self, Item, Line, Show, Trace};
use raft_core::Time;
use std::fmt;
use std::iter::Peekable;
use std::vec::IntoIter;

/// The most bytes that the commands of a text may take on all servers together.
const MOST_STORED: u64 = 64 << 20;

/// A run made from a text, and whether it is the run that the text was made of.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The run, at its end.
    pub run: Run,
    /// The result of comparing it with the text.
    pub verdict: Verdict,
    /// The moment to show when it is opened.
    pub show: Option<Show>,
    /// The engine that made the text, if the text says so.
    pub engine: Option<String>,
}

/// The result of comparing a run with the digests of its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The text holds no fingerprint.
    Unchecked,
    /// All fingerprints are the same.
    Identical {
        /// Number of digests that were compared.
        digests: u64,
        /// After so many events the last of them was taken.
        events: u64,
    },
    /// It is another run.
    Diverged(Divergence),
}

/// The first place at which a run is known to differ from its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Divergence {
    /// The last event at which they were the same.
    pub same: u64,
    /// After this event it was not.
    pub event: u64,
    /// Its moment.
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

/// A text on its way to a run. It is executed piece by piece, so that whoever waits for it can be told how far it
/// has come, and can do without it.
#[derive(Debug)]
pub struct Loading {
    run: Run,
    /// The lines still to be carried out, each with its number in the text.
    lines: Peekable<IntoIter<(usize, Line)>>,
    /// The moment of the last line.
    end: Time,
    compared: Compared,
    show: Option<Show>,
    engine: Option<String>,
}

/// Makes a run from its text.
///
/// # Errors
/// If a line is not understood or cannot be carried out; the error names the line.
pub fn load(text: &str) -> Result<Loaded, Invalid> {
    let mut loading = Loading::new(text)?;
    loading.limit(MOST_AT_ONCE, MOST_AT_ONCE);
    loading.finish()
}

impl Run {
    /// Makes a run from its text: everything in it is executed. The empty text is the default run.
    ///
    /// # Errors
    /// If a line is not understood or cannot be carried out; the error names the line.
    pub fn from_text(text: &str) -> Result<Self, Invalid> {
        load(text).map(|loaded| loaded.run)
    }
}

impl Trace {
    /// Executes what the trace says. Errors count its lines from 1.
    ///
    /// # Errors
    /// When a line cannot be carried out.
    pub fn execute(self) -> Result<Loaded, Invalid> {
        let numbers = (1..=self.lines.len()).collect();
        Loading::of(self, numbers).finish()
    }
}

impl Loading {
    /// Reads a text; nothing of it is executed yet.
    ///
    /// # Errors
    /// If a line is not understood; the error names the line.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let (trace, numbers) = trace::parse(text)?;
        Ok(Self::of(trace, numbers))
    }

    fn of(trace: Trace, numbers: Vec<usize>) -> Self {
        let Trace { engine, name, config, lines, remarks, show } = trace;
        let mut run = Run::new(config);
        run.name = name;
        run.remarks = remarks;
        let end = lines.last().map_or(Time(0), |line| line.at);
        let lines = numbers.into_iter().zip(lines).collect::<Vec<_>>().into_iter().peekable();
        Self { run, lines, end, compared: Compared::within(MOST_EVENTS), show, engine }
    }

    /// The text may take so many events, of so many that all of it may.
    pub(crate) fn limit(&mut self, events: u64, of: u64) {
        (self.compared.limit, self.compared.most) = (events, of);
    }

    /// Executes some more of it: at most so many events and lines, but one at least. True when all is done.
    ///
    /// # Errors
    /// When a line cannot be carried out; the error names the line.
    pub fn go_on(&mut self, budget: u64) -> Result<bool, Invalid> {
        let mut budget = budget.max(1);
        while let Some((number, line)) = self.lines.peek() {
            if budget == 0 {
                return Ok(false);
            }
            let before = self.run.world().events();
            let there = go(&mut self.run, line, (self.compared.limit, self.compared.most), budget);
            budget = budget.saturating_sub(self.run.world().events() - before + 1);
            let done = match there {
                Ok(false) => return Ok(false),
                Ok(true) => carry_out(&mut self.run, line, Ok(()), &mut self.compared),
                Err(stuck) => carry_out(&mut self.run, line, Err(stuck), &mut self.compared),
            };
            let error = done.err().map(|error| error.on_line(*number));
            self.lines.next();
            match (error, &mut self.compared.divergence) {
                (None, _) => {}
                // Another run need not have what the text speaks of.
                (Some(error), Some(divergence)) => {
                    divergence.stuck = Some(error);
                    self.lines = Vec::new().into_iter().peekable();
                }
                (Some(error), None) => return Err(error),
            }
        }
        Ok(true)
    }

    /// The events so far.
    pub fn events(&self) -> u64 {
        self.run.world().events()
    }

    /// Share of the text's time that has passed, per thousand.
    pub fn share(&self) -> u64 {
        (self.run.world().now().0.min(self.end.0) * 1000).checked_div(self.end.0).unwrap_or(1000)
    }

    /// Executes what is left.
    ///
    /// # Errors
    /// When a line cannot be carried out; the error names the line.
    pub fn finish(mut self) -> Result<Loaded, Invalid> {
        while !self.go_on(u64::MAX)? {}
        let Self { run, compared, show, engine, .. } = self;
        Ok(Loaded { run, verdict: compared.verdict(), show, engine })
    }
}

#[derive(Default, Debug)]
struct Compared {
    /// The most events that the text may take.
    limit: u64,
    /// The most that all texts with it may take: errors name it.
    most: u64,
    /// Bytes of commands so far, on all servers.
    stored: u64,
    digests: u64,
    same: u64,
    divergence: Option<Divergence>,
}

impl Compared {
    fn within(limit: u64) -> Self {
        Self { limit, most: limit, ..Self::default() }
    }

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

/// Does what a line says, where it could be gone to.
fn carry_out(
    run: &mut Run,
    line: &Line,
    there: Result<(), Stuck>,
    compared: &mut Compared,
) -> Result<(), Invalid> {
    if let Item::Digest(expected) = line.item {
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
    let wrong = |expected: &str| Invalid::new(&line.to_string(), expected);
    if let Some(Command::Start { command, .. } | Command::Ask(_, command)) = line.command() {
        compared.stored += command.len() as u64 * u64::from(run.world().config().raft.servers);
        if compared.stored > MOST_STORED {
            return Err(wrong(&format!(
                "possible: all commands on all disks are more than {MOST_STORED} bytes"
            )));
        }
    }
    run.carry_out(line.clone()).map_err(|why| wrong(&format!("possible: {why}")))
}

enum Stuck {
    /// There are not as many events.
    TooFew(Invalid),
    Wrong(Invalid),
}

/// Goes towards where a line stands, at most so many events. True when it is there.
fn go(run: &mut Run, line: &Line, (limit, most): (u64, u64), budget: u64) -> Result<bool, Stuck> {
    let invalid = |what: &str| Invalid::new(&line.to_string(), what);
    let wrong = |what: &str| Err(Stuck::Wrong(invalid(what)));
    let too_long =
        || wrong(&format!("reached within {most} events, the most that a text may take"));
    if line.at < run.world().now() {
        return wrong("in the order of time: the line before it is later");
    }
    let before = run.world().events();
    let left = limit.saturating_sub(before);
    // False without having used up the events: they were much work, and are gone on with next time.
    let is_cut_short = |run: &Run, there: bool, most: u64| {
        !there && run.world().events() < before.saturating_add(most)
    };
    let Some(after) = line.after else {
        let most = left.min(budget);
        let there = run.live(line.at, most);
        let goes_on = there || budget < left || is_cut_short(run, there, most);
        return if goes_on { Ok(there) } else { too_long() };
    };
    let Some(missing) = after.checked_sub(before) else {
        return wrong("possible: more events have happened by then");
    };
    if missing > left {
        return too_long();
    }
    let most = missing.min(budget);
    let there = run.live(line.at, most);
    let events = run.world().events();
    if budget < missing && events == before + budget || is_cut_short(run, there, most) {
        return Ok(false);
    }
    if events == after && run.world.happens_before(line.at) {
        // Of another run, or of none: this event is long past by then.
        if let Item::Digest(_) = line.item {
            return Ok(true);
        }
        let expected = "possible: more than so many events happen before that moment";
        return Err(Stuck::Wrong(invalid(expected)));
    }
    if events < after {
        let expected = format!("possible: only {events} events happen by then");
        return Err(Stuck::TooFew(invalid(&expected)));
    }
    run.world.wait(line.at);
    Ok(true)
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
    fn in_pieces_it_is_the_same_run_and_the_same_errors() {
        let text = text();
        let whole = load(&text).expect("a run");
        for budget in [1, 7, 60] {
            let mut loading = Loading::new(&text).expect("a run");
            let (mut pieces, mut share) = (0, 0);
            while !loading.go_on(budget).expect("a run") {
                assert!(loading.share() >= share && loading.events() <= (pieces + 1) * budget);
                (pieces, share) = (pieces + 1, loading.share());
            }
            assert!((pieces + 1) * budget >= whole.run.world().events(), "{pieces} pieces");
            let loaded = loading.finish().expect("a run");
            assert_eq!(loaded.verdict, whole.verdict);
            assert_eq!(loaded.run.to_string(), whole.run.to_string());
        }
        let within = |text: &str, budget: u64| {
            let mut loading = Loading::new(text).expect("lines");
            loading.limit(20_000, 20_000);
            loop {
                match loading.go_on(budget) {
                    Ok(done) => assert!(!done, "{text}"),
                    Err(error) => return error,
                }
            }
        };
        for text in [
            "seed 1\nat 2s drop 999999\n",
            "seed 1\nat 2s network lan\nat 1s end\n",
            "seed 1\nat 1s after 3 network lan\nat 1s after 2 network lan\n",
            "seed 1\nat 1s after 5000 network lan\n",
            "seed 1\nat 1s after 50000 network lan\n",
            "seed 1\nat 1000000s end\n",
            "seed 1\nat 5s after 3 network lan\n",
        ] {
            assert_eq!(within(text, 30), within(text, u64::MAX));
        }
    }

    #[test]
    fn a_command_cannot_stand_long_after_the_event_that_it_follows() {
        let error =
            load("seed 1\nat 5s after 3 crash 1\nat 6s end\n").expect_err("no run").to_string();
        assert_eq!(
            error,
            "line 2: `at 5.000000s after 3 crash 1` is not possible: more than so many events happen before that moment"
        );
        // A digest that stands so is of another run.
        let loaded = load("seed 1\nat 5s after 3 digest 0000000000000000\nat 6s end\n");
        let loaded = loaded.expect("a run");
        assert!(matches!(loaded.verdict, Verdict::Diverged(_)));
        assert!(
            load(&loaded.run.to_string()).is_ok_and(|again| again.verdict != Verdict::Unchecked)
        );
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
