//! Bad input: what is wrong is said with what would be right, and nothing changes.

use raft_run::{Command, Run};

/// Three servers: S1 leads, S2 is paused, S3 has crashed; message 1 arrived long ago, the newest is held.
fn run() -> Run {
    Run::from_text(
        "servers 3\nnetwork perfect\nelection 1000s..2000s\nheartbeat 1000s\ndisk 0s\nat 1s timeout 1\n\
         at 2s start 1 x=1\nat 3s snapshot 1\nat 3s pause 2\nat 3s crash 3\nat 4s timeout 1\n\
         at 4s hold 14\n",
    )
    .expect("a run")
}

/// The words that a person is told.
fn answer(run: &mut Run, text: &str) -> String {
    match text.parse::<Command>() {
        Err(error) => error.to_string(),
        Ok(command) => match run.command(command) {
            Err(why) => why.to_string(),
            Ok((line, _)) => format!("done: {line}"),
        },
    }
}

#[test]
fn a_command_that_cannot_be_carried_out_says_why_and_changes_nothing() {
    let start = run();
    for (text, says) in [
        ("crash 4", "there is no server 4: the servers are 1 to 3"),
        ("start 9 x=1", "there is no server 9: the servers are 1 to 3"),
        ("start 3 x=1", "S3 is down: restart it first, or start the command at another server"),
        ("start 2 x=1", "S2 is paused: resume it first"),
        ("crash 3", "S3 is down already"),
        ("restart 1", "S1 is up: only a crashed server can be restarted"),
        ("pause 2", "S2 is paused already"),
        ("resume 1", "S1 is not paused"),
        ("pause 3", "S3 is down: restart it first"),
        ("timeout 2", "S2 is paused: resume it first"),
        ("snapshot 3", "S3 is down: restart it first"),
        ("cut 1 7", "there is no server 7: the servers are 1 to 3"),
        ("partition 1 2 | 2 3", "S2 is named twice: a server is in one group"),
        ("partition 1 2 | 3 4", "there is no server 4: the servers are 1 to 3"),
        ("isolate 5", "there is no server 5: the servers are 1 to 3"),
        ("clock 4 50%", "there is no server 4: the servers are 1 to 3"),
        ("disk 5 1ms", "there is no server 5: the servers are 1 to 3"),
        ("drop 1", "message 1 is not in flight any more: it has arrived or was lost"),
        ("drop 999", "there is no message 999 yet: the newest is 14"),
        ("hold 14", "message 14 is held already"),
        ("release 13", "message 13 is not held: it is on its way"),
        ("ask c1 x", "there is no client yet: `clients 1` makes some"),
        ("cut c3 1", "there is no client yet: `clients 3` makes some"),
        ("start 1 c2#1 x=1", "`c2#` before a command is for clients: `ask c1 x=1` has one ask"),
        ("crash 3 torn", "S3 is down already"),
        ("disk 4 lies", "there is no server 4: the servers are 1 to 3"),
        ("clients 21", "`21` is not a number of clients from 0 to 20"),
        ("expect soon", "`soon` is not a duration such as 1.25s, 20ms or 300us"),
        ("corrupt 1 0", "S1 is up: crash it before you change its disk"),
        ("corrupt 3 100000", "the write-ahead log of S3 has 59 B: there is no byte 100000"),
        ("disk all 2h", "`2h` is not a duration such as 1.25s, 20ms or 300us"),
        ("disk 1 100s", "`100s` is not a duration of at most 60s"),
        ("link 1 2 loss=101%", "`101%` is not a share from 0% to 100%, in steps of 0.1%"),
        (
            "link 1 2 speed=3",
            "`speed=3` is not latency=, loss=, duplicate= or reorder= with a value",
        ),
        (
            "network",
            "something is missing: a preset (perfect, lan, wan, lossy, lab, lab-reliable, lab-reordering) or numbers such as latency=10ms..30ms loss=5%",
        ),
        ("crash one", "`one` is not a server's number from 1 to 101"),
        ("", "something is missing: a command, such as `crash 3`"),
        ("hold next heartbeat 1 > 4", "there is no server 4: the servers are 1 to 3"),
        ("release next heartbeat 1 > 2", "no such message is held: next heartbeat 1 > 2"),
        ("release 14 before 14", "message 14 cannot arrive before or after itself"),
        ("release 13 before 14", "message 13 is not held: it is on its way"),
        ("release 14 after 1", "message 1 is not in flight any more: it has arrived or was lost"),
    ] {
        let mut run = start.clone();
        assert_eq!(answer(&mut run, text), says, "{text}");
        assert_eq!(run.world().digest(), start.world().digest(), "{text}");
        assert_eq!(run.to_string(), start.to_string(), "{text}");
    }
}

