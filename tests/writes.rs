//! Servers that crash between any two of their writes: term and vote, log, snapshot.

use raft_playground_tests::by_hand::{command, matched};
use raft_playground_tests::link::link;
use raft_run::command::Part;
use raft_run::record::{Record, Stamp};
use raft_run::server::Life;
use raft_run::trace::Item;
use raft_run::{Config, Run, Time, World};
use raft_swarm::swarm::{self, Length};
use raft_swarm::{Hint, Played, Wanted};

/// The seeds to draw: 100, or as many as `WRITES_SEEDS` says, such as 10000.
fn seeds() -> std::ops::RangeInclusive<u64> {
    1..=std::env::var("WRITES_SEEDS").map_or(100, |n| n.parse().expect("a number of seeds"))
}

/// Plays a run again and returns its records.
fn records(played: &Played) -> Vec<(Stamp, Record)> {
    let trace = played.trace(None);
    let (mut world, mut records) = (World::new(trace.config.clone()), Vec::new());
    for line in &trace.lines {
        while !world.run_until(line.at, u64::MAX, &mut records) {}
        if let Item::Command(command) = &line.item {
            world.apply(command, &mut records).expect("it was possible before");
        }
    }
    records
}

/// Runs a seed. Returns the violation, if there is one, and how often a server crashed halfway: between each two
/// writes, and with a log that was cut at the restart.
fn drawn(seed: u64) -> (Option<String>, [usize; 4]) {
    let length = Length { fault_events: 2_000, ..Length::SWARM };
    let played = swarm::run(seed, &Config::default(), Hint::Writes, length, Wanted::Any);
    let violated = played.found.as_ref().map(|violation| {
        let link = link(played.trace(None), violation.at.time);
        format!("seed {seed}: {} is violated: {violation}\n{link}", violation.property)
    });
    let records = records(&played);
    let count = |is: &dyn Fn(&Record) -> bool| records.iter().filter(|(_, r)| is(r)).count();
    let between = |done, next| {
        count(
            &|record| matches!(record, Record::CrashPlanned(_, d, Some(n)) if (*d, *n) == (done, next)),
        )
    };
    let counts = [
        between(Part::Snapshot, Part::Log),
        between(Part::Vote, Part::Log) + between(Part::Vote, Part::Snapshot),
        count(&|record| matches!(record, Record::CrashPlanned(_, _, None))),
        count(&|record| matches!(record, Record::LogCut(..))),
    ];
    (violated, counts)
}

#[test]
fn the_right_core_keeps_every_property_when_servers_crash_between_their_writes() {
    let work = std::sync::Mutex::new((seeds(), Vec::new(), [0; 4]));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let next = work.lock().expect("nobody panics with the lock").0.next();
                    let Some(seed) = next else { return };
                    let (violated, counts) = drawn(seed);
                    let mut work = work.lock().expect("nobody panics with the lock");
                    work.1.extend(violated);
                    for (sum, more) in work.2.iter_mut().zip(counts) {
                        *sum += more;
                    }
                }
            });
        }
    });
    let (_, violated, counts) = work.into_inner().expect("nobody panics with the lock");
    assert!(violated.is_empty(), "{}", violated.join("\n"));
    assert!(counts.iter().all(|&count| count > 10), "too little happened: {counts:?}");
}

/// A crash after each of the first writes of a follower, on a slow disk and on an instant one: it comes back with
/// all that the leader counts on, and catches up.
#[test]
fn a_crash_after_any_write_loses_nothing_that_was_told() {
    for disk in ["0s", "1ms..30ms"] {
        let text = format!(
            "seed 2\nservers 3\nnetwork lan\ndisk {disk}\nelection 1000s..2000s\nheartbeat 20ms\n\
             autosnapshot 2\nat 1s timeout 1\n"
        );
        let starts = "at 1.21s start 1 a=1\nat 1.22s start 1 b=2\nat 1.24s start 1 c=3\n\
                      at 1.25s start 1 d=4\nat 1.27s start 1 e=5\n";
        let mut crashes = 0;
        for n in 1..=12 {
            let text = format!("{text}at 1.2s crash 2 after write {n}\n{starts}at 3s end\n");
            let mut run = Run::from_text(&text).expect("a run");
            if run.world().servers()[1].planned_crash().is_some() {
                continue;
            }
            crashes += 1;
            let Life::Crashed(Ok(kept)) = &run.world().servers()[1].life else {
                panic!("after write {n}, disk {disk}: S2's disk cannot be read")
            };
            let known = matched(&run);
            assert!(kept.log.last().index.0 >= known, "after write {n} S1 counts on {known}");
            command(&mut run, "restart 2");
            run.advance(Time(6_000_000), u64::MAX);
            let applied =
                |slot: usize| run.world().servers()[slot].process().expect("up").machine.applied();
            assert_eq!(applied(1), applied(0), "after write {n}, disk {disk}");
            assert!(run.world().violations().is_empty(), "after write {n}, disk {disk}");
        }
        assert!(crashes >= 6, "disk {disk}: only {crashes}");
    }
}

