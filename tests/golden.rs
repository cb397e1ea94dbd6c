//! Plays every script under `tests/golden` and compares what it prints, byte for byte.
//!
//! `UPDATE_GOLDEN=1 cargo test --test golden` writes what is printed now; then it is to be read.

use raft_playground_tests::golden::{Script, scripts};
use raft_run::Record;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn every_script_prints_what_it_printed_before() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for script in scripts() {
        let output = script.output();
        if output == script.expected {
            continue;
        }
        if update {
            fs::write(&script.path, script.file(&output)).expect("the scripts can be written");
        } else {
            wrong.push(format!("{}\n{}", script.name, first_difference(&script, &output)));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} scripts print something else:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn first_difference(script: &Script, output: &str) -> String {
    let (mut was, mut is) = (script.expected.lines(), output.lines());
    loop {
        match (was.next(), is.next()) {
            (None, None) => return "  only the ends of lines differ".into(),
            (before, now) if before != now => {
                return format!("  was: {}\n  is:  {}", before.unwrap_or("-"), now.unwrap_or("-"));
            }
            _ => {}
        }
    }
}

#[test]
fn the_table_of_prescriptions_names_every_script_and_no_other() {
    let table = include_str!("golden/README.md");
    let rows = table.lines().filter(|line| line.starts_with('|'));
    let named: BTreeSet<&str> = rows.flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
    let scripts = scripts();
    let there: BTreeSet<&str> = scripts.iter().map(|script| script.name.as_str()).collect();
    let odd: Vec<_> = named.symmetric_difference(&there).collect();
    assert!(odd.is_empty(), "in only one of table and folder: {odd:#?}");
}

#[test]
fn every_record_is_read_back_from_its_words() {
    for script in scripts() {
        for (_, record) in script.play(&mut ()).records {
            let read = Record::read(record.server(), &record.to_string());
            assert_eq!(read, Some(record), "{}", script.name);
        }
    }
}