#[test]
fn a_command_for_several_servers_is_carried_out_where_it_can_be() {
    let mut run = run();
    assert_eq!(answer(&mut run, "crash all"), "done: at 4.000000s crash all");
    assert!(run.world().servers().iter().all(|server| server.process().is_none()));
    assert_eq!(
        answer(&mut run, "start leader x=1"),
        "no server leads now: wait for an election, or name a server"
    );
    assert_eq!(answer(&mut run, "restart 1 2 1 3"), "done: at 4.000000s restart 1 2 1 3");
    assert!(run.world().servers().iter().all(raft_run::server::Server::is_running));
}

#[test]
fn a_text_that_is_no_run_says_in_which_line_and_what_would_be_right() {
    for (text, says) in [
        ("raft-playground 2", "line 1: `2` is not a format that this version reads: it reads 1"),
        ("servers 0", "line 1: `0` is not a number of servers from 1 to 101"),
        ("seed -1", "line 1: `-1` is not a seed: a whole number from 0 to 18446744073709551615"),
        (
            "seed 18446744073709551616",
            "line 1: `18446744073709551616` is not a seed: a whole number from 0 to 18446744073709551615",
        ),
        (
            "color blue",
            "line 1: `color blue` is not a setting such as `seed 7`, or a line such as `at 1.25s crash 3`",
        ),
        ("heartbeat 1us", "line 1: `1us` is not a timer of at least 1ms"),
        (
            "election 2s..1s",
            "line 1: `2s..1s` is not a range from the shorter to the longer, such as 20ms..80ms",
        ),
        ("batch 0B", "line 1: `0B` is not a size from 1B to 1048576KiB"),
        (
            "network moon",
            "line 1: `moon` is not a preset (perfect, lan, wan, lossy, lab, lab-reliable, lab-reordering) or numbers such as latency=10ms..30ms loss=5%",
        ),
        (
            "broken HalfIsEnough Gravity",
            "line 1: `Gravity` is not the name of a rule, such as RefuseSecondVote, or of a mistake, such as HalfIsEnough. The page's catalogue (key `k`) and docs/mistakes.md list them all",
        ),
        (
            "service commands\nclients 2",
            "line 2: `clients 2` is not possible: clients speak to `service map`, not to `service commands`",
        ),
        (
            "clients 2\nat 1s cut c3 1",
            "line 2: `at 1.000000s cut c3 1` is not possible: there is no client c3: the clients are c1 to c2",
        ),
        ("at noon crash 1", "line 1: `noon` is not a duration such as 1.25s, 20ms or 300us"),
        ("at 1s", "line 1: something is missing: a command, such as `crash 3`"),
        (
            "at 1s exlode",
            "line 1: `exlode` is not a command: they are start, snapshot, crash, restart, pause, resume, timeout, cut, heal, partition, isolate, network, link, drop, duplicate, hold, release, deliver, timers, clock, disk, corrupt, clients, ask, expect",
        ),
        ("at 1s restrat 1", "line 1: `restrat` is not a command: did you mean `restart`?"),
        (
            "# two lines\nat 2s crash 1\nat 1s restart 1",
            "line 3: `at 1.000000s restart 1` is not in the order of time: the line before it is later",
        ),
        (
            "at 1s crash 1\nseed 3",
            "line 2: `seed 3` is not allowed here: settings stand before the first `at` line",
        ),
        (
            "servers 3\nat 1s crash 4",
            "line 2: `at 1.000000s crash 4` is not possible: there is no server 4: the servers are 1 to 3",
        ),
        (
            "at 1s after 999999 crash 1",
            "line 1: `at 1.000000s after 999999 crash 1` is not possible: only 79 events happen by then",
        ),
        (
            "at 1s after x crash 1",
            "line 1: `x` is not a number of events from 0 to 18446744073709551615",
        ),
    ] {
        let error = Run::from_text(text).expect_err(text);
        assert_eq!(error.to_string(), says, "{text}");
    }
}

