//! Tests of `swarm` and `search` from their arguments to their exit status.

mod program;

use program::playground;

#[test]
fn a_swarm_says_what_happened() {
    let (status, says, _) = playground(["swarm", "--seeds", "1..3", "--jobs", "1"], "");
    assert_eq!(status, Some(0), "{says}");
    assert!(says.contains("  elections won\n") && says.contains("3 runs, "), "{says}");
    assert!(says.trim_end().ends_with("3 passed, 0 failed"), "{says}");
}

#[test]
fn a_fresh_swarm_says_its_seeds_and_they_repeat_it() {
    let (status, fresh, seeds) = playground(["swarm", "--seeds", "fresh:2", "--jobs", "1"], "");
    assert_eq!(status, Some(0), "{seeds}{fresh}");
    let told = seeds.lines().find_map(|line| line.strip_prefix("--seeds ")).expect("its seeds");
    let (status, again, _) = playground(["swarm", "--seeds", told, "--jobs", "1"], "");
    assert_eq!(status, Some(0), "{again}");
    // The last line has the time that it took.
    let counts =
        |says: &str| says.trim_end().rsplit_once('\n').map(|(counts, _)| counts.to_owned());
    assert_eq!(counts(&fresh), counts(&again));
    assert!(counts(&fresh).is_some_and(|counts| counts.contains("elections won")), "{fresh}");
}

#[test]
fn a_failure_is_told_shrunk_and_with_a_link() {
    let arguments = ["swarm", "--seeds", "1..2", "--broken", "OldLeaderKeepsLeading", "--shrink"];
    let (status, says, _) = playground(arguments, "");
    assert_eq!(status, Some(1), "{says}");
    for part in [
        "seed 1: Election Safety is violated: ",
        "  again: raft-playground swarm --seeds 1 --broken OldLeaderKeepsLeading\n",
        "\nbroken OldLeaderKeepsLeading\n",
        "  link: #r1.",
        "0 passed, 2 failed",
    ] {
        assert!(says.contains(part), "{part}\n{says}");
    }
}

/// Number of crashes between two writes of a server, in ten seeds.
fn halfway(more: &[&str]) -> u32 {
    let (status, says, _) = playground([&["swarm", "--seeds", "1..10"][..], more].concat(), "");
    assert_eq!(status, Some(0), "{says}");
    let counted = |line: &str| {
        line.trim().strip_suffix("  crashes between two writes of a server")?.parse().ok()
    };
    says.lines().find_map(counted).expect("it is counted")
}

#[test]
fn a_swarm_is_asked_for_crashes_between_two_writes() {
    let (usual, often) = (halfway(&[]), halfway(&["--writes"]));
    assert!(often > 2 * usual, "{often} instead of {usual}");
    let broken = ["swarm", "--writes", "--seeds", "1..10", "--broken", "LogBeforeSnapshot"];
    let (status, says, _) = playground(broken, "");
    assert_eq!(status, Some(1), "{says}");
    assert!(says.contains(" --broken LogBeforeSnapshot --writes\n"), "{says}");
}

#[test]
fn a_search_is_asked_for_crashes_between_two_writes() {
    let arguments = ["search", "--writes", "--broken", "LogBeforeSnapshot"];
    let (status, says, _) = playground(arguments, "");
    assert_eq!(status, Some(0), "{says}");
    assert!(says.contains(" between ") || says.contains(" after write "), "{says}");
    // Without the switch the search leans towards the same, by the mistake.
    let (_, same, _) = playground(["search", "--broken", "LogBeforeSnapshot"], "");
    let run = |text: &str| text.split("\nseed ").next().map(str::to_owned);
    assert_eq!(run(&says), run(&same));
}

#[test]
fn a_search_prints_a_run_that_replays() {
    let file = std::env::temp_dir().join(format!("raft-swarm-{}.txt", std::process::id()));
    let path = file.to_str().expect("a plain path");
    let (status, says, _) =
        playground(["search", "--broken", "RefuseSecondVote", "--trace", path], "");
    assert_eq!(status, Some(0), "{says}");
    assert!(says.contains("One vote in a term is violated: "), "{says}");
    let (status, replayed, _) = playground(["replay", path], "");
    std::fs::remove_file(&file).expect("it was written");
    assert!(replayed.contains("One vote in a term"), "{status:?} {replayed}");
}

#[test]
fn several_mistakes_of_some_servers_break_the_property_that_was_chosen() {
    let broken = ["--broken", "RefuseSecondVote", "--broken", "ReadsWithoutLog", "--on", "1,2"];
    let arguments = [&["search"], &broken[..], &["--property", "Linearizable"]].concat();
    let (status, says, _) = playground(arguments, "");
    assert_eq!(status, Some(0), "{says}");
    assert!(says.contains("\nbroken RefuseSecondVote ReadsWithoutLog on 1"), "{says}");
    assert!(says.contains("\nLinearizable is violated: "), "{says}");
    let nothing =
        ["search", "--broken", "SendEntries", "--seeds", "1..2", "--property", "one-vote"];
    let (status, says, _) = playground(nothing, "");
    assert_eq!(status, Some(1), "{says}");
    assert!(says.contains("One vote in a term was never violated"), "{says}");
}

#[test]
fn what_makes_no_sense_is_refused_with_what_would() {
    for (arguments, says) in [
        (&["swarm", "--broken", "Gravity"][..], "`Gravity` is not the name of a rule"),
        (&["search", "--broken", "Gravity"][..], "`Gravity` is not the name of a rule"),
        (&["swarm", "--seeds", "9..1"][..], "the first seed is after the last"),
        (&["swarm", "--seeds", "fresh:0"][..], "or a number of them from 1 to 4294967295"),
        (&["search", "--seeds", "1..2"][..], "--broken"),
        (&["swarm", "--jobs", "0"], "invalid value '0'"),
        (&["swarm", "--writes", "--lies"], "'--writes' cannot be used with '--lies'"),
        (&["search", "--broken", "GrantVote", "--on", "x"], "`x` is not a server's number"),
        (&["search", "--broken", "GrantVote", "--property", "luck"], "`luck` is not a property"),
        (&["search", "--broken", "GrantVotes"], "did you mean `GrantVote`?"),
    ] {
        let (status, _, error) = playground(arguments.iter().copied(), "");
        assert_eq!(status, Some(2));
        assert!(error.contains(says), "{error}");
    }
}
