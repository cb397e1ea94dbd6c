//! `raft-playground swarm`: runs many clusters under faults, and counts what happened in them.

use crate::out::say;
use crate::shared::{BugOptions, Stopwatch, bar, refuse, seeds, start_jobs};
use clap::Args;
use indicatif::ParallelProgressIterator;
use raft_core::Rule;
use raft_run::Config;
use raft_swarm::shrink::{Budget, Shrinker};
use raft_swarm::swarm::{self, Length};
use raft_swarm::{Counts, Hint, Played, Sometimes, Wanted};
use rayon::prelude::*;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs to make.
#[derive(Args)]
#[command(after_help = "\
Exit status: 0 when no property was violated, 1 when one was, or when something never happened in a thousand seeds or more, \
2 when the arguments make no sense.")]
pub(crate) struct Swarm {
    /// Seeds, such as `7` or `1..1000` (both ends included). `fresh` draws a random one, `fresh:1000` a thousand
    #[arg(long, default_value = "1..1000", value_parser = seeds)]
    seeds: (u64, u64),
    /// Number of runs at once [default: number of cores]
    #[arg(long)]
    jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    bugs: BugOptions,
    /// Makes runs of at least 50,000 events instead of 5,000
    #[arg(long)]
    long: bool,
    #[command(flatten)]
    disks: DiskFaults,
    /// Shrinks every failure, and prints the small run
    #[arg(long)]
    shrink: bool,
    /// Writes the first run that fails, or the only run, to this file
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

/// Faults of disks beside those of every swarm.
#[derive(Args)]
struct DiskFaults {
    /// Lets disks lie now and then about what is durable. Raft guarantees nothing then: only violations while all
    /// disks were honest count as failures
    #[arg(long)]
    lies: bool,
    /// Lets servers often crash between two of their writes, such as the snapshot and the log, and take more snapshots
    #[arg(long, conflicts_with = "lies")]
    writes: bool,
}

impl DiskFaults {
    fn hint(&self) -> Hint {
        match (self.lies, self.writes) {
            (true, _) => Hint::Lies,
            (_, true) => Hint::Writes,
            _ => Hint::Swarm,
        }
    }

    /// The options as they are typed.
    fn as_typed(&self) -> &'static str {
        match self.hint() {
            Hint::Lies => " --lies",
            Hint::Writes => " --writes",
            _ => "",
        }
    }
}

/// Number of seeds from which a kind of event that never happened is a failure: the swarm tests too little then.
const ENOUGH_SEEDS: u64 = 1_000;

/// Number of failures that are printed whole.
const PRINTED: usize = 5;

/// Results of the runs.
#[derive(Default)]
struct Sum {
    runs: u64,
    events: u64,
    /// Number of commands and faults.
    commands: u64,
    counts: Counts,
    failed: Vec<(u64, Played)>,
    /// Number of runs that violated a property after a disk had lied.
    lied: u64,
    /// The run, if there was only one.
    only: Option<Played>,
}

impl Sum {
    fn with(mut self, other: Self) -> Self {
        self.runs += other.runs;
        self.events += other.events;
        self.commands += other.commands;
        self.counts += &other.counts;
        self.lied += other.lied;
        self.failed.extend(other.failed);
        self.only = self.only.or(other.only);
        self
    }
}

impl Swarm {
    /// Succeeds if no property was violated, and enough happened.
    pub(crate) fn run(&self) -> ExitCode {
        let base = match self.bugs.config().and_then(|base| start_jobs(self.jobs).map(|()| base)) {
            Ok(base) => base,
            Err(error) => return refuse(&error),
        };
        let started = Stopwatch::start();
        let mut sum = self.play(&base);
        sum.failed.sort_by_key(|(seed, _)| *seed);
        let failed = sum.failed.len() as u64;
        print_counts(&sum.counts);
        for (seed, played) in sum.failed.iter().take(PRINTED) {
            self.print_failure(*seed, played);
        }
        if sum.failed.len() > PRINTED {
            let seeds = sum.failed[PRINTED..].iter().map(|(seed, _)| seed.to_string());
            say!("and seeds {}", seeds.collect::<Vec<_>>().join(" "));
        }
        say!(
            "{} runs, {} events, {} commands and faults, {:.1} s: {} passed, {failed} failed",
            sum.runs,
            sum.events,
            sum.commands,
            started.seconds(),
            sum.runs - failed - sum.lied
        );
        if self.disks.lies {
            say!("in {} runs a property was violated after a disk had lied", sum.lied);
        }
        let missing = sum.counts.missing(self.disks.hint());
        let too_little = sum.runs >= ENOUGH_SEEDS && !missing.is_empty();
        if too_little {
            say!("but this never happened: {}", missing.join(", "));
        }
        let wanted = sum.failed.first().map(|(_, played)| played).or(sum.only.as_ref());
        if let Some((file, played)) = self.trace.as_ref().zip(wanted)
            && let Err(error) = std::fs::write(file, played.trace(None).to_string())
        {
            return refuse(&format!("cannot write {}: {error}", file.display()));
        }
        if failed > 0 || too_little { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }

    fn play(&self, base: &Config) -> Sum {
        let (first, last) = self.seeds;
        let length = if self.long { Length::LONG } else { Length::SWARM };
        let run = |seed| {
            let played = swarm::run(seed, base, self.disks.hint(), length, Wanted::Any);
            let (events, commands) = (played.events, played.case.commands.len() as u64);
            let mut sum = Sum { runs: 1, events, commands, ..Sum::default() };
            sum.counts += &played.counts;
            let lied =
                played.found.as_ref().is_some_and(|violation| violation.assumption.is_some());
            if lied {
                sum.lied += 1;
            } else if played.found.is_some() {
                sum.failed.push((seed, played));
            } else if first == last {
                sum.only = Some(played);
            }
            sum
        };
        let bar = bar((last - first).saturating_add(1), first == last);
        (first..=last).into_par_iter().progress_with(bar).map(run).reduce(Sum::default, Sum::with)
    }

    fn print_failure(&self, seed: u64, whole: &Played) {
        let Some(violation) = &whole.found else { return };
        say!("seed {seed}: {} is violated: {violation}", violation.property);
        say!("  at {}, event {}", violation.at.time, violation.at.event);
        let broken = self.bugs.again();
        let long = if self.long { " --long" } else { "" };
        let disks = self.disks.as_typed();
        say!("  again: raft-playground swarm --seeds {seed}{broken}{long}{disks}");
        let name = Some(format!("seed {seed}: {} is broken", violation.property));
        let shrunk = self.shrink.then(|| Shrinker::new(whole.clone(), Budget::USUAL)).flatten();
        let played = shrunk.map(Shrinker::finish).map(|shrinker| shrinker.best().clone());
        if let Some(small) = &played {
            say!("{}", small.trace(name.clone()));
        }
        let played = played.as_ref().unwrap_or(whole);
        say!("  link: #{}", raft_link::encode(&played.trace(name).to_string()));
    }
}

/// Prints the rules and all other kinds of events, with the number of times that each happened.
fn print_counts(counts: &Counts) {
    let others = Sometimes::ALL.iter().map(|&what| (what.says(), counts.of(what)));
    for (says, n) in others {
        say!("{n:>12}  {says}");
    }
    let fired = Rule::ALL.iter().filter(|&&rule| counts.rule(rule) > 0).count();
    say!("{fired:>12}  of {} rules applied", Rule::ALL.len());
}
