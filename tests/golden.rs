//! Plays every script under `tests/golden` and compares it with its file, byte for byte: the form, and what each step
//! prints.
//!
//! `UPDATE_GOLDEN=1 cargo test --test golden` writes what is printed now; then it is to be read.

use raft_playground_tests::golden::{Script, scripts};
use raft_run::Record;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_script_prints_what_it_printed_before() {
    let mut wrong = Vec::new();
    for script in scripts() {
        let printed = script.printed();
        if printed == script.text {
            continue;
        }
        if is_update() {
            // In one step: the other tests read them at the same time.
            let new = script.path.with_extension("new");
            fs::write(&new, printed).expect("the folder can be written");
            fs::rename(&new, &script.path).expect("the script can be replaced");
        } else {
            wrong.push(format!("{}\n{}", script.name, first_difference(&script.text, &printed)));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} scripts print something else:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// True when the files are to be written anew.
fn is_update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

fn first_difference(was: &str, is: &str) -> String {
    let (mut was, mut is) = (was.lines(), is.lines());
    for number in 1.. {
        match (was.next(), is.next()) {
            (None, None) => break,
            (before, now) if before != now => {
                let [before, now] = [before, now].map(|line| line.unwrap_or("(the end)"));
                return format!("  line {number} was: {before}\n  line {number} is:  {now}");
            }
            _ => {}
        }
    }
    "  only the ends of lines differ".into()
}

const SCRIPT: &str = "\
# S1 wins an election.
# shows: WinElection
servers 3
network perfect
disk 0s
timers manual

# Set-up: S3 hears nothing.
at 0.5s isolate 3

# S1 starts an election, and S2 votes for it.
at 1s timeout 1

# S1 leads.
at 2s end
";

/// The script, read from this text.
fn read(text: &str) -> Result<Script, String> {
    Script::read("a.txt".into(), "x/a".into(), text.into())
}

#[test]
fn a_script_that_lacks_its_form_is_refused_with_the_line_and_what_would_be_right() {
    assert!(read(SCRIPT).is_ok());
    for (what, instead, says) in [
        ("# S1 starts an election, and S2 votes for it.\n", "", "line 11: a comment is missing"),
        ("# S1 leads.\n", "", "line 14: a comment is missing before `at 2s end`: why it is done"),
        ("# S1 leads.", "#", "line 14: a comment is whole sentences"),
        ("# S1 leads.\nat 2s end\n", "", "a script closes with a line such as `at 3s end`"),
        ("# S1 wins an election.\n", "", "line 1: a comment is missing: what the script shows"),
        ("# shows: WinElection\n", "", "a line such as `# shows: election; S1` is missing"),
        ("WinElection", "WinElections", "line 2: `shows: WinElections` names no kinds and rules"),
        ("at 0.5s isolate 3", "# state: 0.5s", "line 9: a step that is set-up prints nothing"),
        ("at 1s timeout 1", "# state: soon", "line 12: `soon` is not a duration"),
        ("at 0.5s isolate 3\n", "", "line 8: a comment without a step"),
        ("\nat 0.5s isolate 3", "\n#| no\nat 0.5s isolate 3", "line 9: output without a command"),
        (
            "# S1 leads.",
            "# Set-up: S1 leads.\nat 1.5s heal\n# End.",
            "line 14: set-up stands before",
        ),
        ("at 1s timeout 1", "at 1s note S1 starts", "only commands, `# state:` and the end"),
        ("at 0.5s isolate 3", "at 0.5s isolate 9", "line 9: `at 0.500000s isolate 9` is not"),
    ] {
        let text = SCRIPT.replacen(what, instead, 1);
        assert_ne!(text, SCRIPT, "{what}");
        let error = read(&text).expect_err(&text);
        assert!(error.starts_with("x/a: ") && error.contains(says), "{error}\n\n{text}");
    }
}

#[test]
fn the_output_of_a_step_stands_below_it_and_is_written_anew() {
    let printed = read(SCRIPT).expect("a script").printed();
    let (setup, rest) = printed.split_once("at 1s timeout 1\n").expect("its second step");
    assert!(SCRIPT.starts_with(setup), "set-up prints nothing: {printed}");
    let (output, end) = rest.split_once("\n\n# S1 leads.\nat 2s end\n").expect("its last step");
    assert!(output.starts_with("#|   1.002000s  S1  ") && !output.contains('\n'), "{printed}");
    let states: Vec<&str> = end.lines().map(|line| line.get(..11).unwrap_or(line)).collect();
    assert_eq!(states, ["#| S1  lead", "#| S2  foll", "#| S3  foll"], "{printed}");

    let old = printed.replace("#|   1.002000s", "#|   9.002000s");
    assert_eq!(read(&old).expect("a script").printed(), printed, "old output is not kept");
    let nothing = printed.replace("WinElection", "BackUp");
    let nothing = read(&nothing).expect("a script").printed();
    assert!(nothing.contains("\nat 1s timeout 1\n#| (nothing)\n\n# S1 leads."), "{nothing}");
    let state = SCRIPT.replace("at 1s timeout 1\n", "at 1s timeout 1\n# state: 1.0005s\n");
    let state = read(&state).expect("a script").printed();
    assert!(state.contains("#| S1  candidate  term 1"), "{state}");
}

#[test]
fn the_example_of_the_readme_is_a_script_that_prints_what_stands_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/README.md");
    let readme = fs::read_to_string(&path).expect("the folder has one");
    let (before, from) = readme.split_once("\n    # ").expect("the example begins with a comment");
    let (example, after) = from.split_once("\n\n## ").expect("a heading follows");
    let text = format!("# {}\n", example.replace("\n    ", "\n"));
    let printed = read(&text).expect("a script").printed();
    if printed != text && is_update() {
        let indented = printed.trim_end().replace('\n', "\n    ").replace("\n    \n", "\n\n");
        let readme = format!("{before}\n    {indented}\n\n## {after}");
        fs::write(&path, readme).expect("it can be written");
    } else {
        assert_eq!(printed, text, "in {}", path.display());
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
