//! Disks through the command language: damage, slow writes, crashes.

use raft_playground_tests::by_hand::{command, matched};
use raft_run::server::Life;
use raft_run::{Record, Run, ServerId, Time};

/// A run of three servers in which S3 has crashed with a log of several records.
fn crashed(settings: &str) -> Run {
    let text = format!(
        "servers 3\nnetwork perfect\nelection 1000s..2000s\n{settings}\nat 1s timeout 1\n\
         at 2s start 1 x=1\nat 2s start 1 y=2\nat 3s start 1 z=3\nat 4s crash 3\n"
    );
    Run::from_text(&text).expect("a run")
}

fn log_len(run: &Run) -> usize {
    run.world().servers()[2].disk.log_len()
}

#[test]
fn a_flipped_byte_anywhere_keeps_the_server_down_until_it_is_flipped_back() {
    for settings in ["", "autosnapshot 2"] {
        let run = crashed(settings);
        for offset in 0..log_len(&run) {
            let mut run = run.clone();
            command(&mut run, &format!("corrupt 3 {offset}"));
            command(&mut run, "restart 3");
            let server = &run.world().servers()[2];
            assert!(matches!(server.life, Life::Crashed(Err(_))), "byte {offset}");
            command(&mut run, &format!("corrupt 3 {offset}"));
            command(&mut run, "restart 3");
            assert!(run.world().servers()[2].is_running(), "byte {offset}");
        }
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let mut run = crashed("");
    let faults = raft_run::journal::Filter {
        server: Some(ServerId(3)),
        kinds: [raft_run::record::Kind::Fault].into(),
    };
    let end = log_len(&run) - 1;
    command(&mut run, &format!("corrupt 3 {end}"));
    command(&mut run, "restart 3");
    let page = run.journal(faults);
    let said: Vec<String> = page.lines(0).map(|line| line.record.to_string()).collect();
    let (last, before) = said.split_last().expect("S3 has crashed");
    assert!(last.starts_with("cannot restart: the log is corrupt at byte "), "{last}");
    assert!(last.ends_with(": the checksum does not fit the content"), "{last}");
    assert_eq!(before, ["crashes"]);
    assert!(matches!(
        page.lines(0).last().map(|line| line.record.clone()),
        Some(Record::RestartFailed(..))
    ));
}

#[test]
fn a_crash_at_any_moment_leaves_a_disk_that_can_be_read_and_has_all_that_was_said() {
    let text = "seed 2\nservers 3\nnetwork lan\ndisk 1ms..30ms\nelection 1000s..2000s\nheartbeat 20ms\n\
                autosnapshot 2\nat 1s timeout 1\nat 1.2s start 1 a=1\nat 1.21s start 1 b=2\n\
                at 1.22s start 1 c=3\nat 1.23s start 1 d=4\nat 1.24s start 1 e=5\n";
    let start = Run::from_text(text).expect("a run");
    for millis in (1_241..1_600).step_by(3) {
        let mut run = start.clone();
        run.advance(Time(millis * 1_000), u64::MAX);
        let known = matched(&run);
        command(&mut run, "crash 2");
        let Life::Crashed(Ok(kept)) = &run.world().servers()[1].life else {
            panic!("at {millis} ms: S2's disk cannot be read")
        };
        assert!(kept.log.last().index.0 >= known, "at {millis} ms S1 counts on entry {known}");
        command(&mut run, "restart 2");
        run.advance(Time(4_000_000), u64::MAX);
        let applied =
            |slot: usize| run.world().servers()[slot].process().expect("up").machine.applied();
        assert_eq!(applied(1), applied(0), "at {millis} ms");
    }
}

#[test]
fn a_server_that_does_not_wait_for_its_disk_confirms_what_a_crash_takes() {
    let text = |broken| {
        format!(
            "servers 3\nnetwork perfect\ndisk 50ms\nelection 1000s..2000s\n{broken}\n\
             at 1s timeout 1\nat 2s start 1 a=1\nat 2.01s crash 2\n"
        )
    };
    for (broken, confirmed) in [("", 0), ("broken AnswersBeforeDurable", 1)] {
        let run = Run::from_text(&text(broken)).expect("a run");
        assert_eq!(matched(&run), confirmed, "{broken}");
        let Life::Crashed(Ok(kept)) = &run.world().servers()[1].life else {
            panic!("S2 has crashed with a disk that can be read")
        };
        assert!(kept.log.is_empty());
    }
}

/// A sync is on its way when S1's disk becomes instant: what waits for it must not wait for ever.
#[test]
fn a_disk_that_becomes_instant_lets_go_what_waits() {
    let text = "seed 93270\nservers 3\nnetwork perfect\ndisk 217us..1426us\nautosnapshot 3\nclients 4 keys=1 pause=1ms\n\
        at 0.347988s timeout 3\nat 0.585s disk 1 0s\nat 0.585s network wan\nat 0.585s expect 10s\nat 11s end\n";
    let run = Run::from_text(text).expect("a run");
    assert_eq!(run.world().violations().len(), 0, "{:?}", run.world().violations());
}

/// S2's node has handed the command out, but its service waits for the disk: that is what is said.
#[test]
fn what_waits_for_a_disk_is_not_said_to_be_applied() {
    let text = "servers 3\nnetwork perfect\ndisk 0s\nelection 1000s..2000s\nheartbeat 100ms\n\
        at 1s timeout 1\nat 2s disk 2 60s\nat 2s start 1 x=1\nat 3s expect 1s\nat 5s end\n";
    let run = Run::from_text(text).expect("a run");
    let said: Vec<String> = run.world().violations().iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("S2 does not catch up"), "{said:?}");
    assert!(said[0].ends_with("it has applied up to 0 and not 1@1"), "{said:?}");
}

/// A server may apply many entries at once, and its service may want a snapshot after each.
#[test]
fn a_snapshot_after_each_of_many_commands_fills_no_stack() {
    let mut text = String::from("servers 1\ndisk 50ms\nautosnapshot 1\nat 1s timeout 1\n");
    for _ in 0..4_000 {
        text.push_str("at 2s start 1 x=1\n");
    }
    let mut run = Run::from_text(&text).expect("a run");
    run.advance(Time(4_000_000), u64::MAX);
    let node = &run.world().servers()[0].process().expect("it is up").node;
    assert_eq!(node.last_applied().0, 4_000);
    assert_eq!(node.log().snapshot_end().index.0, 4_000);
}
