//! Finds out which tests of the course find which bug: all servers have it, and every test is run under a few seeds.

use crate::control::Mutation;
use crate::suite::{TESTS, Test, run_mutated};
use raft_core::{Bug, Mistake, Rule};
use std::fmt::{self, Write};
use std::ops::RangeInclusive;

/// Seeds for the table.
pub const SEEDS: RangeInclusive<u64> = 1..=5;

/// Tests of the present course that find one bug.
#[derive(Clone)]
pub struct Finds {
    /// The rule that is switched off, or the mistake.
    pub bug: Bug,
    /// Tests that fail, in the course's order, with the number of seeds for each.
    pub failed: Vec<(&'static Test, usize)>,
}

/// Runs all tests of the present course under [`SEEDS`] with this bug.
pub fn finds(bug: Bug) -> Finds {
    let line = format!("broken {bug}");
    let mutation = Mutation { rules: &[], settings: &[&line] };
    let fails = |test: &&'static Test| {
        SEEDS.filter(|&seed| run_mutated(test, seed, &mutation).failure.is_some()).count()
    };
    let failed = TESTS.iter().map(|test| (test, fails(&test)));
    Finds { bug, failed: failed.filter(|&(_, seeds)| seeds > 0).collect() }
}

/// Returns a row of the table.
impl fmt::Display for Finds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bug, failed } = self;
        let title = bug.title();
        write!(f, "| `{bug}` | {title} | {} | ", failed.len())?;
        if failed.is_empty() {
            return f.write_str("no test of the course finds it |");
        }
        let all = SEEDS.count();
        if failed.len() == TESTS.len() && failed.iter().all(|&(_, seeds)| seeds == all) {
            return f.write_str("every test |");
        }
        for (at, (test, seeds)) in failed.iter().enumerate() {
            let before = if at == 0 { "" } else { ", " };
            let name = test.name.strip_prefix("Test").unwrap_or(test.name);
            write!(f, "{before}{name}")?;
            if *seeds < all {
                write!(f, " ({seeds})")?;
            }
        }
        f.write_str(" |")
    }
}

/// Returns the whole table as a page of the documentation.
pub fn page(rows: &[Finds]) -> String {
    let mut text = format!(
        "\
# Which tests of the lab find which mistake

Every rule of the paper was switched off, and every mistake of [mistakes.md](mistakes.md) was made, by all servers; then each of the {} tests
of the course ran under the seeds {} to {}. The table names the tests that failed under all of these seeds, and in brackets under how many of them
if under fewer. What a test missed here, it may find under other seeds.

    npm run lab -- --broken NAME --seeds 1..100   # one mistake under more seeds
    npm run lab -- --finds                        # this table

A run of a test that failed can be opened in the playground: *Lab* makes the mistake that is chosen there, and *Watch* opens the run at the moment of failure.
",
        TESTS.len(),
        SEEDS.start(),
        SEEDS.end()
    );
    for (title, of_rules) in [("Rules that are not obeyed", true), ("Mistakes", false)] {
        let of_kind = |row: &&Finds| matches!(row.bug, Bug::Rule(_)) == of_rules;
        let what = if of_rules { "the rule" } else { "the mistake" };
        write!(
            text,
            "\n## {title}\n\n| `broken` | {what} | tests | that fail |\n|---|---|---|---|\n"
        )
        .expect("a string takes any text");
        for row in rows.iter().filter(of_kind) {
            writeln!(text, "{row}").expect("a string takes any text");
        }
    }
    let missed = rows.iter().filter(|row| row.failed.is_empty()).count();
    write!(
        text,
        "\nOf the {} rules and {} mistakes, the tests of the course find {} within these seeds.\n",
        Rule::ALL.len(),
        Mistake::ALL.len(),
        rows.len() - missed
    )
    .expect("a string takes any text");
    text
}
