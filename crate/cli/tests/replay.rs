//! The binary as a user meets it: what it prints, and its exit status.

use std::io::Write;
use std::process::{Command, Output, Stdio};

const TEXT: &str = "name a crash\nseed 7\nat 2s crash leader\nat 6s end\n";

fn playground(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_raft-playground"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // One that has refused its arguments does not read.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// The text with its digests, as the binary prints it.
fn recorded() -> String {
    let (status, text, verdict) = said(&playground(&["replay", "-", "--text"], TEXT));
    assert_eq!((status, verdict.as_str()), (Some(0), "not compared: the text holds no digest\n"));
    text
}

#[test]
fn a_recorded_run_is_identical_and_a_changed_one_diverges() {
    let text = recorded();
    let (status, says, _) = said(&playground(&["replay", "-"], &text));
    assert_eq!(status, Some(0));
    assert!(says.starts_with("a crash\nseed 7, servers 5, network wan\ncommands 1, "), "{says}");
    assert!(says.contains("\nidentical: "), "{says}");
    let other = text.replace("seed 7", "seed 8");
    let (status, says, _) = said(&playground(&["replay", "-"], &other));
    assert_eq!(status, Some(1));
    assert!(says.contains("\ndiverged at event "), "{says}");
}

/// What is broken in a run is said with its place, its servers and its evidence, and the exit status says so too.
#[test]
fn a_broken_promise_is_named_and_the_status_is_1() {
    let run = "servers 3\nnetwork perfect\ndisk 0s\nelection 1000s..2000s\nbroken RefuseSecondVote\n\
        at 1s timeout 1 2\nat 2s end\n";
    let (status, says, _) = said(&playground(&["replay", "-"], run));
    assert_eq!(status, Some(1), "{says}");
    for part in [
        "\nbroken: One vote in a term at 1.001000s, event ",
        ": S3 votes for S1 and then for S2 in term 1\n",
        "\nbroken: Election Safety at 1.002000s, event ",
        ": S2 and S1 both lead term 1\n",
        "\n    1.002000s  S2 leads term 1: elected by 2\n",
    ] {
        assert!(says.contains(part), "{part} is missing: {says}");
    }
    assert_eq!(said(&playground(&["replay", "-", "--journal"], run)).0, Some(1));
    assert_eq!(said(&playground(&["replay", "-", "--text"], run)).0, Some(1));
    let (status, says, _) = said(&playground(&["replay", "-"], TEXT));
    assert_eq!(status, Some(0));
    assert!(says.contains("\nno promise is broken\n"), "{says}");
    let (_, help, _) = said(&playground(&["replay", "--help"], ""));
    assert!(help.contains("Exit status: 0 when"), "{help}");
}

#[test]
fn assumptions_that_do_not_hold_are_told_and_break_no_promise() {
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
        let (status, summary, _) = said(&playground(&["replay", "-"], text));
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
    let (status, journal, _) = said(&playground(&["replay", "--journal", "-"], &noted));
    assert_eq!(status, Some(0));
    let place = |words: &str| journal.find(words).unwrap_or_else(|| panic!("{words}: {journal}"));
    let places =
        ["you: crash leader\n", "2.001000s              note: it is gone\n", " note: the end\n"]
            .map(place);
    assert!(places.is_sorted(), "{journal}");
}

#[test]
fn a_link_is_the_same_run() {
    let (status, link, _) = said(&playground(&["link", "-", "--at", "2100"], &recorded()));
    assert_eq!(status, Some(0));
    let link = link.trim();
    assert!(link.starts_with("#r1.") && link.len() < 500, "{link}");
    let (status, says, _) = said(&playground(&["replay", link], ""));
    assert_eq!(status, Some(0));
    assert!(says.contains("\nidentical: "), "{says}");
    let (_, text, _) = said(&playground(&["replay", "--text", link], ""));
    assert_eq!(text, recorded());
    let (status, journal, _) = said(&playground(&["replay", "--journal", link], ""));
    assert_eq!(status, Some(0));
    assert!(journal.contains("you: crash leader\n"), "{journal}");
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let (_, link, _) = said(&playground(&["link", "-"], TEXT));
    let damaged = link.trim().replacen(&link[20..22], "--", 1);
    for (argument, input, says) in [
        ("/no/such/file", "", "/no/such/file cannot be read: "),
        (damaged.as_str(), "", "this link is damaged between its characters "),
        ("r7.AAAA", "", "this link is of version `r7`, which is not known here"),
        ("-", "seed 7\nat 1s crash 9\n", "line 2: `at 1.000000s crash 9` is not possible: "),
        ("-", "seed x\n", "line 1: `x` is not a seed"),
    ] {
        let (status, _, error) = said(&playground(&["replay", argument], input));
        assert_eq!(status, Some(2), "{argument}");
        assert!(error.starts_with(says), "{error}");
    }
}

/// A terminal obeys escapes, and marks of direction make one text look like another.
#[test]
fn nothing_is_hidden_in_what_is_printed_and_the_text_stays_as_it_is() {
    let run = "name safe\u{202e}txt\u{200b}\nservers 3\nnote 0s..1s note said a\u{2066}b\nat 1s note bell\u{feff}\n\
        at 2s start leader x=\u{1b}[2J\u{202e}1\nat 4s end\n";
    for (arguments, shown) in [
        (&["replay", "-"][..], &["safe⟨U+202E⟩txt⟨U+200B⟩"][..]),
        (&["replay", "-", "--journal"], &["note: bell⟨U+FEFF⟩", "⟨U+001B⟩[2J⟨U+202E⟩1"]),
    ] {
        let (status, says, errors) = said(&playground(arguments, run));
        assert_eq!((status, errors.as_str()), (Some(0), ""));
        for part in shown {
            assert!(says.contains(part), "{part} is missing: {says}");
        }
        assert!(!says.contains(raft_sim::text::is_hidden), "{says:?}");
    }
    let (_, text, _) = said(&playground(&["replay", "-", "--text"], run));
    for part in ["safe\u{202e}txt\u{200b}\n", "a\u{2066}b\n", "x=\u{1b}[2J\u{202e}1\n"] {
        assert!(text.contains(part), "{part:?} is missing: {text:?}");
    }
    let (status, _, error) =
        said(&playground(&["replay", "-"], "at 1s cr\u{1b}[31m\u{202e}ash 1\n"));
    assert_eq!(status, Some(2));
    assert!(error.contains("⟨U+202E⟩") && !error.contains(raft_sim::text::is_hidden), "{error:?}");
    let (_, _, error) = said(&playground(&["replay", "no\u{1b}[2J\u{202e}file"], ""));
    assert!(error.starts_with("no⟨U+001B⟩[2J⟨U+202E⟩file cannot be read"), "{error:?}");
}
