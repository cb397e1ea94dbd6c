//! Explorations find, for each thing that can be done wrongly, the shortest way to a violated property, which opens as
//! a run in which the same property is violated; or why there is none. `docs/explored.md` is the table.
//! `UPDATE_GOLDEN=1` writes it.

use raft_core::Bug;
use raft_explore::{Bounds, End, Scope, Violation, explore, refusal};
use raft_playground_tests::all_cores;
use raft_run::load::load;
use raft_swarm::path;
use std::fmt::Write;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/explored.md");

/// The arguments under which each is found, in the order of the paper.
const FOUND: &[(&str, &str)] = &[
    ("RecoverState", "--crashes 1"),
    ("PersistFirst", "--crashes 1"),
    ("VoteNotPersisted", "--crashes 1"),
    ("TermNotPersisted", "--crashes 1"),
    ("EntriesNotPersisted", "--crashes 1"),
    ("AnswersBeforeDurable", "--crashes 1"),
    ("AdoptHigherTerm", ""),
    ("RefusalKeepsOldTerm", ""),
    ("OldLeaderKeepsLeading", ""),
    ("IgnoreStaleReply", ""),
    ("IncrementTerm", ""),
    ("VoteForSelf", ""),
    ("RefuseSecondVote", ""),
    ("StepDownForgetsVote", "--terms 1 --commands 0 --in-flight 2"),
    ("LeaderClearsVote", ""),
    ("WinElection", ""),
    ("HalfIsEnough", "--servers 4 --commands 0"),
    ("VotesOfEarlierElections", "--servers 4 --commands 0"),
    ("VoteCountsTwice", "--servers 4 --terms 1 --commands 0 --duplicates 2"),
    ("RefusalCountsAsVote", ""),
    ("RefuseOutdatedLog", ""),
    ("ComparesLengthOnly", "--terms 3 --timeouts 3 --commands 3"),
    ("RefusesBothBehindOnly", "--timeouts 3 --commands 2"),
    ("CurrentTermAsLastLogTerm", ""),
    ("RedirectCommand", "--commands 2"),
    ("RefuseMismatch", ""),
    ("ChecksIndexOnly", "--terms 3 --commands 2"),
    ("HeartbeatNotChecked", ""),
    ("DeleteConflict", "--terms 3 --timeouts 3 --commands 2"),
    ("KeepsConflictingTail", "--timeouts 2 --commands 3"),
    ("AppendNew", "--timeouts 2 --commands 2 --duplicates 1 --in-flight 2"),
    ("RefuseOldLeader", "--terms 3 --timeouts 3 --commands 2"),
    ("AdvanceMatch", ""),
    ("ConfirmsWholeLog", "--terms 3 --timeouts 3 --commands 2"),
    ("FollowCommit NextIndexUnderflow", "--terms 3 --timeouts 3 --commands 2"),
    ("CommitIndexFalls", "--timeouts 2 --commands 2 --in-flight 2"),
    ("CommitByCounting", ""),
    ("CommitOnlyOwnTerm", "--terms 4 --timeouts 4 --commands 2"),
    ("ApplyCommitted", ""),
    ("TakeSnapshot", "--terms 3 --timeouts 3 --commands 2 --snapshots 1"),
    ("SnapshotLostOnRestart", "--terms 1 --commands 2 --snapshots 1 --crashes 1"),
    (
        "SnapshotPrefixConflicts",
        "--terms 1 --timeouts 2 --commands 2 --snapshots 1 --duplicates 1 --in-flight 2",
    ),
    ("SnapshotSetsTerm", "--terms 3 --timeouts 3 --commands 2 --snapshots 1"),
    (
        "IgnoreCoveredSnapshot",
        "--terms 1 --timeouts 2 --commands 2 --snapshots 1 --drops 1 --in-flight 2",
    ),
    ("ResetStateMachine", "--terms 1 --commands 2 --snapshots 1"),
];

fn bugs(names: &str) -> Vec<Bug> {
    let known = |name| Bug::named(name).unwrap_or_else(|| panic!("no bug {name}"));
    names.split(' ').map(known).collect()
}

