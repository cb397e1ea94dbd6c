//! `raft-playground lab`: the course's table, or every failure with the command that repeats it.

use clap::Args;
use indicatif::{ParallelProgressIterator, ProgressBar, ProgressStyle};
use raft_lab::{Outcome, TESTS, Test, run};
use rayon::prelude::*;
use serde::Serialize;
use std::process::ExitCode;

/// What to run.
#[derive(Args)]
pub(crate) struct Lab {
    /// Tests or parts: a part of a name, such as `3B` or `Figure8`. None: all 28.
    names: Vec<String>,
    /// Seeds, such as `7` or `1..1000`; both ends are included.
    #[arg(long, default_value = "1", value_parser = seeds)]
    seeds: (u64, u64),
    /// How many tests run at once. None: as many as there are cores.
    #[arg(long)]
    jobs: Option<usize>,
    /// Prints one JSON object a run instead of the table.
    #[arg(long)]
    json: bool,
}

fn seeds(text: &str) -> Result<(u64, u64), String> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("`{text}` is not a seed"));
    let (first, last) = (number(first)?, number(last)?);
    if first > last {
        return Err("the first seed is after the last, which would be no run at all".into());
    }
    Ok((first, last))
}

/// One run, in the course's figures.
#[derive(Serialize)]
struct Row {
    test: &'static str,
    seed: u64,
    passed: bool,
    failure: Option<String>,
    seconds: f64,
    peers: u16,
    rpcs: u64,
    bytes: u64,
    commands: u64,
    #[serde(skip)]
    events: u64,
}

fn row(test: &'static Test, seed: u64) -> Row {
    let Outcome { failure, time, calls, bytes, commands, events } = run(test, seed);
    #[allow(clippy::cast_precision_loss, reason = "a test takes minutes at most")]
    let seconds = time.0 as f64 / 1e6;
    Row {
        test: test.name,
        seed,
        passed: failure.is_none(),
        failure: failure.map(|failure| failure.to_string()),
        seconds,
        peers: test.servers,
        rpcs: calls,
        bytes,
        commands,
        events,
    }
}

impl Lab {
    /// Runs what was asked for; success only when everything has passed.
    pub(crate) fn run(&self) -> ExitCode {
        let tests: Vec<&'static Test> = TESTS.iter().filter(|test| self.wants(test)).collect();
        if tests.is_empty() {
            eprintln!("No test's name contains {}. The names:", self.names.join(" or "));
            for test in TESTS {
                eprintln!("  {}", test.name);
            }
            return ExitCode::from(2);
        }
        if let Some(jobs) = self.jobs
            && let Err(error) = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global()
        {
            eprintln!("{jobs} jobs cannot be started: {error}");
            return ExitCode::from(2);
        }
        let rows = self.rows(&tests);
        if self.json {
            print_json(&rows);
        } else if self.seeds.0 == self.seeds.1 {
            print_table(&tests, &rows);
        } else {
            print_failures(&tests, &rows);
        }
        if rows.iter().all(|row| row.passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn wants(&self, test: &Test) -> bool {
        let fits = |name: &String| test.name.to_lowercase().contains(&name.to_lowercase());
        self.names.is_empty() || self.names.iter().any(fits)
    }

    fn rows(&self, tests: &[&'static Test]) -> Vec<Row> {
        let (first, last) = self.seeds;
        let runs: Vec<(&'static Test, u64)> =
            tests.iter().flat_map(|&test| (first..=last).map(move |seed| (test, seed))).collect();
        // A single table appears at once; a bar would only flicker.
        let bar =
            if first == last { ProgressBar::hidden() } else { ProgressBar::new(runs.len() as u64) };
        let style = "{bar:40} {pos}/{len} runs, {elapsed} elapsed, {eta} left";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is well-formed"));
        runs.into_par_iter().progress_with(bar).map(|(test, seed)| row(test, seed)).collect()
    }
}

fn print_json(rows: &[Row]) {
    for row in rows {
        println!("{}", serde_json::to_string(row).expect("numbers and texts are JSON"));
    }
}

/// The course's table.
fn print_table(tests: &[&Test], rows: &[Row]) {
    println!(
        "{:54} {:12} {:>8} {:>6} {:>7} {:>9} {:>9}",
        "test", "network", "time", "peers", "RPCs", "bytes", "commands"
    );
    for (test, row) in tests.iter().zip(rows) {
        let part = &test.name[test.name.len() - 2..];
        let title = format!("Test ({part}): {}", test.title);
        let network = if test.reliable { "reliable" } else { "unreliable" };
        let time = format!("{:.1} s", row.seconds);
        println!(
            "{title:54} {network:12} {time:>8} {:>6} {:>7} {:>9} {:>9}",
            row.peers, row.rpcs, row.bytes, row.commands
        );
        match &row.failure {
            None => println!("  ... Passed"),
            Some(failure) => print_failure(row, failure),
        }
    }
    print_sum(rows);
}

/// The failures, shortest first.
fn print_failures(tests: &[&Test], rows: &[Row]) {
    let mut failed: Vec<(&Row, &String)> =
        rows.iter().filter_map(|row| Some((row, row.failure.as_ref()?))).collect();
    failed.sort_by_key(|(row, _)| row.events);
    for (row, failure) in &failed {
        println!("{} under seed {}", row.test, row.seed);
        print_failure(row, failure);
    }
    println!("{} tests, {} runs", tests.len(), rows.len());
    print_sum(rows);
}

fn print_failure(row: &Row, failure: &str) {
    println!("  --- FAIL {failure}");
    println!("      again: raft-playground lab {} --seeds {}", row.test, row.seed);
}

fn print_sum(rows: &[Row]) {
    let failed = rows.iter().filter(|row| !row.passed).count();
    println!("{} passed, {failed} failed", rows.len() - failed);
}
