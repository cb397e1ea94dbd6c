//! Tests of the binary's output and exit status.

mod program;

use program::playground;

const TEXT: &str = "name a crash\nseed 7\nat 2s crash leader\nat 6s end\n";

/// Returns the text with its digests, as the binary prints it.
fn recorded() -> String {
    let (status, text, verdict) = playground(["replay", "-", "--text"], TEXT);
    assert_eq!((status, verdict.as_str()), (Some(0), "not compared: the text holds no digest\n"));
    text
}

#[test]
fn a_recorded_run_is_identical_and_a_changed_one_diverges() {
    let text = recorded();
    let (status, says, _) = playground(["replay", "-"], &text);
    assert_eq!(status, Some(0));
    assert!(says.starts_with("a crash\nseed 7, servers 5, network wan\ncommands 1, "), "{says}");
    assert!(says.contains("\nidentical: "), "{says}");
    let other = text.replace("seed 7", "seed 8");
    let (status, says, _) = playground(["replay", "-"], &other);
    assert_eq!(status, Some(1));
    assert!(says.contains("\ndiverged at event "), "{says}");
}

/// A violation is printed with its place, its servers and its evidence, and the exit status is 1.
#[test]
fn a_broken_property_is_named_and_the_status_is_1() {
    let run = "servers 3\nnetwork perfect\ndisk 0s\nelection 1000s..2000s\nbroken RefuseSecondVote\n\
        at 1s timeout 1 2\nat 2s end\n";
    let (status, says, _) = playground(["replay", "-"], run);
    assert_eq!(status, Some(1), "{says}");
    for part in [
        "\nbroken: One vote in a term at 1.001000s, event ",
        ": S3 votes for S1 and then for S2 in term 1\n",
        "\nbroken: Election Safety at 1.002000s, event ",
        ": S2 and S1 both lead term 1\n",
        "\n    1.002000s  S2 becomes leader of term 1 with 2 votes\n",
    ] {
        assert!(says.contains(part), "{part} is missing: {says}");
    }
    assert_eq!(playground(["replay", "-", "--journal"], run).0, Some(1));
    assert_eq!(playground(["replay", "-", "--text"], run).0, Some(1));
    let (status, says, _) = playground(["replay", "-"], TEXT);
    assert_eq!(status, Some(0));
    assert!(says.contains("\nno property is violated\n"), "{says}");
    let (_, help, _) = playground(["replay", "--help"], "");
    assert!(help.contains("Exit status: 0 when"), "{help}");
}

#[test]
fn assumptions_that_do_not_hold_are_told_and_break_no_property() {
    for (text, says) in [
        (
            "servers 3\nnetwork perfect\ndisk 0s\nelection 200ms\nat 0s expect 10s\nat 11s end\n",
            "0.000000s: all election timeouts are 200 ms: ",
        ),
        (
            "servers 3\nnetwork loss=100%\nat 0s expect 10s\nat 11s end\n",
            "0.000000s: all messages are lost",
        ),
        (
            "servers 3\nnetwork lan\nat 1s disk all 3s\nat 1s crash leader\nat 1s expect 10s\nat 12s end\n",
            "1.000000s: an election takes at least 6.0004 s",
        ),
    ] {
        let (status, summary, _) = playground(["replay", "-"], text);
        assert_eq!(status, Some(0), "{summary}");
        assert!(summary.contains(&format!("assumption not met since {says}")), "{summary}");
        assert!(
            summary.contains("expected progress did not come, and Raft does not promise it here"),
            "{summary}"
        );
    }
}

#[test]
fn notes_stand_in_the_journal_at_their_moments() {
    let noted = format!("at 2.001s note it is gone\nat 8s note the end\n{TEXT}");
    let (status, journal, _) = playground(["replay", "--journal", "-"], &noted);
    assert_eq!(status, Some(0));
    let place = |words: &str| journal.find(words).unwrap_or_else(|| panic!("{words}: {journal}"));
    let places =
        ["you: crash leader\n", "2.001000s              note: it is gone\n", " note: the end\n"]
            .map(place);
    assert!(places.is_sorted(), "{journal}");
}

