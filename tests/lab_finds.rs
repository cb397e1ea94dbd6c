//! `docs/lab-finds.md` says which tests of the lab find which mistake. A sample of its rows is made anew here.
//! `UPDATE_GOLDEN=1` makes the whole table, as `npm run lab -- --finds` does.

use raft_core::Bug;
use raft_lab::Finds;
use raft_lab::finds::{finds, page};
use raft_playground_tests::all_cores;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lab-finds.md");

/// Rows whose runs are short, one that every test finds and one that none does among them.
const SAMPLE: &[&str] = &[
    "GrantVote",
    "RefuseSecondVote",
    "AcceptCommand",
    "CommitByCounting",
    "RefuseMismatch",
    "HeartbeatNotChecked",
    "SessionsNotInSnapshot",
];

fn made(bugs: Vec<Bug>) -> Vec<Finds> {
    let mut rows = all_cores(bugs.into_iter(), finds);
    rows.sort_by_key(|row| row.bug);
    rows
}

#[test]
fn the_table_says_what_the_tests_find() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    if update {
        let rows = made(Bug::all().collect());
        std::fs::write(FILE, page(&rows)).expect("the page can be written");
    }
    let text = std::fs::read_to_string(FILE).expect("the page is there");
    for bug in Bug::all() {
        let row = format!("| `{bug}` | {} | ", bug.title());
        assert_eq!(text.matches(&row).count(), 1, "{bug} has a row");
    }
    let sample = SAMPLE.iter().map(|name| Bug::named(name).expect("there is one"));
    for row in made(sample.collect()) {
        assert!(
            text.lines().any(|line| line == row.to_string()),
            "not in docs/lab-finds.md:\n{row}\nUPDATE_GOLDEN=1 cargo test --release --test lab_finds writes it"
        );
    }
}
