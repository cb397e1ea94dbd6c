//! `raft-playground search`: finds a small run in which a bug violates a property.

use crate::out::say;
use crate::shared::{BugOptions, Stopwatch, bar, refuse, seeds, start_jobs};
use clap::Args;
use indicatif::ParallelProgressIterator;
use raft_check::Property;
use raft_core::Bug;
use raft_mutants::HARMLESS;
use raft_run::Config;
use raft_swarm::Hint;
use raft_swarm::search::{Found, Search as Searcher, SearchSettings};
use rayon::prelude::*;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

/// Bug to search with.
#[derive(Args)]
#[command(after_help = "\
Exit status: 0 when a run was found (with --all: when everything is as the catalogue says), 1 when none was, \
2 when the arguments make no sense.")]
pub(crate) struct Search {
    #[command(flatten)]
    bugs: BugOptions,
    /// Property to violate, such as "Leader Completeness" or `leader-completeness`; violations of others do not count
    /// [default: the one that the catalogue names, or any]
    #[arg(long, value_name = "PROMISE", value_parser = Property::meant, requires = "broken")]
    property: Option<Property>,
    /// Searches with every rule and every mistake, one after another, and prints a table. Bugs that violate no
    /// property by their nature are tried under all seeds
    #[arg(long, conflicts_with = "broken")]
    all: bool,
    /// Seeds to try, such as `1..1000` (both ends included). `fresh:1000` draws a thousand random ones
    #[arg(long, default_value = "1..1000", value_parser = seeds)]
    seeds: (u64, u64),
    /// Plays runs in which servers often crash between two of their writes, such as the snapshot and the log
    /// [default: what brings the mistake to light]
    #[arg(long, conflicts_with = "all")]
    writes: bool,
    /// Number of searches that run at once [default: number of cores]
    #[arg(long)]
    jobs: Option<NonZeroUsize>,
    /// Writes the small run to this file
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    trace: Option<PathBuf>,
}

/// A search that has ended.
struct Ended {
    searcher: Searcher,
    seconds: f64,
}

impl Search {
    /// Succeeds if everything that was searched for was found.
    pub(crate) fn run(&self) -> ExitCode {
        if let Err(error) = start_jobs(self.jobs) {
            return refuse(&error);
        }
        if self.all {
            return self.table();
        }
        if self.bugs.broken.is_empty() {
            return refuse(
                "search needs to know what is broken: --broken NAME, or --all for one after another",
            );
        }
        match self.bugs.config() {
            Ok(config) => self.one(config),
            Err(error) => refuse(&error),
        }
    }

    fn look(&self, settings: impl FnOnce(u64) -> SearchSettings) -> Ended {
        let started = Stopwatch::start();
        let (first, last) = self.seeds;
        let mut searcher = Searcher::new(settings(first));
        if searcher.find((last - first).saturating_add(1)) {
            while !searcher.step(u64::MAX) {}
        }
        Ended { searcher, seconds: started.seconds() }
    }

    fn one(&self, config: Config) -> ExitCode {
        let Ended { searcher, seconds } = self.look(|first| {
            let settings = SearchSettings::for_bugs(config, self.property, first, 1);
            let hint = if self.writes { Hint::Writes } else { settings.hint };
            SearchSettings { hint, ..settings }
        });
        let Some(found) = searcher.found() else {
            let what = self
                .property
                .map_or("no property was".into(), |property| format!("{property} was never"));
            say!("{} seeds, {} events: {what} violated", searcher.tried(), searcher.events());
            return ExitCode::FAILURE;
        };
        let best = found.shrinker.best();
        let violation = best.found.as_ref().expect("what was found violates a property");
        let text = best.trace(Some(found.name())).to_string();
        say!("{text}");
        say!("{} is violated: {violation}", violation.property);
        say!(
            "seed {} of {}, {} events; shrunk in {} runs from {} commands and faults to {}; {seconds:.1} s",
            found.seed,
            searcher.tried(),
            found.drawn.events,
            found.shrinker.spent().runs,
            found.drawn.case.commands.len(),
            best.case.commands.len()
        );
        say!("link: #{}", raft_link::encode(&text));
        if let Some(file) = &self.trace
            && let Err(error) = std::fs::write(file, text)
        {
            return refuse(&format!("cannot write {}: {error}", file.display()));
        }
        ExitCode::SUCCESS
    }

    /// Prints the bugs that violate a property, and those that violate none. Each must be as the catalogue says.
    fn table(&self) -> ExitCode {
        let bugs: Vec<Bug> = Bug::all().collect();
        let bar = bar(bugs.len() as u64, false);
        let look = |bug| (bug, self.look(|first| SearchSettings::of(bug, first, 1)));
        let ended: Vec<(Bug, Ended)> = bugs.into_par_iter().progress_with(bar).map(look).collect();
        let (right, wrong): (Vec<_>, Vec<_>) = ended
            .iter()
            .partition(|(bug, end)| end.searcher.found().is_some() != harmless(*bug).is_some());
        let (fatal, mild): (Vec<_>, Vec<_>) =
            right.into_iter().partition(|(bug, _)| harmless(*bug).is_none());
        say!(
            "{:24} {:26} {:>6} {:>9} {:>7} {:>8} {:>8} {:>8}",
            "broken",
            "property",
            "seeds",
            "events",
            "drawn",
            "shrunk",
            "servers",
            "seconds"
        );
        for (bug, end) in &fatal {
            say!("{}", row(*bug, end));
        }
        if !mild.is_empty() {
            say!("\nBreaks no property, and no property was violated:");
        }
        for (bug, Ended { searcher, .. }) in &mild {
            let (seeds, events) = (searcher.tried(), searcher.events());
            say!("{:24} {seeds} seeds, {events} events", bug.name());
            say!("    {}", harmless(*bug).unwrap_or_default());
        }
        if !wrong.is_empty() {
            say!("\nNot as the catalogue says:");
        }
        for (bug, end) in &wrong {
            say!("{}", row(*bug, end));
        }
        say!(
            "\n{} violate a property, {} break none, {} are not as the catalogue says",
            fatal.len(),
            mild.len(),
            wrong.len()
        );
        if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Returns the reason why the bug violates no property, if that is so by its nature.
fn harmless(bug: Bug) -> Option<&'static str> {
    HARMLESS.iter().find(|(harmless, _)| *harmless == bug).map(|(_, why)| *why)
}

fn row(bug: Bug, Ended { searcher, seconds }: &Ended) -> String {
    let name = bug.name();
    let Some(Found { drawn, shrinker, .. }) = searcher.found() else {
        return format!(
            "{name:24} {:26} {:>6} {:>9}",
            "nothing was violated",
            searcher.tried(),
            searcher.events()
        );
    };
    let best = shrinker.best();
    let minimum = if shrinker.is_minimum() { "" } else { " (not yet a minimum)" };
    format!(
        "{name:24} {:26} {:>6} {:>9} {:>7} {:>8} {:>8} {seconds:>8.2}{minimum}",
        shrinker.property().title(),
        searcher.tried(),
        searcher.events(),
        drawn.case.commands.len(),
        best.case.commands.len(),
        best.case.config.raft.servers,
    )
}