#[test]
fn a_link_is_the_same_run() {
    let (status, link, _) = playground(["link", "-", "--at", "2100"], &recorded());
    assert_eq!(status, Some(0));
    let link = link.trim();
    assert!(link.starts_with("#r1.") && link.len() < 500, "{link}");
    let (status, says, _) = playground(["replay", link], "");
    assert_eq!(status, Some(0));
    assert!(says.contains("\nidentical: "), "{says}");
    let (_, text, _) = playground(["replay", "--text", link], "");
    assert_eq!(text, recorded());
    let (status, journal, _) = playground(["replay", "--journal", link], "");
    assert_eq!(status, Some(0));
    assert!(journal.contains("you: crash leader\n"), "{journal}");
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let (_, link, _) = playground(["link", "-"], TEXT);
    let damaged = link.trim().replacen(&link[20..22], "--", 1);
    for (argument, input, says) in [
        ("/no/such/file", "", "/no/such/file cannot be read: "),
        (damaged.as_str(), "", "this link is incomplete or was changed (characters "),
        ("r7.AAAA", "", "this link is of version `r7`, which is not known here"),
        ("-", "seed 7\nat 1s crash 9\n", "line 2: `at 1.000000s crash 9` is not possible: "),
        ("-", "seed x\n", "line 1: `x` is not a seed"),
    ] {
        let (status, _, error) = playground(["replay", argument], input);
        assert_eq!(status, Some(2), "{argument}");
        assert!(error.starts_with(says), "{error}");
    }
}

/// A terminal obeys escape sequences, and marks of direction disguise text.
#[test]
fn nothing_is_hidden_in_what_is_printed_and_the_text_stays_as_it_is() {
    let run = "name safe\u{202e}txt\u{200b}\nservers 3\nnote 0s..1s note said a\u{2066}b\nat 1s note bell\u{feff}\n\
        at 2s start leader x=\u{1b}[2J\u{202e}1\nat 4s end\n";
    for (arguments, shown) in [
        (&["replay", "-"][..], &["safe⟨U+202E⟩txt⟨U+200B⟩"][..]),
        (&["replay", "-", "--journal"], &["note: bell⟨U+FEFF⟩", "⟨U+001B⟩[2J⟨U+202E⟩1"]),
    ] {
        let (status, says, errors) = playground(arguments.iter().copied(), run);
        assert_eq!((status, errors.as_str()), (Some(0), ""));
        for part in shown {
            assert!(says.contains(part), "{part} is missing: {says}");
        }
        assert!(!says.contains(raft_run::text::is_hidden), "{says:?}");
    }
    let (_, text, _) = playground(["replay", "-", "--text"], run);
    for part in ["safe\u{202e}txt\u{200b}\n", "a\u{2066}b\n", "x=\u{1b}[2J\u{202e}1\n"] {
        assert!(text.contains(part), "{part:?} is missing: {text:?}");
    }
    let (status, _, error) = playground(["replay", "-"], "at 1s cr\u{1b}[31m\u{202e}ash 1\n");
    assert_eq!(status, Some(2));
    assert!(error.contains("⟨U+202E⟩") && !error.contains(raft_run::text::is_hidden), "{error:?}");
    let (_, _, error) = playground(["replay", "no\u{1b}[2J\u{202e}file"], "");
    assert!(error.starts_with("no⟨U+001B⟩[2J⟨U+202E⟩file cannot be read"), "{error:?}");
}

/// A download that broke off is no default run.
#[test]
fn a_text_that_says_nothing_is_refused() {
    for command in ["replay", "link"] {
        for text in ["", "\n \t\n", "\u{feff}# a run\r\n", "# a\n----\nseed 7\n"] {
            let (status, says, error) = playground([command, "-"], text);
            assert_eq!((status, says.as_str()), (Some(2), ""), "{command} {text:?}");
            assert!(error.starts_with("- is empty: it has no line of a run"), "{error}");
        }
    }
    assert_eq!(playground(["replay", "-"], "name x").0, Some(0));
}

const BRANCHES: &str = "branch 1 first\nraft-playground 1\nseed 7\nat 4s end\nbranch 2 x\n\
    left 1 at 2.000000s step 99 network lossy\nraft-playground 1\nseed 7\nat 2s network lossy\nat 9s end\n\
    show 3s\n";

