//! Compares `docs/mistakes.md` with the table. `UPDATE_GOLDEN=1` writes it.

use raft_core::Bug;
use raft_mutants::{EXAMPLES, Example, HARMLESS, KNOWN, Known};
use std::fmt::Write;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/mistakes.md");

const HEAD: &str = "\
# What can be done wrongly

Every rule of the paper can be switched off, and realistic mistakes can be switched on, each of which changes one decision: the setting
`broken NAME` makes all servers of a run do so, and `broken NAME on 1 3` only S1 and S3. Here is what is violated then, why, and a small run that shows it; the playground opens each of
these files, and `npm run replay -- FILE --journal` tells it in a terminal. Without the line `broken`, nothing is violated in any of them: a test
plays all of them both ways.

The properties are explained in [properties.md](properties.md). [lab-finds.md](lab-finds.md) says which tests of the lab find each of these, and
[explored.md](explored.md) what an exploration of all that can happen comes to. The table is written by a test of [`crate/mutants`](../crate/mutants/src/table.rs).
";

/// Bugs that have no run here.
fn others() -> impl Iterator<Item = Bug> {
    Bug::all().filter(|bug| EXAMPLES.iter().all(|example| example.bug != *bug))
}

fn rendered() -> String {
    let mut text = HEAD.to_owned();
    let (rules, mistakes): (Vec<&Example>, Vec<&Example>) =
        EXAMPLES.iter().partition(|example| matches!(example.bug, Bug::Rule(_)));
    for (title, examples) in [("Rules that are not obeyed", rules), ("Mistakes", mistakes)] {
        writeln!(text, "\n## {title}\n").expect("a string takes any text");
        text.push_str("| `broken` | what is wrong | § | violates | why |\n|---|---|---|---|---|\n");
        for example in examples {
            let Example { title, property, why, .. } = example;
            let (name, section) = (example.name(), example.section());
            let run = format!("[`{name}`](../crate/mutants/runs/{name}.txt)");
            writeln!(text, "| {run} | {title} | {section} | {property} | {why} |")
                .expect("a string takes any text");
        }
    }
    text.push_str(
        "\n## Without a run here\n\nThese can be switched off as well. Where the last column says yes, `npm run search -- --broken NAME` finds a run in which a property is violated; \
         where it says no, nothing was violated in a search of 1,000 seeds.\n\n| `broken` | the rule, or the mistake | § | found |\n|---|---|---|---|\n",
    );
    for bug in others() {
        let (name, title, section) = (bug.name(), bug.title(), bug.section());
        let why_not = HARMLESS.iter().find(|(harmless, _)| *harmless == bug);
        let found = why_not.map_or("yes".to_owned(), |(_, why)| format!("no. {why}"));
        writeln!(text, "| `{name}` | {title} | {section} | {found} |")
            .expect("a string takes any text");
    }
    text.push_str(
        "\n## Reported in public\n\nThese were made in real implementations. Each says how the mistake comes about, what follows, and where people reported it.\n",
    );
    for Known { bug, story, reports } in KNOWN {
        let threads = reports.iter().map(|report| format!("[{report}]({})", report.address()));
        let threads = threads.collect::<Vec<_>>().join(", ");
        let threads = if threads.is_empty() { "from students of the lab".into() } else { threads };
        writeln!(
            text,
            "\n**{}** (`{}`, {}). {story}\n\n{threads}",
            bug.title(),
            bug.name(),
            bug.section()
        )
        .expect("a string takes any text");
    }
    text
}

#[test]
fn what_is_said_to_do_no_harm_has_no_run() {
    for (bug, _) in HARMLESS {
        let name = bug.name();
        assert!(others().any(|bug| bug.name() == name), "{name}");
    }
}

#[test]
fn the_page_says_what_the_table_says() {
    let rendered = rendered();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(FILE, &rendered).expect("the page can be written");
    }
    let page = std::fs::read_to_string(FILE).expect("the page is there");
    assert!(page == rendered, "UPDATE_GOLDEN=1 cargo test -p raft-mutants writes docs/mistakes.md");
}