/// Bounds as the command line has them.
fn bounds(arguments: &str) -> Bounds {
    let mut bounds = Bounds::default();
    let words: Vec<&str> = arguments.split_whitespace().collect();
    for pair in words.chunks(2) {
        let [name, number] = pair else { panic!("{arguments}") };
        let number: u8 = number.parse().expect("a number");
        match *name {
            "--servers" => bounds.servers = number.into(),
            "--terms" => bounds.terms = number,
            "--timeouts" => bounds.timeouts = Some(number),
            "--commands" => bounds.commands = number,
            "--crashes" => bounds.crashes = number,
            "--drops" => bounds.drops = number,
            "--duplicates" => bounds.duplicates = number,
            "--snapshots" => bounds.snapshots = number,
            "--in-flight" => bounds.in_flight = number,
            _ => panic!("{name}"),
        }
    }
    bounds
}

/// Looked at within these arguments, in which nothing is violated, and why.
const NOTHING: &[(&str, &str, &str)] = &[
    (
        "RefuseOldCandidate",
        "",
        "The answer carries the voter's own, higher term, so that the candidate steps down instead of counting it.",
    ),
    ("SendEntries", "", "What is sent again is known already."),
    (
        "NextIndexForward",
        "",
        "nextIndex only says where the next message begins, and the follower checks each message.",
    ),
    (
        "RefusalMovesMatchIndex",
        "--terms 3 --timeouts 3 --commands 2",
        "It breaks Liveness: matchIndex comes to point at an entry that conflicts, and that follower is never repaired.",
    ),
    (
        "RefuseOldSnapshot",
        "--terms 1 --commands 2 --snapshots 1",
        "What a snapshot holds was committed, and is right whoever sends it.",
    ),
    (
        "RetainSuffix",
        "--terms 1 --commands 2 --snapshots 1",
        "Out of reach: a late snapshot needs more elections, commands and messages in flight at once than 20 million states hold.",
    ),
    (
        "DiscardLog",
        "--terms 1 --commands 2 --snapshots 1",
        "It breaks Liveness. The log that stays does no harm within `--terms 2 --timeouts 3 --commands 2 --snapshots 1` either.",
    ),
];

/// A row of what was found.
struct Found {
    names: &'static str,
    arguments: &'static str,
    violation: Violation,
}

/// Explores, and opens the way that is found as a run.
fn found(names: &'static str, arguments: &'static str) -> Result<Found, String> {
    let (bugs, bounds) = (bugs(names), bounds(arguments));
    if let Some(refused) = refusal(&bugs) {
        return Err(format!("{names}: {refused}"));
    }
    let End::Violated(violation) = explore(&bounds, &bugs, &mut |_| true).end else {
        return Err(format!("{names} {arguments}: nothing is violated"));
    };
    let played = path::run(&bounds, &bugs, &violation)
        .ok_or_else(|| format!("{names} {arguments}: no run goes this way:\n{violation}"))?;
    let text = played.trace(Some(path::name(&bugs, &violation))).to_string();
    let run = load(&text).map_err(|error| format!("{names}: {error}\n{text}"))?.run;
    let property = violation.property;
    if !run.world().violations().iter().any(|violated| violated.property == property) {
        return Err(format!("{names}: {property} does not fall in\n{text}"));
    }
    Ok(Found { names, arguments, violation })
}

/// Explores all states, in which nothing may be violated, and returns their number.
fn nothing(name: &str, arguments: &str) -> Result<u64, String> {
    let explored = explore(&bounds(arguments), &bugs(name), &mut |_| true);
    match explored.end {
        End::Complete => Ok(explored.progress.states),
        end => Err(format!("{name} {arguments}: {end:?}")),
    }
}

fn command(names: &str, arguments: &str) -> String {
    let broken = names.split(' ').map(|name| format!("--broken {name}"));
    broken.chain((!arguments.is_empty()).then(|| arguments.into())).collect::<Vec<_>>().join(" ")
}

const HEAD: &str = "\
# What explorations find

`npm run explore` looks at every state of a small world ([properties.md](properties.md) says which properties it checks). Here is what it comes to with each rule
broken and each mistake made: found by the shortest way, refused because its effect is not looked at, or looked at in vain. The way is printed as a run,
with a link, and in that run the same property is violated; `--trace FILE` writes it. The table is written by a test that does all of this: `tests/explore.rs`.

