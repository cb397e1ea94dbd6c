//! Questions and their answers, in runs made for them.

use raft_run::Place;
use raft_run::Run;
use raft_run::why::{Answer, Question};

const STILL: &str = "servers 3\nnetwork perfect\ndisk 0s\nelection 1000s..2000s\nheartbeat 1000s\n";

fn run(header: &str, commands: &str) -> Run {
    Run::from_text(&format!("{header}{commands}")).unwrap_or_else(|error| panic!("{error}"))
}

fn ask(run: &Run, question: &str) -> Answer {
    run.why(question.parse().expect("a question"))
}

/// The answer, and each reason with the moment it rests on, a line each.
fn words(answer: &Answer) -> String {
    let mut lines = vec![answer.says.clone()];
    for reason in &answer.because {
        let at = reason.event.map_or_else(|| "now".into(), |(at, _)| at.to_string());
        lines.push(format!("{at}: {}", reason.says));
    }
    lines.join("\n")
}

#[track_caller]
fn answers(run: &Run, question: &str, expected: &str) {
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(words(&ask(run, question)), expected.join("\n"));
}

#[test]
fn why_there_is_no_leader() {
    let run = |commands: &str| run(STILL, commands);
    let answer = ask(&run("at 1s end\n"), "leader");
    assert!(answer.says.starts_with("Nobody stands for election yet: the election timer of S"));
    assert_eq!(answer.because[0].says, "No server has led so far.");
    answers(
        &run("at 1s timeout 1\nat 2s crash 1 2\nat 3s end\n"),
        "leader",
        "No server can win: 1 of 3 run, and a majority is 2.
         2.000000s: S1 is down
         2.000000s: S2 is down",
    );
    answers(
        &run("at 1s partition 1 | 2 | 3\nat 2s end\n"),
        "leader",
        "No server reaches a majority: that is 2 servers, and the best connected reach 1, such as S3.
         1.000000s: S3 and S1 are cut off from each other
         1.000000s: S3 and S2 are cut off from each other",
    );
    let answer = words(&ask(&run("at 1s timeout 1\nat 2s crash 1\nat 3s end\n"), "leader"));
    assert!(answer.starts_with("Nobody stands for election yet"), "{answer}");
    assert!(
        answer.ends_with("\n1.002000s: S1 won the election of term 1\n2.000000s: S1 crashes"),
        "{answer}"
    );
    answers(
        &run(
            "at 1s timeout 1\nat 2s isolate 3\nat 3s start 1 x=1\nat 4s heal\nat 5s timeout 3\nat 6s end\n",
        ),
        "leader",
        "S3 stands for election in term 2 with 1 of 2 votes.
         5.000000s: S3 began the election of term 2
         5.001000s: S1 refuses its vote to S3: the candidate's log ends at 0@0, its own at 1@1
         5.001000s: S2 refuses its vote to S3: the candidate's log ends at 0@0, its own at 1@1",
    );
}

#[test]
fn what_is_asked_when_nothing_is_up_or_nothing_has_happened() {
    let run = |commands: &str| run(STILL, commands);
    let fresh = run("");
    answers(&fresh, "message 1", "No message has been sent yet.");
    answers(&fresh, "entry 1", "No server has an entry 1, and none leads to accept one.");
    let all = "at 1s timeout 1\nat 2s start 1 x=1\nat 3s snapshot 1\nat 4s crash 1 2 3\n";
    let was = "Entry 1@1 was committed in term 1, but no server that is up knows it now: a crash takes commitIndex along. A new leader learns it when it commits an entry of its own term (§5.4.2). No server can win: 0 of 3 run, and a majority is 2.
         2.002000s: S1 commits up to index 1: stored on 2 servers\n";
    let down = "4.000000s: S1 is down\n4.000000s: S2 is down\n4.000000s: S3 is down";
    answers(&run(&format!("{all}at 5s end\n")), "entry 1", &format!("{was}{down}"));
    // A snapshot brings back what it stands for; without one, nobody knows after the restart.
    let again = |commands: &str| {
        words(&ask(&run(&format!("{commands}at 5s restart 1 2 3\nat 6s end\n")), "entry 1"))
    };
    assert!(again(all).starts_with("Entry 1@1 is committed: S1 knows it."), "{}", again(all));
    let without = again(&all.replace("at 3s snapshot 1\n", ""));
    assert!(
        without.starts_with("Entry 1@1 was committed in term 1, but no server that is up"),
        "{without}"
    );
    answers(
        &run("at 1s timeout 1\nat 1.5s isolate 1\nat 2s start 1 x=1\nat 3s crash 1\nat 4s end\n"),
        "entry 1",
        "No server that is up has an entry 1; there is 1@1 on S1, which is down.
         3.000000s: S1 is down",
    );
    let off = ask(&run("broken FollowerTimesOut\nat 1s end\n"), "leader");
    let last = &off.because.last().expect("a reason").says;
    assert_eq!(last, "not obeyed in this run: A follower times out");
    let still = ask(&run("at 1s timeout 1\nat 2s pause 1 2\nat 3s end\n"), "leader");
    assert_eq!(
        still.says,
        "S1 leads term 1 and stands still: too few others can speak with each other to elect another leader."
    );
}