#[test]
fn sizes_have_limits() {
    let long = format!("start 1 x={}", "y".repeat(64 * 1024));
    let mut run = run();
    assert!(answer(&mut run, &long).contains("at most 65536 bytes; it has 65538"));
    answer(&mut run, "clients 1 idle");
    let long = format!("ask c1 x={}", "y".repeat(1024));
    assert!(answer(&mut run, &long).contains("at most 1024 bytes; it has 1026"));
    for _ in 0..101 {
        answer(&mut run, "ask c1 x=1");
    }
    assert_eq!(
        answer(&mut run, "ask c1 x=1"),
        "c1 has 100 commands to ask already, the most that wait: let the run go on until it has asked some"
    );
    let huge = "# nothing\n".repeat(500_000);
    let error = Run::from_text(&huge).expect_err("too long").to_string();
    assert!(error.contains("it has 5000000 bytes, and the most is 4194304"), "{error}");
    for _ in 0..100 {
        answer(&mut run, "drop next InstallSnapshot 1 > 2");
    }
    assert_eq!(
        answer(&mut run, "drop next InstallSnapshot 1 > 2"),
        "100 commands wait for the next message of a kind already, the most that can"
    );
    let far = "at 1s after 30000000 crash 1\n";
    let error = Run::from_text(far).expect_err("too far").to_string();
    assert!(
        error.contains("is not reached within 10000000 events, the most that a text may take"),
        "{error}"
    );
}

/// Texts from outside that would fill the memory or take for ever.
#[test]
fn no_text_fills_the_memory_or_takes_for_ever() {
    let flood = "servers 101\nheartbeat 1ms\nnetwork lan\n";
    // Messages that pile up: in the network, at paused servers, behind slow disks.
    for (piles, by) in [
        ("network latency=60s..60s duplicate=100%", "4s"),
        ("pause 2 3 4 5 6 7 8 9", "4s"),
        ("disk all 60s..60s", "4s"),
    ] {
        let text = format!("{flood}at 2s {piles}\nat {by} end\n");
        let run = Run::from_text(&text).expect("a run");
        let world = run.world();
        let waiting: usize = world.servers().iter().map(raft_run::server::Server::waiting).sum();
        assert!(world.network().flights().count() <= raft_run::network::MOST_IN_FLIGHT, "{piles}");
        assert!(waiting <= 101 * 5_000, "{piles}: {waiting}");
    }
    // Commands that are long on many disks.
    let long = "y".repeat(60_000);
    let text: String = (1..60)
        .map(|n| format!("at {n}s start 1 x={long}\n"))
        .fold("servers 101\n".into(), |text, line| text + &line);
    let error = Run::from_text(&text).expect_err("too much").to_string();
    assert!(error.contains("more than 67108864 bytes"), "{error}");
    // Clients that ask for ever: what the disks hold is bounded.
    let asks =
        "servers 1\ndisk 0s\nnetwork perfect\nclients 1 idle timeout=1ms\nat 2s cut 1 > c1\n";
    let long = "y".repeat(1_000);
    let run =
        Run::from_text(&format!("{asks}at 3s ask c1 x={long}\nat 200s end\n")).expect("a run");
    let bytes = run.world().servers()[0].disk.bytes();
    assert!((60 << 20..65 << 20).contains(&bytes), "{bytes}");
    // Branches that are long one after the other.
    let branch = "heartbeat 1ms\nat 1s end\n";
    let mut text = String::new();
    for id in 1..40 {
        text += &format!("branch {id} x\nservers 101\n{branch}").replace("at 1s", "at 20s");
    }
    let error = raft_run::saved::restore(&text).expect_err("too long").to_string();
    assert!(error.contains("the most that a text may take"), "{error}");
}