## Found

| `npm run explore --` | violates | steps |
|---|---|---|
";

/// The page, from the rows.
fn page(found: &[Found], nothing: &[u64]) -> String {
    let mut text = HEAD.to_owned();
    for Found { names, arguments, violation } in found {
        let Violation { property, path, .. } = violation;
        let command = command(names, arguments);
        let property = *property;
        writeln!(text, "| `{command}` | {property} | {} |", path.len())
            .expect("a string takes any text");
    }
    text.push_str(
        "\n## Refused\n\nThe status is 2. `npm run search` plays runs in which these count.\n\n| `broken` | why |\n|---|---|\n",
    );
    for bug in Bug::all() {
        if let Some(why) = Scope::of(bug).reason() {
            writeln!(text, "| `{bug}` | {why} |").expect("a string takes any text");
        }
    }
    text.push_str(
        "\n## Looked at, and nothing is violated\n\n| `npm run explore --` | states | why |\n|---|---|---|\n",
    );
    for ((name, arguments, why), states) in NOTHING.iter().zip(nothing) {
        let command = command(name, arguments);
        writeln!(text, "| `{command}` | {states} | {why} |").expect("a string takes any text");
    }
    text
}

#[test]
fn the_page_says_what_explorations_find_and_each_way_opens_as_a_run() {
    let rows = all_cores(FOUND.iter().enumerate(), |(at, &(names, arguments))| {
        (at, found(names, arguments))
    });
    let vain = all_cores(NOTHING.iter().enumerate(), |(at, &(name, arguments, _))| {
        (at, nothing(name, arguments))
    });
    let found = in_order(rows);
    let rendered = page(&found, &in_order(vain));
    let figure_8 = found.iter().find(|row| row.names == "CommitOnlyOwnTerm").expect("it is there");
    assert_eq!(
        figure_8.violation.words,
        "S2 leads term 4 without 1@1 (command 1), which was applied in term 3"
    );
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(FILE, &rendered).expect("the page can be written");
    }
    let page = std::fs::read_to_string(FILE).expect("the page is there");
    assert!(
        page == rendered,
        "UPDATE_GOLDEN=1 cargo test --test explore writes docs/explored.md:\n{rendered}"
    );
}

/// The rows in their order, when all of them were made.
fn in_order<T>(mut rows: Vec<(usize, Result<T, String>)>) -> Vec<T> {
    rows.sort_by_key(|(at, _)| *at);
    let (right, wrong): (Vec<_>, Vec<_>) =
        rows.into_iter().map(|(_, row)| row).partition(Result::is_ok);
    let wrong: Vec<String> = wrong.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    right.into_iter().filter_map(Result::ok).collect()
}

#[test]
fn every_switch_is_found_refused_or_looked_at_in_vain() {
    for bug in Bug::all() {
        let name = bug.name();
        let rows = [
            FOUND.iter().filter(|(names, _)| *names == name).count(),
            NOTHING.iter().filter(|(other, ..)| *other == name).count(),
            usize::from(Scope::of(bug).reason().is_some()),
        ];
        assert_eq!(rows.iter().sum::<usize>(), 1, "{name}: {rows:?}");
    }
}

/// A bug that is said to make no difference changes no state; one that is said to do no harm alone violates nothing.
#[test]
fn what_is_refused_breaks_nothing_that_is_looked_at() {
    let small = [
        "--terms 1 --commands 1",
        "--timeouts 3 --commands 0",
        "--terms 1 --timeouts 2 --commands 1 --snapshots 1 --crashes 1",
    ];
    for arguments in small {
        let bounds = bounds(arguments);
        let right = explore(&bounds, &[], &mut |_| true);
        assert_eq!(right.end, End::Complete, "{arguments}");
        for bug in Bug::all().filter(|bug| Scope::of(*bug) != Scope::Seen) {
            let wrong = explore(&bounds, &[bug], &mut |_| true);
            assert_eq!(wrong.end, End::Complete, "{bug} {arguments}");
            if matches!(Scope::of(bug), Scope::Nothing(_)) {
                assert_eq!(wrong.progress, right.progress, "{bug} {arguments}");
            }
        }
    }
}
