//! `raft-playground search`: a small run that shows what a broken rule leads to.

use crate::shared::{Stopwatch, bar, broken, refuse, say, seeds, start_jobs};
use clap::Args;
use indicatif::ParallelProgressIterator;
use raft_core::Switch;
use raft_search::search::{Found, Quest, Search as Searcher};
use rayon::prelude::*;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to look for.
#[derive(Args)]
pub(crate) struct Search {
    /// The rule or the mistake that all servers have wrong.
    #[arg(long, value_name = "NAME", required_unless_present = "all")]
    broken: Option<String>,
    /// Every rule and every mistake, one after another, as a table.
    #[arg(long, conflicts_with = "broken")]
    all: bool,
    /// Seeds that are tried, such as `1..1000`; both ends are included.
    #[arg(long, default_value = "1..1000", value_parser = seeds)]
    seeds: (u64, u64),
    /// How many searches go on at once. None: as many as there are cores.
    #[arg(long)]
    jobs: Option<NonZeroUsize>,
    /// Writes the small run to this file.
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    trace: Option<PathBuf>,
}

/// How a search ended.
struct Ended {
    name: &'static str,
    searcher: Searcher,
    seconds: f64,
}

impl Search {
    /// Success when everything that was looked for was found.
    pub(crate) fn run(&self) -> ExitCode {
        if let Err(error) = start_jobs(self.jobs) {
            return refuse(&error);
        }
        match &self.broken {
            Some(name) => self.one(name),
            None => self.table(),
        }
    }

    fn look(&self, switch: Switch) -> Ended {
        let started = Stopwatch::start();
        let (first, last) = self.seeds;
        let mut searcher = Searcher::new(Quest::of(switch, first, 1));
        if searcher.find((last - first).saturating_add(1)) {
            while !searcher.step(u64::MAX) {}
        }
        Ended { name: switch.name(), searcher, seconds: started.seconds() }
    }

    fn one(&self, name: &str) -> ExitCode {
        let Some(switch) = Switch::named(name) else {
            return refuse(&broken(&[name.into()]).err().unwrap_or_default());
        };
        let Ended { searcher, seconds, .. } = self.look(switch);
        let Some(found) = searcher.found() else {
            say!("{} seeds, {} events: no promise fell", searcher.tried(), searcher.events());
            return ExitCode::FAILURE;
        };
        let best = found.shrinker.best();
        let violation = best.found.as_ref().expect("what was found breaks a promise");
        let text = best.trace(Some(found.name(switch.title()))).to_string();
        say!("{text}");
        say!("{} is broken: {violation}", violation.property);
        say!(
            "seed {} of {}, {} events; shrunk in {} runs from {} commands and faults to {}; {seconds:.1} s",
            found.seed,
            searcher.tried(),
            found.drawn.events,
            found.shrinker.spent().runs,
            found.drawn.case.acts.len(),
            best.case.acts.len()
        );
        say!("link: #{}", raft_link::encode(&text));
        if let Some(file) = &self.trace
            && let Err(error) = std::fs::write(file, text)
        {
            return refuse(&format!("cannot write {}: {error}", file.display()));
        }
        ExitCode::SUCCESS
    }

    fn table(&self) -> ExitCode {
        let switches: Vec<Switch> = Switch::all().collect();
        let bar = bar(switches.len() as u64, false);
        let ended: Vec<Ended> =
            switches.into_par_iter().progress_with(bar).map(|switch| self.look(switch)).collect();
        say!(
            "{:24} {:26} {:>6} {:>9} {:>7} {:>8} {:>8} {:>8}",
            "broken",
            "promise",
            "seeds",
            "events",
            "drawn",
            "shrunk",
            "servers",
            "seconds"
        );
        for end in &ended {
            say!("{}", row(end));
        }
        let missed = ended.iter().filter(|end| end.searcher.found().is_none()).count();
        say!("{} found, {missed} not found", ended.len() - missed);
        if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn row(Ended { name, searcher, seconds }: &Ended) -> String {
    let Some(Found { drawn, shrinker, .. }) = searcher.found() else {
        return format!(
            "{name:24} {:26} {:>6} {:>9}",
            "not found",
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
        drawn.case.acts.len(),
        best.case.acts.len(),
        best.case.config.raft.servers,
    )
}
