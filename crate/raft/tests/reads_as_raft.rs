//! The files of the algorithm read as Raft: bugs are known to the decisions alone.

use std::fs;
use std::path::{Path, PathBuf};

/// Files that may ask for bugs: the set of them, and the decisions.
const ASK: [&str; 2] = ["bugs.rs", "decisions.rs"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the crate has its sources");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn only_the_decisions_ask_for_bugs() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&src);
    let asks = |path: &&PathBuf| {
        let text = fs::read_to_string(path).expect("it is text");
        ["obeys(", "makes(", "Mistake::", "Rule::"].iter().any(|question| text.contains(question))
    };
    let mut found: Vec<String> = files
        .iter()
        .filter(asks)
        .map(|path| path.strip_prefix(&src).expect("it is below").display().to_string())
        .collect();
    found.sort();
    assert_eq!(found, [ASK[0], ASK[1], "rule.rs"], "the table of rules names them too");
}
