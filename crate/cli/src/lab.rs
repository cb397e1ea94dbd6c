//! `raft-playground lab`: the course's table, or every failure with the command that repeats it.

use crate::out::{complain, exact, say};
use crate::shared::{BugOptions, bar, refuse, seeds, start_jobs};
use clap::Args;
use indicatif::ParallelProgressIterator;
use raft_core::Bug;
use raft_lab::{Finds, Mutation, Outcome, Test, all, finds, record_mutated, run_mutated, settings};
use rayon::prelude::*;
use serde::Serialize;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Tests to run.
#[derive(Args)]
#[command(after_help = "\
Exit status: 0 when every test has passed, 1 when one has failed, 2 when the arguments make no sense.")]
pub(crate) struct Lab {
    /// Tests or parts, by name or part of a name, such as `3B` or `Figure8` [default: all 28, and 2 of them as in
    /// earlier years]
    names: Vec<String>,
    /// Seeds, such as `7` or `1..1000` (both ends included). `fresh` draws a random one, `fresh:1000` a thousand
    #[arg(long, default_value = "1", value_parser = seeds)]
    seeds: (u64, u64),
    /// Number of tests that run at once [default: number of cores]
    #[arg(long)]
    jobs: Option<NonZeroUsize>,
    /// Prints one JSON object for each run instead of the table
    #[arg(long)]
    json: bool,
    /// Writes the run of one test under one seed to this file, as a text that the playground opens, with a note on
    /// every check and fault
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    #[command(flatten)]
    bugs: BugOptions,
    /// Prints which tests find which bug, as the page docs/lab-finds.md: every rule is switched off and every mistake
    /// is made, one after the other
    #[arg(long, conflicts_with_all = ["names", "seeds", "json", "trace", "broken"])]
    finds: bool,
}

/// Figures of one run, as the course prints them.
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

