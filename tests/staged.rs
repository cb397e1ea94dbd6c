//! The staged runs that the page offers show what their notes say.

use raft_check::Property;
use raft_mutants::{STAGED, Staged, staged};
use raft_playground_tests::{golden, show};
use raft_run::{Place, Run, Time, text};
use std::collections::BTreeSet;

/// A claim about a moment: run, moment, and beginnings of lines that tell a server's state.
type Claim = (&'static str, &'static str, &'static [&'static str]);

const CLAIMS: &[Claim] = &[
    (
        "figure-7",
        "11.9s",
        &[
            "S1 leader term 8 log 1@1 2@1 3@1 4@4 5@4 6@5 7@5 8@6 9@6 10@6 commit",
            "S2 follower term 8 log 1@1 2@1 3@1 4@4 5@4 6@5 7@5 8@6 9@6 commit",
            "S3 follower term 8 log 1@1 2@1 3@1 4@4 commit",
            "S4 leader term 6 log 1@1 2@1 3@1 4@4 5@4 6@5 7@5 8@6 9@6 10@6 11@6 commit",
            "S5 leader term 7 log 1@1 2@1 3@1 4@4 5@4 6@5 7@5 8@6 9@6 10@6 11@7 12@7 commit",
            "S6 follower term 8 log 1@1 2@1 3@1 4@4 5@4 6@4 7@4 commit",
            "S7 follower term 8 log 1@1 2@1 3@1 4@2 5@2 6@2 7@3 8@3 9@3 10@3 11@3 commit",
        ],
    ),
    ("figure-7", "12.001s", &["S4 follower term 8", "S5 follower term 8"]),
    ("figure-7", "12.002s", &["S7 follower term 8 log 1@1 2@1 3@1 4@2"]),
    (
        "figure-7",
        "12.005s",
        &[
            "S4 follower term 8 log 1@1 2@1 3@1 4@4 5@4 6@5 7@5 8@6 9@6 10@6 11@6",
            "S5 follower term 8 log 1@1 2@1 3@1 4@4 5@4 6@5 7@5 8@6 9@6 10@6 11@7 12@7",
            "S6 follower term 8 log 1@1 2@1 3@1 4@4 5@4 6@5 7@5 8@6 9@6 10@6 commit",
            "S7 follower term 8 log 1@1 2@1 3@1 4@4 5@4 6@5 7@5 8@6 9@6 10@6 commit",
        ],
    ),
    (
        "figure-7",
        "13.002s",
        &["S1 leader term 8 log 1@1 2@1 3@1 4@4 5@4 6@5 7@5 8@6 9@6 10@6 11@8 commit 11"],
    ),
    (
        "figure-7",
        "14.5s",
        &["S5 follower term 8 log 1@1 2@1 3@1 4@4 5@4 6@5 7@5 8@6 9@6 10@6 11@8"],
    ),
    (
        "figure-8",
        "4.5s",
        &[
            "S1 leader term 2 log 1@1 2@2 commit 1",
            "S2 follower term 2 log 1@1 2@2 commit 1",
            "S3 follower term 2 log 1@1 commit",
            "S4 follower term 2 log 1@1 commit",
            "S5 follower term 2 log 1@1 commit",
        ],
    ),
    (
        "figure-8",
        "6.8s",
        &[
            "S1 crashed term 2 log 1@1 2@2",
            "S3 follower term 3 log 1@1 commit",
            "S4 follower term 3 log 1@1 commit",
            "S5 leader term 3 log 1@1 2@3 commit 1",
        ],
    ),
    (
        "figure-8",
        "7.8s",
        &[
            "S1 leader term 4 log 1@1 2@2 3@4 commit 0",
            "S2 follower term 4 log 1@1 2@2 commit 1",
            "S3 follower term 4 log 1@1 2@2 commit 1",
            "S5 crashed term 3 log 1@1 2@3",
        ],
    ),
    (
        "figure-8",
        "9.8s",
        &[
            "S1 crashed term 4 log 1@1 2@2 3@4",
            "S2 follower term 5 log 1@1 2@3 commit 1",
            "S3 follower term 5 log 1@1 2@3 commit 1",
            "S4 follower term 5 log 1@1 2@3 commit 1",
            "S5 leader term 5 log 1@1 2@3 commit 0",
        ],
    ),
    ("figure-8", "12.5s", &["S5 leader term 5 log 1@1 2@3 3@5 commit 3"]),
    (
        "figure-8-e",
        "7.5s",
        &[
            "S1 leader term 4 log 1@1 2@2 commit 0",
            "S2 follower term 4 log 1@1 2@2 commit 1",
            "S3 follower term 4 log 1@1 2@2 commit 1",
        ],
    ),
    (
        "figure-8-e",
        "7.8s",
        &["S1 leader term 4 log 1@1 2@2 3@4 commit 3", "S3 follower term 4 log 1@1 2@2 3@4"],
    ),
    (
        "figure-8-e",
        "9.8s",
        &["S1 crashed", "S5 candidate term 5 log 1@1 2@3", "S2 follower term 5 log 1@1 2@2 3@4"],
    ),
    (
        "figure-8-e",
        "12.5s",
        &[
            "S2 leader term 6 log 1@1 2@2 3@4 4@6 commit 4",
            "S5 follower term 6 log 1@1 2@2 3@4 4@6",
        ],
    ),
    ("split-vote", "1.999s", &["S1 follower term 0", "S2 follower term 0"]),
    (
        "split-vote",
        "2.02s",
        &["S1 candidate term 1", "S2 candidate term 1", "S3 follower term 1", "S4 follower term 1"],
    ),
    ("split-vote", "3.002s", &["S2 leader term 2", "S1 follower term 2"]),
    ("partitioned-leader", "1.9s", &["S1 leader term 1"]),
    (
        "partitioned-leader",
        "3.2s",
        &["S1 leader term 1 log 1@1 commit 0", "S2 follower term 1 log 1@1 commit 0"],
    ),
    (
        "partitioned-leader",
        "4.2s",
        &["S1 leader term 1 log 1@1 commit 0", "S3 leader term 2 log 1@2 commit 1"],
    ),
    (
        "partitioned-leader",
        "6.1s",
        &["S1 follower term 2 log 1@2 commit 1", "S2 follower term 2 log 1@2 commit 1"],
    ),
    (
        "log-repair",
        "3.1s",
        &["S1 leader term 1 log 1@1 2@1 3@1 commit 0", "S2 follower term 1 log - commit 0"],
    ),
    (
        "log-repair",
        "4.6s",
        &["S1 leader term 1 log 1@1 2@1 3@1", "S2 leader term 2 log 1@2 commit 1"],
    ),
    ("log-repair", "6.001s", &["S1 follower term 2 log 1@1 2@1 3@1 commit 0"]),
    ("log-repair", "6.003s", &["S1 follower term 2 log 1@2 commit 1"]),
    ("catch-up", "3.5s", &["S3 crashed term 1 log 1@1"]),
    ("catch-up", "4.6s", &["S1 leader term 1 log 1@1 2@1 3@1 commit 3"]),
    ("catch-up", "6.001s", &["S3 follower term 1 log 1@1 commit 0"]),
    ("catch-up", "6.003s", &["S3 follower term 1 log 1@1 2@1 3@1 commit 3"]),
    (
        "snapshot",
        "3.4s",
        &["S1 leader term 1 log 1@1 2@1 commit 2", "S3 follower term 1 log - commit 0"],
    ),
    ("snapshot", "3.6s", &["S1 leader term 1 log ..2@1 commit 2"]),
    ("snapshot", "6.002s", &["S3 follower term 1 log - commit 0"]),
    ("snapshot", "6.003s", &["S3 follower term 1 log ..2@1 commit 2"]),
    ("snapshot", "6.005s", &["S3 follower term 1 log ..2@1 3@1 4@1 commit 4"]),
    ("one-way-cut", "0.9s", &["S1 leader term 1 log - commit 0"]),
    (
        "one-way-cut",
        "1.6s",
        &[
            "S1 leader term 1 log 1@1 commit 0",
            "S2 follower term 1 log 1@1",
            "S3 follower term 1 log 1@1",
        ],
    ),
    ("one-way-cut", "3.1s", &["S1 leader term 1 log 1@1 commit 1"]),
    ("exactly-once", "2.9s", &["S1 leader term 1 log - commit 0"]),
    ("exactly-once", "3.1s", &["S1 leader term 1 log 1@1 commit 1 applied 1 {x=1}"]),
    ("exactly-once", "4.6s", &["S1 crashed", "S2 leader term 2 log 1@1"]),
    ("exactly-once", "5.1s", &["S2 leader term 2 log 1@1 2@2 commit 2 applied 2 {x=1}"]),
    ("lost-fsync", "2.9s", &["S1 leader term 1 log - commit 0"]),
    ("lost-fsync", "3.1s", &["S1 leader term 1 log 1@1 commit 1", "S2 follower term 1 log 1@1"]),
    ("lost-fsync", "4.2s", &["S2 crashed term 1 log -"]),
    ("lost-fsync", "6.002s", &["S3 leader term 2 log -", "S2 follower term 2 log -"]),
    ("stale-read", "2.9s", &["S1 leader term 1 log 1@1 commit 1 applied 1 {x=old}"]),
    ("stale-read", "4.1s", &["S1 leader term 1", "S2 leader term 2"]),
    ("stale-read", "7.5s", &["S2 leader term 2 log 1@1 2@2 commit 2 applied 2 {x=new}"]),
    ("stale-read", "8.002s", &["S1 leader term 1", "S2 leader term 2"]),
];

