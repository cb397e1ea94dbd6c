//! The checks look on: they change no run, stop it where a property is first violated, and remember no more than
//! is needed.

use proptest::prelude::*;
use raft_check::Property;
use raft_playground_tests::random::{Language, random_run};
use raft_run::Place;
use raft_run::journal::Filter;
use raft_run::{Command, Kind, Record, Run, Stamp, Time, World};

/// S3, S4 and S5 vote for S1 and for S2 in term 1.
const TWO_LEADERS: &str = "servers 5\nnetwork perfect\ndisk 0s\nelection 1000s..2000s\nheartbeat 1000s\n\
    broken RefuseSecondVote\nat 1s timeout 1\nat 1.0005s timeout 2\nat 2s end\n";

fn broken(world: &World) -> Vec<Property> {
    world.violations().iter().map(|violation| violation.property).collect()
}

/// A run without what a text has carried out, and its commands with their moments.
fn unplayed(text: &str) -> (Run, Vec<(Time, Command)>) {
    let loaded = Run::from_text(text).expect("a run");
    let commands = loaded.lines().iter().map(|line| (line.at, line.command().cloned()));
    let commands = commands.map(|(at, command)| (at, command.expect("a command"))).collect();
    (Run::new(loaded.world().config().clone()), commands)
}

#[test]
fn a_run_stops_where_a_property_is_broken_and_goes_on_when_it_is_told_to() {
    let (mut run, commands) = unplayed(TWO_LEADERS);
    for (at, command) in commands {
        assert!(run.advance(at, u64::MAX));
        run.command(command).expect("it can be done");
    }
    let end = Time(2_000_000);
    let mut stops = Vec::new();
    while !run.advance(end, u64::MAX) {
        let violation = run.world().violations().last().expect("something is broken");
        assert_eq!(violation.at.event, run.world().events(), "right after the event");
        assert_eq!(violation.at.time, run.world().now());
        stops.push(violation.property);
    }
    assert_eq!(stops, [Property::OneVote, Property::ElectionSafety]);
    assert_eq!(broken(run.world()), stops);

    let lines = run.journal(Filter { server: None, kinds: [Kind::Property].into() });
    let words: Vec<String> = lines.lines(0).map(|line| line.record.to_string()).collect();
    assert_eq!(
        words,
        [
            "property violated: One vote in a term: S2 votes for S2 and then for S1 in term 1",
            "property violated: Election Safety: S1 and S2 both lead term 1",
        ]
    );
    let times: Vec<Time> = run.timeline().violations.iter().map(|(at, _)| *at).collect();
    assert_eq!(times.len(), 2);

    // Executed again from its text, and gone back in, it does not stop.
    let digest = run.world().digest();
    let again = Run::from_text(&run.to_string()).expect("what is printed is read");
    assert_eq!((again.world().digest(), broken(again.world())), (digest, stops.clone()));
    run.seek(Place::Time(Time(0)));
    assert_eq!(broken(run.world()), []);
    assert!(run.advance(Time(1_900_000), u64::MAX), "the past is only repeated");
    run.seek(Place::Time(end));
    assert_eq!((run.world().digest(), broken(run.world())), (digest, stops));
}

/// Clients that ask much of one key, while leaders come and go.
fn clients(seed: u64, broken: &str) -> World {
    let settings = format!(
        "seed {seed}\nservers 3\nautosnapshot 4\nnetwork latency=2ms..40ms loss=10%\n\
         clients 4 keys=1 pause=1ms..30ms timeout=100ms\n{broken}\n"
    );
    let mut run = Run::from_text(&settings).expect("settings");
    let go = |run: &mut Run, until: u64| while !run.advance(Time(until * 100_000), u64::MAX) {};
    let faults = ["isolate 1", "crash leader", "partition 1 2 | 3", "crash 2", "isolate 3"];
    for second in 1..6 {
        for (tenth, command) in
            [(0, faults[(seed + second) as usize % 5]), (5, "heal"), (6, "restart all")]
        {
            go(&mut run, second * 10 + tenth);
            // Nobody may lead just then, and nobody need be down.
            let _ = run.command(command.parse().expect("a command"));
        }
    }
    go(&mut run, 70);
    run.world().clone()
}

#[test]
fn what_clients_see_is_linearizable_unless_the_service_is_wrong() {
    for seed in 1..=30 {
        let world = clients(seed, "");
        assert_eq!(broken(&world), [], "seed {seed}: {:?}", world.violations());
        assert!(world.clients().history().len() > 50, "seed {seed}");
        let unknown = world.checks().expect("it is checked").clients().unknown().count();
        assert_eq!(unknown, 0, "seed {seed}: everything is known");
    }
    for wrong in
        ["AnswersBeforeCommit", "ReadsWithoutLog", "RetriesAppliedTwice", "SessionsNotInSnapshot"]
    {
        let falls = |seed| {
            let world = clients(seed, &format!("broken {wrong}"));
            broken(&world).contains(&Property::Linearizable)
        };
        assert!((1..=60).any(falls), "{wrong}");
    }
}

/// Clients see the writes of others who are no clients.
#[test]
fn what_others_write_counts_too() {
    let text = "seed 1\nservers 3\nnetwork lan\nat 2s start leader x=1\nat 3s start leader x+=2\n\
        at 4s clients 2 idle\nat 5s ask c1 x\nat 6s start leader x=3\nat 7s ask c2 x\nat 9s end\n";
    let run = Run::from_text(text).expect("a run");
    assert_eq!(run.world().violations(), []);
    let answers =
        run.world().clients().history().iter().filter_map(|asked| asked.returned.as_ref());
    let values: Vec<_> = answers.map(|(_, outcome)| outcome.to_string()).collect();
    assert_eq!(values, ["\"12\"", "\"3\""]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_run_is_the_same_without_the_checks(run in random_run(Language::Damaging, 0..60)) {
        let (played, lines) = run.play(&mut ());
        let mut world = World::new(run.config.clone()).unchecked();
        let mut records: Vec<(Stamp, Record)> = Vec::new();
        for line in &lines {
            while line.after != Some(world.events()) && world.step(line.at, &mut records) {}
            world.wait(line.at);
            let command = line.command().expect("what was done is a command");
            world.apply(command, &mut records).expect("what was possible is possible again");
        }
        while world.events() < played.world.events() {
            world.step(played.world.now(), &mut records);
        }
        prop_assert_eq!(world.digest(), played.world.digest());
        // That a property is violated is told in either way.
        let of_the_run = |(_, record): &&(Stamp, Record)| {
            !matches!(record, Record::Violated(..) | Record::NoProgress(_))
        };
        let [here, there] = [&records, &played.records]
            .map(|records| records.iter().filter(of_the_run).collect::<Vec<_>>());
        let differs = here.iter().zip(&there).find(|(one, other)| one != other);
        prop_assert_eq!(differs, None);
        prop_assert_eq!(here.len(), there.len());
    }
}