#[test]
fn why_this_one_leads() {
    let run = run(STILL, "at 1s timeout 1\nat 2s isolate 1\nat 3s end\n");
    answers(
        &run,
        "leader",
        "S1 believes that it leads term 1, but it reaches 1 of the 2 servers that it needs to commit anything.
         1.002000s: S1 won the election of term 1
         2.000000s: S1 and S2 are cut off from each other
         2.000000s: S1 and S3 are cut off from each other",
    );
}

#[test]
fn why_an_entry_is_not_committed() {
    let lost = run(
        STILL,
        "at 1s timeout 1\nat 2s crash 2\nat 2s cut 1 > 3\nat 3s start 1 x=1\nat 4s end\n",
    );
    answers(
        &lost,
        "entry 1",
        "Entry 1@1 is known to be on 1 of the 2 servers that are needed: S1.
         2.000000s: S2 is down
         2.000000s: the link from S1 to S3 is cut",
    );
    let flying = run(STILL, "at 1s timeout 1\nat 3s start 1 x=1\nat 3.0005s end\n");
    answers(
        &flying,
        "entry 1",
        "Entry 1@1 is known to be on 1 of the 2 servers that are needed: S1.
         now: the message that brings it to S2 arrives in 1 ms
         now: the message that brings it to S3 arrives in 1 ms",
    );
    let done = run(STILL, "at 1s timeout 1\nat 3s start 1 x=1\nat 4s end\n");
    answers(
        &done,
        "entry 1",
        "Entry 1@1 is committed: S1 knows it. S2 and S3 will learn it with the next message of S1 that arrives.
         3.002000s: S1 commits up to index 1: stored on 2 servers",
    );
    assert!(ask(&done, "entry 9").says.starts_with("No server has an entry 9"));
}

#[test]
fn why_an_entry_of_an_earlier_term_is_not_counted() {
    let figure_8 = "servers 5\nnetwork perfect\ndisk 0s\nelection 1000s..2000s\nheartbeat 1000s\n\
        at 1s timeout 3\nat 2s start 3 a=1\nat 2.5s timeout 3\nat 3s timeout 1\nat 3.5s partition 1 2 | 3 4 5\n\
        at 4s start 1 b=2\nat 5s crash 1\nat 6s timeout 5\nat 6.0025s isolate 5\nat 6.5s start 5 b=3\nat 7s crash 5\n\
        at 7s restart 1\nat 7s partition 1 2 3 | 4 5\nat 7.1s timeout 1\nat 7.2s timeout 1\n";
    let before = run(figure_8, "at 7.4s end\n");
    answers(
        &before,
        "entry 2",
        "Entry 2@2 is of an earlier term than 4, in which S1 leads: a leader counts the copies of entries of its own term only (§5.4.2). S1 commits it together with the next command that it accepts.
         7.206000s: S1 does not commit 2@2 by counting: it is not of term 4",
    );
    let after = run(figure_8, "at 7.5s isolate 1\nat 7.6s start 1 c=4\nat 8s end\n");
    let answer = ask(&after, "entry 2");
    assert!(
        answer
            .says
            .ends_with("Entry 3@4 is known to be on 1 of the 5 servers that are needed: S1.")
            || answer.says.contains("Entry 3@4 is known to be on 1 of the 3 servers"),
        "{}",
        answer.says
    );
}

#[test]
fn why_an_entry_that_the_leader_lacks_is_not_committed() {
    let run = run(
        STILL,
        "at 1s timeout 1\nat 2s isolate 1\nat 3s start 1 x=1\nat 4s timeout 2\nat 4.1s heal\nat 4.2s end\n",
    );
    let answer = ask(&run, "entry 1");
    assert!(
        answer.says.starts_with("S2 leads term 2, and its log has no entry 1. There is 1@1 on S1"),
        "{}",
        answer.says
    );
    assert_eq!(answer.because.len(), 1);
}

/// The newest message whose note says this.
fn message(run: &mut Run, part: &str) -> String {
    let filter = raft_run::journal::Filter { server: None, kinds: raft_run::Kind::ALL.into() };
    let page = run.journal(filter);
    let line = page.lines(0).filter(|line| line.record.to_string().contains(part)).last();
    let line = line.unwrap_or_else(|| panic!("no record says “{part}”"));
    let id = line.record.message().or(line.stamp.cause).expect("a message brought it about");
    format!("message {id}")
}

