//! `raft-playground lab --broken`, from its arguments to its exit status.

mod program;

fn lab(arguments: &str) -> program::Said {
    program::playground(["lab"].into_iter().chain(arguments.split_whitespace()), "")
}

#[test]
fn a_mistake_fails_the_tests_that_find_it_and_the_failure_is_repeated_with_it() {
    let (code, out, _) =
        lab("TestFollowerFailure3B TestInitialElection3A --broken CommitByCounting");
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("--- FAIL at ") && out.contains("nothing committed at index 4"), "{out}");
    let again =
        "again: raft-playground lab TestFollowerFailure3B --seeds 1 --broken CommitByCounting\n";
    assert!(out.contains(again), "{out}");
    assert!(out.ends_with("1 passed, 1 failed\n"), "{out}");

    // On one server, and two mistakes at once.
    let (code, out, _) = lab("TestFollowerFailure3B --broken CommitByCounting --on 1 --seeds 1..9");
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains(" --broken CommitByCounting --on 1\n"), "{out}");
    let (code, out, _) = lab("3A --broken GrantVote --broken CountVote --json");
    assert_eq!(code, Some(1), "{out}");
    assert_eq!(out.matches("\"passed\":false").count(), 3, "{out}");
}

#[test]
fn the_run_of_a_failure_is_written_and_opens_at_that_moment() {
    let file = std::env::temp_dir().join(format!("raft-lab-broken-{}.txt", std::process::id()));
    let arguments =
        format!("TestFollowerFailure3B --broken CommitByCounting --trace {}", file.display());
    let (code, out, _) = lab(&arguments);
    assert_eq!(code, Some(1), "{out}");
    let text = std::fs::read_to_string(&file).expect("it is written");
    std::fs::remove_file(&file).expect("it was there");
    assert!(text.contains("\nbroken CommitByCounting\n"), "{text}");
    let run = raft_run::Run::from_text(&text).expect("it is a run");
    let end = run.world().now();
    assert!(text.ends_with(&format!("\nshow {end}\n")), "{text}");
    assert!(out.contains(&format!("--- FAIL at {end}: expected nothing committed")), "{out}");
}

#[test]
fn what_is_no_mistake_or_no_server_is_named_with_what_would_be_right() {
    for (arguments, says) in [
        ("3A --broken Gravity", "`Gravity` is not the name of a rule or of a mistake"),
        ("3A --broken GrantVotes", "did you mean `GrantVote`?"),
        ("3A --broken GrantVote --on x", "`x` is not a server's number"),
        (
            "TestRejoin3B --broken GrantVote --on 5",
            "TestRejoin3B: `broken GrantVote on 5` is not possible: this cluster has the servers 1 to 3",
        ),
        ("3A --on 1", "--broken"),
        ("--finds --broken GrantVote", "cannot be used with"),
    ] {
        let (code, out, error) = lab(arguments);
        assert_eq!((code, &out[..]), (Some(2), ""), "{arguments}");
        assert!(error.contains(says), "{error}");
    }
}
