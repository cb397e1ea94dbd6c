//! Asks every question under `tests/answers` and compares the answers, word by word.
//!
//! A file shows one thing: a comment that says what, a run, and questions. `---- entry 1 at 9s` asks at that moment, without one at the
//! end of the run. `property NAME` asks how a property stands and on what its violation rests, `settings` which assumptions of
//! Raft do not hold. `UPDATE_GOLDEN=1 cargo test --test answers` writes the answers of now; then they are to be read.

use raft_check::Property;
use raft_run::Place;
use raft_run::properties::PropertyStatus;
use raft_run::why::{Question, Reason};
use raft_run::{Run, Time};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

struct File {
    path: PathBuf,
    text: String,
}

fn files() -> Vec<File> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("it can be read");
        File { path, text }
    };
    paths.into_iter().map(read).collect()
}

fn moment(words: &str) -> Time {
    let seconds = words.strip_suffix('s').expect("seconds");
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, ""));
    let micros: u64 = format!("{part:0<6}").parse().expect("digits");
    Time(whole.parse::<u64>().expect("digits") * 1_000_000 + micros)
}

fn reasons(out: &mut String, because: &[Reason]) {
    for Reason { says, event, .. } in because {
        let at = event.map_or_else(|| "now".into(), |(at, _)| at.to_string());
        writeln!(out, "  {at:>11}  {says}").expect("text");
    }
}

fn standing(run: &Run, name: &str) -> String {
    let property = Property::named(name).unwrap_or_else(|| panic!("{name} is no property"));
    let mut out = String::new();
    let (violation, how) = match run.status(property) {
        PropertyStatus::Violated(violation) => (violation, "Violated"),
        PropertyStatus::Outside(violation) => (violation, "Outside of what Raft assumes"),
        PropertyStatus::Undecided(why) => return format!("Not decided: {why}.\n"),
        other => return format!("{other:?}.\n"),
    };
    writeln!(out, "{how} at {}: {violation}.", violation.at.time).expect("text");
    reasons(&mut out, &run.evidence(&violation));
    out
}

fn settings(run: &Run) -> String {
    let unmet = run.world().unmet_assumptions();
    if unmet.is_empty() {
        return "Network, disks and timers are as Raft needs them.\n".into();
    }
    let mut out = String::new();
    for unmet in unmet {
        writeln!(out, "Not met: {unmet}.").expect("text");
    }
    out
}

/// The answer to a question of a file.
fn answer(run: &mut Run, question: &str) -> String {
    let (words, at) = match question.rsplit_once(" at ") {
        Some((words, at)) => (words, Some(moment(at))),
        None => (question, None),
    };
    let end = run.end().now();
    run.seek(Place::Time(at.unwrap_or(end)));
    if let Some(name) = words.strip_prefix("property ") {
        return standing(run, name);
    }
    if words == "settings" {
        return settings(run);
    }
    let question: Question = words.parse().unwrap_or_else(|error| panic!("{error}"));
    let answer = run.why(question);
    let mut out = format!("{}\n", answer.says);
    reasons(&mut out, &answer.because);
    out
}

/// The file with the answers of now.
fn answered(file: &File) -> String {
    let mut parts = file.text.split("---- ");
    let head = parts.next().expect("a run stands first");
    let mut run =
        Run::from_text(head).unwrap_or_else(|error| panic!("{}: {error}", file.path.display()));
    let mut out = head.to_owned();
    for part in parts {
        let question = part.lines().next().expect("a question");
        write!(out, "---- {question}\n{}\n", answer(&mut run, question)).expect("text");
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[test]
fn every_question_is_answered_as_before() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let (mut questions, mut wrong) = (0, Vec::new());
    for file in files() {
        assert!(file.text.starts_with("# "), "{:?}: a comment says what is shown", file.path);
        questions += file.text.matches("---- ").count();
        let now = answered(&file);
        if now == file.text {
            continue;
        }
        if update {
            fs::write(&file.path, now).expect("it can be written");
        } else {
            let differs = now.lines().zip(file.text.lines()).find(|(now, was)| now != was);
            wrong.push(format!("{:?}\n  (now, before): {differs:?}", file.path));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} files are answered otherwise:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(questions >= 60, "only {questions} questions");
}