fn row(test: &'static Test, seed: u64, outcome: Outcome) -> Row {
    let Outcome { failure, time, calls, bytes, commands, events } = outcome;
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
    /// Runs the tests. Succeeds only if all have passed.
    pub(crate) fn run(&self) -> ExitCode {
        let tests: Vec<&'static Test> = all().filter(|test| self.wants(test)).collect();
        if tests.is_empty() {
            complain!("No test's name contains {}. The names:", self.names.join(" or "));
            for test in all() {
                complain!("  {}", test.name);
            }
            return ExitCode::from(2);
        }
        if let Err(error) = start_jobs(self.jobs) {
            return refuse(&error);
        }
        if self.finds {
            print_finds();
            return ExitCode::SUCCESS;
        }
        let rows = match self.all_rows(&tests) {
            Ok(rows) => rows,
            Err(error) => return refuse(&error),
        };
        if self.json {
            print_json(&rows);
        } else if self.seeds.0 == self.seeds.1 {
            print_table(&tests, &rows, &self.bugs);
        } else {
            print_failures(&tests, &rows, &self.bugs);
        }
        if rows.iter().all(|row| row.passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn all_rows(&self, tests: &[&'static Test]) -> Result<Vec<Row>, String> {
        let broken = self.bugs.lines()?;
        let lines: Vec<&str> = broken.iter().map(String::as_str).collect();
        let mutation = Mutation { rules: &[], settings: &lines };
        for test in tests {
            settings(test, 1, &mutation).map_err(|error| format!("{}: {error}", test.name))?;
        }
        match &self.trace {
            None => Ok(self.rows(tests, &mutation)),
            Some(file) => self.traced(tests, &mutation, file).map(|row| vec![row]),
        }
    }

    fn wants(&self, test: &Test) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| fits(test.name, name))
    }

    /// Runs one test, and writes its run to a file.
    fn traced(
        &self,
        tests: &[&'static Test],
        mutation: &Mutation,
        file: &Path,
    ) -> Result<Row, String> {
        let (&[test], (seed, last)) = (tests, self.seeds) else {
            return Err(format!(
                "--trace takes one test, such as TestFigure83C, but {} were chosen",
                tests.len()
            ));
        };
        if seed != last {
            return Err(format!(
                "--trace takes one seed, such as --seeds {seed}, but {seed}..{last} were chosen"
            ));
        }
        let (outcome, trace) = record_mutated(test, seed, mutation);
        std::fs::write(file, trace.to_string())
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        Ok(row(test, seed, outcome))
    }

    fn rows(&self, tests: &[&'static Test], mutation: &Mutation) -> Vec<Row> {
        let (first, last) = self.seeds;
        let runs: Vec<(&'static Test, u64)> =
            tests.iter().flat_map(|&test| (first..=last).map(move |seed| (test, seed))).collect();
        // A single table appears at once; a bar would only flicker.
        let bar = bar(runs.len() as u64, first == last);
        runs.into_par_iter()
            .progress_with(bar)
            .map(|(test, seed)| row(test, seed, run_mutated(test, seed, mutation)))
            .collect()
    }
}

/// True if a word names the test: a whole name means that test alone, other words mean every test whose name contains
/// them.
fn fits(test: &str, name: &str) -> bool {
    let whole = all().any(|test| test.name.eq_ignore_ascii_case(name));
    let contains = || test.to_ascii_lowercase().contains(&name.to_ascii_lowercase());
    if whole { test.eq_ignore_ascii_case(name) } else { contains() }
}

fn print_json(rows: &[Row]) {
    for row in rows {
        say!("{}", serde_json::to_string(row).expect("numbers and texts are JSON"));
    }
}

/// Prints the tests that find each bug.
fn print_finds() {
    let bugs: Vec<Bug> = Bug::all().collect();
    let bar = bar(bugs.len() as u64, false);
    let rows: Vec<Finds> = bugs.into_par_iter().progress_with(bar).map(finds::finds).collect();
    exact(&finds::page(&rows));
}

/// Prints the course's table.
fn print_table(tests: &[&Test], rows: &[Row], bugs: &BugOptions) {
    let titles: Vec<String> = tests.iter().map(|test| title(test)).collect();
    let wide = titles.iter().map(String::len).max().unwrap_or(0);
    say!(
        "{:wide$}  {:10} {:>8} {:>6} {:>7} {:>9} {:>9}",
        "test",
        "network",
        "time",
        "peers",
        "RPCs",
        "bytes",
        "commands"
    );
    for ((test, title), row) in tests.iter().zip(titles).zip(rows) {
        let network = if test.reliable { "reliable" } else { "unreliable" };
        let time = format!("{:.1} s", row.seconds);
        say!(
            "{title:wide$}  {network:10} {time:>8} {:>6} {:>7} {:>9} {:>9}",
            row.peers,
            row.rpcs,
            row.bytes,
            row.commands
        );
        match &row.failure {
            None => say!("  ... Passed"),
            Some(failure) => print_failure(row, failure, bugs),
        }
    }
    say!("{}", count(tests));
    print_sum(rows);
}

fn title(test: &Test) -> String {
    let years = test.years.map(|years| format!(", as in {years}")).unwrap_or_default();
    format!("Test ({}): {}{years}", test.part(), test.title)
}

/// Returns the number of tests, such as `28 tests and 2 as in earlier years`.
fn count(tests: &[&Test]) -> String {
    let earlier = tests.iter().filter(|test| test.years.is_some()).count();
    let plural = |n: usize| if n == 1 { "1 test".into() } else { format!("{n} tests") };
    match (tests.len() - earlier, earlier) {
        (now, 0) => plural(now),
        (0, earlier) => format!("{} in their earlier form", plural(earlier)),
        (now, earlier) => format!("{} and {earlier} in their earlier form", plural(now)),
    }
}

/// Prints the failures, shortest first.
fn print_failures(tests: &[&Test], rows: &[Row], bugs: &BugOptions) {
    let mut failed: Vec<(&Row, &String)> =
        rows.iter().filter_map(|row| Some((row, row.failure.as_ref()?))).collect();
    failed.sort_by_key(|(row, _)| row.events);
    for (row, failure) in &failed {
        say!("{} under seed {}", row.test, row.seed);
        print_failure(row, failure, bugs);
    }
    say!("{}, {} runs", count(tests), rows.len());
    print_sum(rows);
}

fn print_failure(row: &Row, failure: &str, bugs: &BugOptions) {
    say!("  --- FAIL {failure}");
    let again = bugs.again();
    say!("      again: raft-playground lab {} --seeds {}{again}", row.test, row.seed);
}

fn print_sum(rows: &[Row]) {
    let failed = rows.iter().filter(|row| !row.passed).count();
    say!("{} passed, {failed} failed", rows.len() - failed);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(names: &[&str]) -> Vec<&'static Test> {
        all().filter(|test| names.iter().any(|name| fits(test.name, name))).collect()
    }

    #[test]
    fn a_part_of_a_name_means_many_and_a_whole_name_one() {
        assert_eq!(count(&chosen(&["3a"])), "3 tests");
        assert_eq!(count(&chosen(&["Figure8", "churn"])), "4 tests");
        assert_eq!(count(&chosen(&["SnapshotInit"])), "1 test and 1 in their earlier form");
        assert_eq!(count(&chosen(&["testsnapshotinit3d"])), "1 test");
        assert_eq!(count(&chosen(&["-reliable"])), "2 tests in their earlier form");
        assert_eq!(count(&chosen(&[""])), "28 tests and 2 in their earlier form");
        assert!(chosen(&["nothing"]).is_empty());
    }

    #[test]
    fn a_trace_is_of_one_test_under_one_seed() {
        let lab = |seeds| Lab {
            names: Vec::new(),
            seeds,
            jobs: None,
            json: false,
            trace: None,
            bugs: BugOptions::default(),
            finds: false,
        };
        let file = std::env::temp_dir().join(format!("raft-lab-trace-{}", std::process::id()));
        let error = |names: &[&str], seeds, file: &Path| {
            lab(seeds).traced(&chosen(names), &Mutation::NONE, file).err().expect("it is refused")
        };
        assert_eq!(
            error(&["3A"], (1, 1), &file),
            "--trace takes one test, such as TestFigure83C, but 3 were chosen"
        );
        assert_eq!(
            error(&["TestRejoin3B"], (1, 9), &file),
            "--trace takes one seed, such as --seeds 1, but 1..9 were chosen"
        );
        let nowhere = error(&["TestRejoin3B"], (1, 1), &file.join("no such directory"));
        assert!(nowhere.starts_with("cannot write "), "{nowhere}");

        let row = lab((7, 7));
        let row = row.traced(&chosen(&["TestRejoin3B"]), &Mutation::NONE, &file);
        let row = row.expect("it is written");
        let text = std::fs::read_to_string(&file).expect("it is there");
        std::fs::remove_file(&file).expect("it was there");
        assert!(row.passed && text.contains("\nname TestRejoin3B, seed 7\nseed 7\n"), "{text}");
    }
}