/// The properties that are violated, and the moment by which.
const VIOLATED: &[(&str, Property, &str)] = &[
    ("lost-fsync", Property::LeaderCompleteness, "6.002s"),
    ("lost-fsync", Property::StateMachineSafety, "7.1s"),
    ("stale-read", Property::Linearizable, "8.002s"),
];

fn moment(text: &str) -> Time {
    text::moment(text).expect("a moment")
}

/// `S1 leader term 2 log 1@1 2@2 commit 1 applied 1 {a=1}` for each server.
fn states(run: &Run) -> Vec<String> {
    let one_spaced = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let vote_apart = |line: String| match line.split_once(" vote ") {
        Some((before, after)) => {
            let after = after.split_once(' ').map_or("", |(_, after)| after);
            format!("{before} {after}")
        }
        None => line,
    };
    show::states(run.world()).lines().map(|line| vote_apart(one_spaced(line))).collect()
}

#[test]
fn what_the_notes_say_is_so() {
    for staged in STAGED {
        let mut run = Run::from_text(&staged.to_string()).expect(staged.id);
        for (at, words) in staged.notes {
            let claim = CLAIMS.iter().find(|(id, when, _)| (id, when) == (&staged.id, at));
            let (_, _, claims) =
                claim.unwrap_or_else(|| panic!("{} {at}: {words}: nothing is claimed", staged.id));
            run.seek(Place::Time(moment(at)));
            let states = states(&run);
            for claim in *claims {
                assert!(
                    states.iter().any(|state| state.starts_with(claim)),
                    "{} {at}: {words}\n{claim}\n{states:#?}",
                    staged.id
                );
            }
        }
    }
    for (id, at, _) in CLAIMS {
        let staged = staged(id).expect(id);
        assert!(staged.notes.iter().any(|(when, _)| when == at), "{id} {at} has no note");
    }
}

