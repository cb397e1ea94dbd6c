//! `raft-playground replay`: executes a run again, and compares it with its recorded digests.

use crate::out::{complain, exact, say};
use crate::shared::refuse;
use crate::source::{self, FORMAT};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use raft_check::At;
use raft_run::branches::Branch;
use raft_run::journal::Filter;
use raft_run::load::Verdict;
use raft_run::remark::Remark;
use raft_run::saved::{Restored, Restoring};
use raft_run::{Kind, Place, Run};
use std::process::ExitCode;

/// Run to execute again.
#[derive(Args)]
#[command(after_help = format!("{FORMAT}\n\n{STATUS}"))]
pub(crate) struct Replay {
    /// Link to a run, file with its text, or `-` for standard input
    run: String,
    /// Prints the journal, a line for each record
    #[arg(long)]
    journal: bool,
    /// Prints the run's text with the digests of this execution
    #[arg(long, conflicts_with = "journal")]
    text: bool,
    /// Number of the branch to report on [default: the last branch of the text, which is the current one, and all
    /// others in brief]
    #[arg(long, value_name = "NUMBER")]
    branch: Option<u64>,
}

const STATUS: &str = "Exit status: 0 when the run is as it was recorded (or nothing was recorded) and no property is violated in it; \
1 when it differs, or a property is violated; 2 when it cannot be read. Without --branch, the status counts all branches of the text.";

/// Number of events between two updates of the progress bar.
const PIECE: u64 = 1_000_000;

impl Replay {
    /// Succeeds if the run is the same, or its text has no digest to compare with, and no property is violated in it.
    pub(crate) fn run(&self) -> ExitCode {
        let restored = source::read(&self.run).and_then(|text| self.executed(&text));
        let Restored { mut branches, outcome, verdicts } = match restored {
            Ok(restored) => restored,
            Err(error) => return refuse(&error),
        };
        let of = |id: u64| {
            let verdict = verdicts.iter().find(|(known, _)| *known == id);
            verdict.map_or(&Verdict::Unchecked, |(_, verdict)| verdict)
        };
        let current = branches.current().id;
        if self.text {
            let whole = branches.all().len() > 1 && self.branch.is_none();
            exact(&if whole { branches.to_string() } else { branches.run().to_string() });
            complain!("{}", of(current));
        } else {
            if self.journal {
                print_journal(branches.run_mut());
            }
            print_summary(branches.run(), of(current), outcome.engine.as_deref());
            if branches.all().len() > 1 && self.branch.is_none() {
                print_branches(branches.all(), current, of);
            }
        }
        let counts = |branch: &&Branch| self.branch.is_none() || branch.id == current;
        let is_well = |branch: &Branch| {
            !matches!(of(branch.id), Verdict::Diverged(_))
                && branch.run().end().violations().is_empty()
        };
        if branches.all().iter().filter(counts).all(is_well) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    /// Executes all branches, and goes to the end of the one to report on.
    fn executed(&self, text: &str) -> Result<Restored, String> {
        let says = |error: raft_run::text::Invalid| error.to_string();
        let mut restoring = Restoring::new(text).map_err(says)?;
        let bar = ProgressBar::new(1_000);
        let style = "{bar:40} {percent} %, {elapsed} elapsed, {eta} left";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is well-formed"));
        while !restoring.go_on(PIECE).map_err(says)? {
            bar.set_position(restoring.share());
        }
        bar.finish_and_clear();
        let mut restored = restoring.finish().map_err(says)?;
        let branches = &mut restored.branches;
        if let Some(id) = self.branch {
            let known = branches.all().iter().map(|branch| branch.id).collect::<Vec<_>>();
            let no_branch = |_| source::no_branch(id, known.into_iter());
            branches.switch(id).map_err(no_branch)?;
        }
        if !self.text {
            // The text may say where to look; a summary is of the whole run.
            let run = branches.run_mut();
            run.seek(Place::Time(run.end().now()));
        }
        Ok(restored)
    }
}

/// Prints one line for each branch.
fn print_branches<'a>(branches: &[Branch], current: u64, of: impl Fn(u64) -> &'a Verdict) {
    say!(
        "{} branches; this is branch {current}, and --branch NUMBER tells of another:",
        branches.len()
    );
    let mut sorted: Vec<&Branch> = branches.iter().collect();
    sorted.sort_by_key(|branch| branch.id);
    for branch in sorted {
        let Branch { id, name, .. } = branch;
        let broken = branch.run().end().violations();
        let names: Vec<String> = broken.iter().map(|each| each.property.to_string()).collect();
        let violated = match names.join(", ") {
            none if none.is_empty() => "no property is violated".into(),
            names => format!("broken: {names}"),
        };
        say!("  branch {id}, {name}: {}; {violated}", of(*id));
    }
}

/// Prints the journal line by line, so that `head` gets its lines at once.
fn print_journal(run: &mut Run) {
    let mut notes: Vec<Remark> =
        run.remarks().iter().filter(|remark| remark.is_note()).cloned().collect();
    notes.sort_by_key(|note| note.from);
    let mut notes = notes.into_iter().peekable();
    let page = run.journal(Filter { server: None, kinds: Kind::ALL.into() });
    if page.dropped() > 0 {
        say!("... {} older lines are no longer kept", page.dropped());
    }
    for line in page.lines(0) {
        while let Some(note) = notes.next_if(|note| note.from < line.stamp.at) {
            print_note(&note);
        }
        let server = line.record.server().map_or_else(String::new, |server| server.to_string());
        let (at, event) = (line.stamp.at, line.stamp.event);
        say!("{at} {event:>7} {server:4} {}", line.record);
    }
    notes.for_each(|note| print_note(&note));
}

fn print_note(note: &Remark) {
    say!("{} {:>7} {:4} note: {}", note.from, "", "", note.asked);
}

fn print_summary(run: &Run, verdict: &Verdict, engine: Option<&str>) {
    let (world, config) = (run.world(), run.world().config());
    if let Some(name) = run.name() {
        say!("{name}");
    }
    say!("seed {}, servers {}, network {}", config.seed, config.raft.servers, config.network);
    say!("commands {}, events {}, end {}", run.lines().len(), world.events(), world.now());
    let here = raft_run::engine::fingerprint();
    if let Some(engine) = engine.filter(|engine| *engine != here) {
        say!("made by engine {engine}; this one is {here}");
    }
    say!("digest {:016x}", world.digest());
    for (since, unmet) in run.unmet_assumptions() {
        say!("assumption not met since {since}: {unmet}");
    }
    print_properties(run);
    say!("{verdict}");
}

/// Prints each violation: the property, the moment and event, and the evidence.
fn print_properties(run: &Run) {
    let violations = run.world().violations();
    if violations.is_empty() {
        say!("no property is violated");
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
