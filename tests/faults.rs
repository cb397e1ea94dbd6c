//! First anything may fail, and nothing that was promised falls; then all is healed, and the cluster agrees.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use raft_core::{Bug, Rule, Time};
use raft_playground_tests::link::link;
use raft_playground_tests::play::{Plan, Played};
use raft_playground_tests::random::{Gap, Language, RandomRun, random_run};
use raft_playground_tests::{broken, show};
use raft_run::{Command, Record, World};
use std::collections::BTreeSet;

/// All faults of a cluster of so many servers are over.
fn heal(played: &mut Played) {
    let servers = played.world.servers().len();
    let mut commands: Vec<String> =
        ["heal", "network lan", "restart all", "resume all", "disk all 1ms..3ms", "clients 0"]
            .map(Into::into)
            .into();
    commands.extend((1..=servers).map(|server| format!("clock {server} 100%")));
    for command in commands {
        // Refused where nothing has to be healed.
        played.command(&parse(&command), &mut ());
    }
}

fn parse(command: &str) -> Command {
    command.parse().unwrap_or_else(|error| panic!("{command}: {error}"))
}

/// Within twenty seconds a leader has committed a new command everywhere, and all are alike.
fn agree(played: &mut Played) -> Result<(), String> {
    played.command(&parse("expect 10s"), &mut ());
    played.wait(Gap::Time(10_000_000), &mut ());
    if let Some(open) = played.world.clients().open().next() {
        return Err(format!("{} is not answered: {open:?}", open.client));
    }
    if !played.command(&parse("start leader last=1"), &mut ()) {
        return Err(format!("nobody leads: {:?}", played.refused.last()));
    }
    played.wait(Gap::Time(10_000_000), &mut ());
    let world = &played.world;
    let services: Vec<_> =
        world.servers().iter().filter_map(|server| Some(&server.process()?.machine)).collect();
    if services.len() < world.servers().len() {
        return Err("a server is down".into());
    }
    if !services[0].table().any(|(key, value)| key == "last" && value.bytes == "1") {
        return Err("the last command is not applied".into());
    }
    if services.iter().any(|service| *service != services[0]) {
        return Err("services differ".into());
    }
    same_logs(world)
}

/// All logs end in the same entry, all of it committed, and share what they have in common.
fn same_logs(world: &World) -> Result<(), String> {
    let nodes: Vec<_> = world.servers().iter().filter_map(|s| Some(&s.process()?.node)).collect();
    let last = nodes[0].log().last();
    let alike = nodes.iter().all(|node| {
        node.log().last() == last
            && node.commit_index() == last.index
            && node.last_applied() == last.index
    });
    if alike { Ok(()) } else { Err("logs differ".into()) }
}

/// Plays a run, heals it, and says what went wrong.
fn judge(run: &RandomRun) -> (Played, Result<(), String>) {
    let (mut played, _) = run.play(&mut ());
    played.world.compare_logs();
    heal(&mut played);
    let mut verdict = agree(&mut played);
    let broken = broken(&mut played.world);
    if !broken.is_empty() {
        verdict = Err(broken.join("\n"));
    }
    let verdict = verdict.map_err(|what| {
        let text = run.text(&played.done);
        let trace = text.parse().expect("what is printed is read");
        let open = link(trace, played.world.now());
        format!("{what}\n{text}\n{}\n{open}", show::states(&played.world))
    });
    (played, verdict)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_property_falls_and_a_healed_cluster_agrees(run in random_run(Language::Recoverable, 0..80)) {
        let (_, verdict) = judge(&run);
        if let Err(what) = verdict {
            prop_assert!(false, "{}", what);
        }
    }

    #[test]
    fn a_damaged_disk_makes_no_property_fall(run in random_run(Language::Damaging, 0..80)) {
        let (mut played, lines) = run.play(&mut ());
        let broken = broken(&mut played.world);
        prop_assert!(broken.is_empty(), "{}\n{}", broken.join("\n"), run.text(&lines));
    }
}

/// S3 wins term 1 when it goes on after a pause, and in the same moment learns of term 3: what term 2
/// committed it need not have had.
#[test]
fn an_election_that_is_won_too_late_breaks_no_property() {
    let text = "seed 1\nservers 3\nnetwork perfect\ndisk 0s\nat 0.1s timeout 3\nat 0.1015s pause 3\n\
        at 0.2s timeout 1\nat 0.25s cut 1 > 3\nat 0.3s start 1 x=1\nat 0.5s timeout 2\nat 0.7s resume 3\nat 1s end\n";
    let plan = Plan::read(text).expect("a run");
    let mut played = plan.play(plan.config.clone(), &mut ());
    let words: Vec<String> = played.records.iter().map(|(_, record)| record.to_string()).collect();
    assert!(
        words.iter().any(|words| words == "becomes leader of term 1 with 2 votes"),
        "{words:#?}"
    );
    assert_eq!(broken(&mut played.world), [""; 0]);
}

/// A property that is kept because nothing happens says nothing.
#[test]
fn random_runs_reach_what_they_are_for() {
    let mut runner = TestRunner::deterministic();
    let runs = random_run(Language::Damaging, 80);
    let mut rules: BTreeSet<Rule> = Rule::ALL.iter().copied().collect();
    let mut refused_restart = false;
    for _ in 0..2_000 {
        if rules.is_empty() && refused_restart {
            return;
        }
        let run = runs.new_tree(&mut runner).expect("runs can always be drawn").current();
        let (played, _) = run.play(&mut ());
        for (_, record) in &played.records {
            refused_restart |= matches!(record, Record::RestartFailed(..));
            if let Some(rule) = record.rule() {
                rules.remove(&rule);
            }
        }
    }
    panic!("never seen: {rules:?}; a damaged disk was noticed: {refused_restart}");
}

/// A wrong server may do harm, but no run of it panics or hangs.
#[test]
fn whatever_is_wrong_the_world_goes_on() {
    let mut runner = TestRunner::deterministic();
    let runs = random_run(Language::Damaging, 60);
    for bug in Bug::all() {
        for _ in 0..8 {
            let mut run = runs.new_tree(&mut runner).expect("runs can always be drawn").current();
            run.config.bugs = run.config.bugs.with(bug);
            let (played, _) = run.play(&mut ());
            assert!(played.world.now() > Time(0), "{bug}");
        }
    }
}

/// The judges find what there is to find.
#[test]
fn a_cluster_that_breaks_a_rule_is_caught() {
    for rule in [
        Rule::RefuseOutdatedLog,
        Rule::RefuseSecondVote,
        Rule::WinElection,
        Rule::CommitByCounting,
        Rule::PersistFirst,
        Rule::DeleteConflict,
        Rule::RefuseMismatch,
        Rule::BackUp,
        Rule::SendHeartbeats,
        Rule::FollowerTimesOut,
    ] {
        let mut runner = TestRunner::deterministic();
        let runs = random_run(Language::Recoverable, 60);
        let caught = (0..40).any(|_| {
            let mut run = runs.new_tree(&mut runner).expect("runs can always be drawn").current();
            run.config.bugs = run.config.bugs.with(rule.into());
            judge(&run).1.is_err()
        });
        assert!(caught, "{rule}");
    }
}
