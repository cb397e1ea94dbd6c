//! `raft-playground explore`: every state of a small world, or a shortest path to a violation.

use crate::out::say;
use crate::shared::{bug, refuse};
use clap::Args;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use raft_core::Bug;
use raft_explore::{Bounds, End, Explored, Violation, explore, refusal};
use raft_swarm::path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Bounds of the exploration.
#[derive(Args)]
#[command(after_help = "\
Exit status: 0 when no property is violated as far as the bounds allow, 1 when one is violated, \
2 when the arguments make no sense, or what is broken makes no difference to an exploration.")]
pub(crate) struct Explore {
    /// Number of servers, 2 to 5
    #[arg(long, default_value_t = 3)]
    servers: u16,
    /// Highest term in which a server becomes a candidate
    #[arg(long, default_value_t = 2)]
    terms: u8,
    /// Number of times that timers run out, heartbeat timers included [default: as often as the terms allow]
    #[arg(long)]
    timeouts: Option<u8>,
    /// Number of commands that clients send
    #[arg(long, default_value_t = 1)]
    commands: u8,
    /// Number of crashes, each with a restart; a crash may come before a write is durable
    #[arg(long, default_value_t = 0)]
    crashes: u8,
    /// Number of messages that are dropped. A message that stays in flight for ever does the same harm
    #[arg(long, default_value_t = 0)]
    drops: u8,
    /// Number of times that a message is delivered twice
    #[arg(long, default_value_t = 0)]
    duplicates: u8,
    /// Number of snapshots that services take
    #[arg(long, default_value_t = 0)]
    snapshots: u8,
    /// Number of messages in flight from one server to another; messages beyond it are lost
    #[arg(long, default_value_t = 1)]
    in_flight: u8,
    /// Maximum length of a path [default: as long as the other bounds allow]
    #[arg(long)]
    depth: Option<u64>,
    /// Maximum number of states; a million takes about 50 MB
    #[arg(long, default_value_t = 20_000_000)]
    states: u64,
    /// Name of a rule to switch off or of a mistake to make. May be given several times: all apply at once
    #[arg(long, value_name = "NAME", value_parser = bug)]
    broken: Vec<Bug>,
    /// Treats states that differ only in the names of servers as different
    #[arg(long)]
    no_symmetry: bool,
    /// Writes the path to a violation to this file, as a run that the playground opens
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

impl Explore {
    /// Explores. Succeeds only if every state within the bounds was explored and no property was violated.
    pub(crate) fn run(&self) -> ExitCode {
        let bounds = self.bounds();
        if let Err(wrong) = bounds.check() {
            return refuse(&wrong);
        }
        if let Some(why) = refusal(&self.broken) {
            return refuse(&why);
        }
        let bar = ProgressBar::new_spinner();
        let style = "{spinner} {msg}, {elapsed} elapsed";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is well-formed"));
        bar.enable_steady_tick(Duration::from_millis(200));
        let explored = explore(&bounds, &self.broken, &mut |progress| {
            bar.set_message(format!(
                "depth {}, {} states, {} waiting",
                progress.depth,
                HumanCount(progress.states),
                HumanCount(progress.waiting)
            ));
            true
        });
        let elapsed = bar.elapsed();
        bar.finish_and_clear();
        print(&explored, elapsed);
        match explored.end {
            End::Violated(violation) => match self.print_run(&bounds, &violation) {
                Ok(()) => ExitCode::FAILURE,
                Err(error) => refuse(&error),
            },
            _ => ExitCode::SUCCESS,
        }
    }

    /// Prints the path as a run, and writes it to the file.
    fn print_run(&self, bounds: &Bounds, violation: &Violation) -> Result<(), String> {
        let Some(played) = path::run(bounds, &self.broken, violation) else {
            say!(
                "\nThis way cannot be told as a run: its steps depend on what a run does not let anybody choose."
            );
            return match &self.trace {
                None => Ok(()),
                Some(file) => Err(format!("{} is not written", file.display())),
            };
        };
        let text = played.trace(Some(path::name(&self.broken, violation))).to_string();
        say!("\nThe same way as a run:\n\n{text}");
        say!("link: #{}", raft_link::encode(&text));
        let Some(file) = &self.trace else { return Ok(()) };
        std::fs::write(file, text)
            .map_err(|error| format!("cannot write {}: {error}", file.display()))
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            servers: self.servers,
            terms: self.terms,
            timeouts: self.timeouts,
            commands: self.commands,
            crashes: self.crashes,
            drops: self.drops,
            duplicates: self.duplicates,
            snapshots: self.snapshots,
            in_flight: self.in_flight,
            depth: self.depth.unwrap_or(u64::MAX),
            states: self.states,
            symmetry: !self.no_symmetry,
        }
    }
}

fn print(explored: &Explored, elapsed: Duration) {
    let progress = explored.progress;
    let words = match &explored.end {
        End::Violated(violation) => format!("{violation}\n"),
        End::Complete => "Every state within the bounds was looked at: all properties hold.".into(),
        End::Deep => "All properties hold as deep as the bound on depth allows.".into(),
        End::Full => "All properties hold as far as the bound on states allows.".into(),
        End::Stopped => "Stopped.".into(),
    };
    say!("{words}");
    let millis = (elapsed.as_millis() as u64).max(1);
    say!(
        "{} states, {} steps, depth {}, {:.1} s, {} states/s",
        HumanCount(progress.states),
        HumanCount(progress.steps),
        progress.depth,
        elapsed.as_secs_f64(),
        HumanCount(progress.states * 1000 / millis)
    );
}
