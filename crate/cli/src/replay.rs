//! `raft-playground replay`: a run executed again, and compared with what its text says of it.

use crate::shared::{complain, say};
use crate::source;
use clap::Args;
use raft_check::At;
use raft_sim::journal::Filter;
use raft_sim::load::{Loaded, Verdict, load};
use raft_sim::remark::Remark;
use raft_sim::text::visible;
use raft_sim::{Kind, Run};
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// What to execute again.
#[derive(Args)]
#[command(after_help = STATUS)]
pub(crate) struct Replay {
    /// A link to a run, a file with its text, or `-` for standard input.
    run: String,
    /// Prints what happened, one line each.
    #[arg(long)]
    journal: bool,
    /// Prints the run's text, with the digests found here.
    #[arg(long, conflicts_with = "journal")]
    text: bool,
}

const STATUS: &str = "Exit status: 0 when the run is as it was recorded (or nothing was recorded) and no promise is broken in it; \
1 when it differs, or a promise is broken; 2 when it cannot be read.";

impl Replay {
    /// Success when the run is the same, or its text holds nothing to compare with, and no promise is broken in it.
    pub(crate) fn run(&self) -> ExitCode {
        let loaded =
            source::read(&self.run).and_then(|text| load(&text).map_err(|error| error.to_string()));
        let mut loaded = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                complain!("{error}");
                return ExitCode::from(2);
            }
        };
        if self.text {
            print_text(&loaded.run);
            complain!("{}", loaded.verdict);
        } else {
            if self.journal && print_journal(&mut loaded.run).is_err() {
                return status(&loaded.run);
            }
            print_summary(&loaded);
        }
        match loaded.verdict {
            Verdict::Diverged(_) => ExitCode::FAILURE,
            Verdict::Identical { .. } | Verdict::Unchecked => status(&loaded.run),
        }
    }
}

/// Prints a run's text, exactly where it is kept or read on, and with nothing hidden where a person looks at it.
fn print_text(run: &Run) {
    let text = run.to_string();
    if io::stdout().is_terminal() {
        print!("{}", visible(&text));
    } else {
        print!("{text}");
    }
}

/// Failure when a promise is broken in the run.
fn status(run: &Run) -> ExitCode {
    if run.world().violations().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints as far as somebody reads: whoever pipes it into `head` has read enough.
fn print_journal(run: &mut Run) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut notes: Vec<Remark> =
        run.remarks().iter().filter(|remark| remark.is_note()).cloned().collect();
    notes.sort_by_key(|note| note.from);
    let mut notes = notes.into_iter().peekable();
    let page = run.journal(Filter { server: None, kinds: Kind::ALL.into() });
    if page.dropped() > 0 {
        writeln!(out, "... {} older lines are no longer kept", page.dropped())?;
    }
    for line in page.lines(0) {
        while let Some(note) = notes.next_if(|note| note.from < line.stamp.at) {
            print_note(&mut out, &note)?;
        }
        let server = line.record.server().map_or_else(String::new, |server| server.to_string());
        let says = line.record.to_string();
        let (at, event) = (line.stamp.at, line.stamp.event);
        writeln!(out, "{at} {event:>7} {server:4} {}", visible(&says))?;
    }
    notes.try_for_each(|note| print_note(&mut out, &note))?;
    out.flush()
}

fn print_note(out: &mut impl Write, note: &Remark) -> io::Result<()> {
    writeln!(out, "{} {:>7} {:4} note: {}", note.from, "", "", visible(&note.asked))
}

fn print_summary(Loaded { run, verdict, engine, .. }: &Loaded) {
    let (world, config) = (run.world(), run.world().config());
    if let Some(name) = run.name() {
        say!("{name}");
    }
    say!("seed {}, servers {}, network {}", config.seed, config.raft.servers, config.network);
    say!("commands {}, events {}, end {}", run.lines().len(), world.events(), world.now());
    let here = raft_sim::engine::fingerprint();
    if let Some(engine) = engine.as_ref().filter(|engine| *engine != here) {
        say!("made by engine {engine}; this one is {here}");
    }
    say!("digest {:016x}", world.digest());
    for (since, unmet) in run.unmet() {
        say!("assumption not met since {since}: {unmet}");
    }
    print_promises(run);
    say!("{verdict}");
}

/// What is broken: the promise, when and in which event, between whom, and what shows it.
fn print_promises(run: &Run) {
    let violations = run.world().violations();
    if violations.is_empty() {
        say!("no promise is broken");
    }
    for violation in violations {
        let At { time, event } = violation.at;
        say!("broken: {} at {time}, event {event}: {violation}", violation.property);
        for reason in run.evidence(violation) {
            let at = reason.event.map_or_else(String::new, |(at, _)| at.to_string());
            say!("  {at:>11}  {}", reason.says);
        }
    }
    if let Some(unmet) = run.world().excused() {
        say!("expected progress did not come, and Raft does not promise it here: {unmet}");
    }
}