/// The page saves a text with all branches; the last of them is the current one.
#[test]
fn a_text_with_branches_is_read() {
    let (status, says, _) = playground(["replay", "-"], BRANCHES);
    assert_eq!(status, Some(0), "{says}");
    assert!(says.contains("\ncommands 1, events ") || says.contains("commands 1, "), "{says}");
    assert!(says.contains(", end 9.000000s\n"), "{says}");
    for part in [
        "2 branches; this is branch 2, and --branch NUMBER tells of another:\n",
        "  branch 1, first: not compared: the text holds no digest; no property is violated\n",
        "  branch 2, x: not compared",
    ] {
        assert!(says.contains(part), "{part} is missing: {says}");
    }
    let (status, says, _) = playground(["replay", "-", "--branch", "1"], BRANCHES);
    assert_eq!(status, Some(0));
    assert!(says.contains("commands 0, ") && says.contains(", end 4.000000s\n"), "{says}");
    assert!(!says.contains("branches"), "{says}");
    let (status, _, error) = playground(["replay", "-", "--branch", "7"], BRANCHES);
    assert_eq!(
        (status, error.as_str()),
        (Some(2), "there is no branch 7: the branches are 1, 2\n")
    );

    // What is printed is read again, with all its branches and their digests.
    let (_, text, _) = playground(["replay", "-", "--text"], BRANCHES);
    assert!(
        text.starts_with("branch 1 first\n") && text.contains("\nbranch 2 x\nleft 1 at 2"),
        "{text}"
    );
    let (status, says, _) = playground(["replay", "-"], &text);
    assert_eq!(status, Some(0));
    assert_eq!(says.matches("identical: ").count(), 3, "{says}");
    let (_, one, _) = playground(["replay", "-", "--text", "--branch", "1"], BRANCHES);
    assert!(one.starts_with("raft-playground 1\n") && one.contains("at 4.000000s end\n"), "{one}");

    // A branch that differs counts, unless another is asked for.
    let other = text.replacen("seed 7", "seed 8", 1);
    assert_eq!(playground(["replay", "-"], &other).0, Some(1));
    assert_eq!(playground(["replay", "-", "--branch", "1"], &other).0, Some(1));
    assert_eq!(playground(["replay", "-", "--branch", "2"], &other).0, Some(0));

    let (_, help, _) = playground(["replay", "--help"], "");
    assert!(
        help.contains("the last of them is the current one") && help.contains("--branch"),
        "{help}"
    );
}

#[test]
fn a_link_holds_all_branches_or_one() {
    let linked = |arguments: &[&str]| {
        let (status, link, error) = playground(arguments.iter().copied(), BRANCHES);
        assert_eq!((status, error.as_str()), (Some(0), ""));
        raft_link::decode(link.trim()).expect("a link")
    };
    let whole = linked(&["link", "-"]);
    assert!(whole.starts_with("branch 1 first\n") && whole.contains("\nbranch 2 x\n"), "{whole}");
    assert!(whole.contains("\nshow 3.000000s\n"), "{whole}");
    let moved = linked(&["link", "-", "--at", "8000"]);
    assert!(moved.contains("\nshow 8.000000s\n") && !moved.contains("show 3"), "{moved}");
    let first = linked(&["link", "-", "--branch", "1"]);
    assert!(first.starts_with("raft-playground 1\n") && !first.contains("branch"), "{first}");
    let (status, _, error) = playground(["link", "-", "--branch", "3"], BRANCHES);
    assert_eq!(
        (status, error.as_str()),
        (Some(2), "there is no branch 3: the branches are 1, 2\n")
    );
}

/// A reader that stops after the first line ends the program: no panic, no message, and the status of a broken pipe.
#[test]
fn a_reader_that_has_gone_ends_a_command_without_a_word() {
    for arguments in [
        &["replay", "-", "--journal"][..],
        &["replay", "-"],
        &["replay", "-", "--text"],
        &["link", "-"],
        &["lab", "TestInitialElection3A", "--seeds", "1..3"],
        &["lab", "TestInitialElection3A", "--json"],
        &["explore", "--terms", "1", "--commands", "0"],
        &["search", "--broken", "HalfIsEnough", "--seeds", "1..20"],
        &["swarm", "--seeds", "1..2"],
    ] {
        // The reader is gone before the command starts: however slow this test is, nothing fits into the pipe.
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let (status, _, error) =
            program::ended(program::start(arguments.iter().copied(), writer), TEXT);
        assert_eq!((status, error.as_str()), (Some(141), ""), "{arguments:?}");
    }
}

#[test]
fn every_command_tells_its_statuses() {
    for command in ["explore", "lab", "link", "replay", "search", "swarm"] {
        let (status, help, _) = playground([command, "--help"], "");
        assert_eq!(status, Some(0));
        assert!(help.contains("Exit status: 0 when "), "{command}: {help}");
    }
    let (_, help, _) = playground(["--help"], "");
    assert!(help.contains("Exit status: 0 when ") && help.contains("status 141"), "{help}");
}