#[test]
fn why_a_message_was_refused_ignored_or_lost() {
    let mut behind = run(
        STILL,
        "at 1s timeout 1\nat 2s isolate 3\nat 3s start 1 x=1\nat 4s heal\nat 5s timeout 3\nat 6s end\n",
    );
    let question = message(&mut behind, "to S3: the candidate's log ends at 0@0");
    answers(
        &behind,
        &question,
        "S2 refused its vote: its own log ends at 1@1, and the log of S3 at 0@0. The later last term wins, and with the same term the longer log (§5.4.1).
         5.001000s: S2 refuses its vote to S3: the candidate's log ends at 0@0, its own at 1@1
         3.001000s: S2 has the previous entry 0@0: appends 1",
    );
    let question = message(&mut behind, "is lost: the link is cut");
    let answer = ask(&behind, &question);
    assert!(answer.says.contains("was lost: the link from S1 to S3 was cut"), "{}", answer.says);
    assert_eq!(answer.because.len(), 2, "where it ended, and where the links were cut");

    let mut twice = run(STILL, "at 1s timeout 1\nat 1s timeout 2\nat 2s end\n");
    let question = message(&mut twice, ": voted for");
    let answer = ask(&twice, &question);
    assert!(answer.says.contains("a server votes once in a term (§5.2)"), "{}", answer.says);
    assert_eq!(answer.because.len(), 2, "the refusal, and the vote before");

    let question = message(&mut twice, "votes for S");
    assert!(
        ask(&twice, &question).says.contains("gave S2 its vote")
            || ask(&twice, &question).says.contains("gave S1 its vote")
    );
}

#[test]
fn an_answer_in_the_past_knows_nothing_of_the_future() {
    let mut run = run(STILL, "at 1s timeout 1\nat 2s crash 1 2\nat 3s end\n");
    run.seek(Place::Time(raft_run::Time(1_500_000)));
    answers(&run, "leader", "S1 leads term 1.\n1.002000s: S1 won the election of term 1");
}

#[test]
fn every_reason_leads_to_its_event() {
    let commands = "at 1s timeout 1\nat 2s crash 1 2\nat 2.5s start 3 x=1\nat 3s end\n";
    let mut run = run(STILL, commands);
    let answer = ask(&run, "leader");
    for reason in &answer.because {
        let (at, step) = reason.event.expect("a crash is an event");
        run.seek(Place::Step(step));
        assert_eq!(run.world().now(), at);
        assert!(!run.world().servers()[reason.server.expect("whose").slot()].is_running());
    }
}

#[test]
fn what_became_of_an_operation() {
    let run = run(
        STILL,
        "at 1s timeout 1\nat 2s clients 1 idle\nat 2s isolate 3\nat 3s ask c1 x=1\nat 4s end\n",
    );
    let answer = ask(&run, "operation c1 1");
    assert!(answer.says.starts_with("Operation 1 of c1 (x=1) is entry 1@1, and took effect."));
    let says: Vec<&str> = answer.because.iter().map(|reason| reason.says.as_str()).collect();
    let told = |part: &str| says.iter().filter(|says| says.contains(part)).count();
    assert_eq!(told("c1 asks S1: x=1"), 1, "{says:#?}");
    assert_eq!(told("S1 appends a command to its log as 1@1"), 1, "{says:#?}");
    assert_eq!(told("S1 sends S2 AppendEntries 1"), 1, "{says:#?}");
    assert_eq!(told("to S3 is lost: the link is cut"), 1, "{says:#?}");
    assert_eq!(told("S2 has the previous entry 0@0: appends 1"), 1, "{says:#?}");
    assert_eq!(told("S1 commits up to index 1"), 1, "{says:#?}");
    assert_eq!(told("S1 applies 1@1"), 1, "{says:#?}");
    assert_eq!(told("c1 is answered by S1: done"), 1, "{says:#?}");
    assert!(answer.because.iter().all(|reason| reason.event.is_some()));
    let sent = answer.because.iter().find(|reason| reason.says.contains("S1 sends S2"));
    assert!(sent.expect("told above").message.is_some());
    assert!(ask(&run, "operation c1 2").says.contains("has asked no operation 2"));
}

#[test]
fn questions_are_read_and_printed() {
    for text in ["leader", "entry 7", "message 41", "operation c2 17"] {
        assert_eq!(text.parse::<Question>().expect("a question").to_string(), text);
    }
    for (text, says) in [
        ("entry", "something is missing: an entry's index"),
        ("entry 0", "`0` is not an entry's index"),
        ("moon", "`moon` is not a question: `leader`, `entry 7`, `message 41` or `operation c1 3`"),
    ] {
        let error = text.parse::<Question>().expect_err(text).to_string();
        assert!(error.starts_with(says), "{error}");
    }
}
