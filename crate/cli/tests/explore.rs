//! `raft-playground explore`, from its arguments to its exit status.

mod program;

fn explore(arguments: &str) -> program::Said {
    program::playground(["explore"].into_iter().chain(arguments.split_whitespace()), "")
}

#[test]
fn the_correct_core_is_a_success_and_a_violation_is_not() {
    let (code, out, _) = explore("--terms 1 --commands 1");
    assert_eq!(code, Some(0), "{out}");
    assert!(out.starts_with("Every state within the bounds was looked at: all properties hold.\n"));
    assert!(out.contains("9,001 states, 34,361 steps, depth 27, "), "{out}");

    let (code, out, _) = explore("--terms 1 --commands 0 --broken WinElection");
    assert_eq!(code, Some(1), "{out}");
    assert!(out.starts_with("  1. the election timer of S1 runs out\n"), "{out}");
    assert!(out.contains("\nElection Safety is violated: S1 and S2 lead term 1\n"), "{out}");
}

/// The path is printed as a run and as a link, and written to a file; the run violates the same property.
#[test]
fn the_shortest_way_opens_as_a_run() {
    let file = std::env::temp_dir().join(format!("raft-explore-{}.txt", std::process::id()));
    let arguments =
        format!("--terms 1 --commands 0 --broken WinElection --trace {}", file.display());
    let (code, out, error) = explore(&arguments);
    assert_eq!(code, Some(1), "{out}{error}");
    let text = std::fs::read_to_string(&file).expect("it is written");
    std::fs::remove_file(&file).expect("it was there");
    assert!(out.contains(&text) && out.contains("\nlink: #"), "{out}");
    let run = raft_run::Run::from_text(&text).expect("it is a run");
    assert_eq!(run.name(), Some("Win with a majority: Election Safety is violated"));
    let violations = run.world().violations();
    assert_eq!(violations[0].property, raft_check::Property::ElectionSafety, "{text}");

    let nowhere = file.join("nowhere");
    let arguments =
        format!("--terms 1 --commands 0 --broken WinElection --trace {}", nowhere.display());
    let (code, _, error) = explore(&arguments);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.starts_with("cannot write "), "{error}");
}

#[test]
fn wrong_arguments_are_named_with_what_would_be_right() {
    for (arguments, says) in [
        ("--servers 6", "6 servers cannot be explored: 2 to 5 can"),
        (
            "--broken Gravity",
            "`Gravity` is not the name of a rule or of a mistake\nThe names: RecoverState, ",
        ),
        ("--broken RefuseSecondVotes", "did you mean `RefuseSecondVote`?"),
        (
            "--broken ReadsWithoutLog",
            "ReadsWithoutLog cannot be explored: it concerns what clients",
        ),
        ("--broken SendHeartbeats", "SendHeartbeats cannot be explored: it only keeps things from"),
        ("--broken FollowCommit", "explore it together with NextIndexUnderflow"),
        (
            "--broken RefuseSecondVote --broken VoteResetsTimer",
            "VoteResetsTimer cannot be explored: it changes when a timer runs out",
        ),
        ("--terms 0", "terms can be 1 to 15, not 0"),
    ] {
        let (code, out, error) = explore(arguments);
        assert_eq!((code, &out[..]), (Some(2), ""), "{arguments}");
        assert!(error.contains(says), "{error}");
    }
}