fn planned(run: &Run, slot: usize) -> Option<String> {
    run.world().servers()[slot].planned_crash().map(|at| at.to_string())
}

#[test]
fn a_planned_crash_is_counted_off_replaced_called_off_and_forgotten_in_a_crash() {
    let text =
        "servers 3\nnetwork perfect\ndisk 0s\nelection 1000s..2000s\nat 1s timeout 1\nat 2s end\n";
    let mut run = Run::from_text(text).expect("a run");
    command(&mut run, "crash 2 after write 3");
    command(&mut run, "start 1 x=1");
    run.advance(Time(3_000_000), u64::MAX);
    assert_eq!(planned(&run, 1).as_deref(), Some("after write 2"), "one write was made");
    command(&mut run, "crash 2 between log and snapshot");
    assert_eq!(planned(&run, 1).as_deref(), Some("between log and snapshot"));
    command(&mut run, "crash 2 cancel");
    assert_eq!(planned(&run, 1), None);
    let again = run.command("crash 2 cancel".parse().expect("a command")).expect_err("none");
    assert_eq!(again.to_string(), "S2 has no planned crash");
    command(&mut run, "snapshot 2");
    assert!(run.world().servers()[1].is_running(), "what is called off does not come");
    command(&mut run, "crash 2 after write 1");
    command(&mut run, "crash 2");
    command(&mut run, "restart 2");
    assert_eq!(planned(&run, 1), None, "a crash of another kind came before");
    command(&mut run, "crash 2");
    let down = run.command("crash 2 after write 1".parse().expect("a command")).expect_err("down");
    assert_eq!(down.to_string(), "S2 is down: restart it first");
}

/// The only server of a cluster crashes in the very step that takes a command, and its disk has the command or not.
#[test]
fn a_command_whose_server_crashes_in_its_write_is_lost_or_kept_as_its_disk_says() {
    for (disk, kept) in [("0s", 1), ("10ms early", 0)] {
        let text = format!(
            "servers 1\nnetwork perfect\ndisk {disk}\nelection 1000s..2000s\nat 1s timeout 1\n\
             at 2s crash 1 after write 1\nat 2s start 1 x=1\nat 2.005s end\n"
        );
        let mut run = Run::from_text(&text).expect("a run");
        if kept == 0 {
            command(&mut run, "crash 1");
        }
        command(&mut run, "restart 1");
        let log = run.world().servers()[0].process().expect("up").node.log().last();
        assert_eq!(log.index.0, kept, "disk {disk}");
        command(&mut run, "timeout 1");
        command(&mut run, "start 1 x");
        run.advance(Time(5_000_000), u64::MAX);
        // Raft promises nothing where the disk acknowledged what it had not flushed.
        let violations = run.world().violations();
        assert!(
            violations.iter().all(|violation| violation.assumption.is_some()),
            "{violations:?}"
        );
        assert_eq!(violations.is_empty(), kept == 1, "disk {disk}");
        let machine = &run.world().servers()[0].process().expect("up").machine;
        assert_eq!(machine.applied().0, kept + 1, "disk {disk}");
    }
}

/// Messages that wait for a paused server are lost if it crashes while it goes on, like those that come to a server
/// that is down.
#[test]
fn what_waits_for_a_paused_server_is_lost_when_it_crashes_in_a_write() {
    let text = "servers 3\nnetwork perfect\ndisk 0s\nelection 1000s..2000s\nheartbeat 100ms\nclients 1 idle\n\
        at 1s timeout 1\nat 2s pause 2\nat 2s crash 2 after write 1\nat 2.1s start 1 x=1\nat 2.2s start 1 y=2\n\
        at 3s resume 2\nat 3s end\n";
    let mut run = Run::from_text(text).expect("a run");
    assert!(run.world().servers()[1].process().is_none());
    let filter =
        raft_run::journal::Filter { server: None, kinds: [raft_run::record::Kind::Fault].into() };
    let page = run.journal(filter);
    let said: Vec<String> = page.lines(0).map(|line| line.record.to_string()).collect();
    assert!(said.iter().any(|line| line == "crashes as planned: its log is durable"), "{said:?}");
    assert!(said.iter().any(|line| line.contains("its AppendEntries 2 to S2 is lost")), "{said:?}");
}

#[test]
fn a_disk_that_acknowledges_early_is_a_setting_too() {
    let text = "servers 1\nnetwork perfect\ndisk 1s early\nelection 1000s..2000s\nat 1s timeout 1\n\
        at 2s start 1 x=1\nat 2.5s crash 1\nat 3s end\n";
    let run = Run::from_text(text).expect("a run");
    assert!(run.world().servers()[0].disk.is_early());
    assert!(run.world().config().to_string().contains("\ndisk 1s early\n"));
    let Life::Crashed(Ok(kept)) = &run.world().servers()[0].life else { panic!("it has crashed") };
    assert!(kept.log.is_empty(), "x=1 was applied at once and is lost");
    let honest = text.replace("at 1s timeout 1", "at 1s disk 1 honest\nat 1s timeout 1");
    let run = Run::from_text(&honest).expect("a run");
    assert!(!run.world().servers()[0].disk.is_early());
}