#[test]
fn only_what_is_meant_to_be_violated_is_violated() {
    for staged in STAGED {
        let mut run = Run::from_text(&staged.to_string()).expect(staged.id);
        run.seek(Place::Time(moment("100000s")));
        let found: BTreeSet<_> =
            run.world().violations().iter().map(|violation| violation.property.name()).collect();
        let meant = VIOLATED.iter().filter(|(id, ..)| *id == staged.id);
        let meant: BTreeSet<_> = meant.map(|(_, property, _)| property.name()).collect();
        assert_eq!(found, meant, "{}", staged.id);
    }
    for (id, property, by) in VIOLATED {
        let mut run = Run::from_text(&staged(id).expect(id).to_string()).expect(id);
        run.seek(Place::Time(moment(by)));
        let is_there = run.world().violations().iter().any(|it| it.property == *property);
        assert!(is_there, "{id}: {} by {by}", property.name());
    }
}

#[test]
fn each_opens_at_a_moment_of_its_run_as_a_text_like_any_other() {
    let scripts = golden::scripts();
    let mut ids = BTreeSet::new();
    for staged in STAGED {
        let Staged { id, title, says, at, notes, script, .. } = staged;
        assert!(ids.insert(id), "{id} is there twice");
        assert!(
            id.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        );
        assert!(!id.starts_with('r') || !id[1..].starts_with(|c: char| c.is_ascii_digit()), "{id}");
        assert!(title.chars().count() <= 80 && says.ends_with('.'), "{id}");
        assert!(scripts.iter().any(|golden| *script == golden.text), "{id} is golden");
        let text = staged.to_string();
        let run = Run::from_text(&text).expect(id);
        assert_eq!(run.name(), Some(*title));
        assert_eq!(run.remarks().len(), notes.len());
        assert!(moment(at) <= moment(notes[0].0), "{id} opens before its first note");
        let moments: Vec<_> = notes.iter().map(|(at, _)| moment(at)).collect();
        assert!(moments.is_sorted() && moments[moments.len() - 1] <= run.end().now(), "{id}");
    }
}
