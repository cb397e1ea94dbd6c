//! A server's memory follows the tail of its log and the size of its table, not the length of its history.

use raft_core::{Config as Raft, ServerId};
use raft_run::quality::{NetworkSpec, Preset};
use raft_run::{Command, Config, Time, World};

const COMMANDS: u64 = 1_000_000;
const BATCH: u64 = 1_000;
const KEYS: u64 = 50;

/// Starts a batch of commands at S1 and gives it the time to commit them.
fn batch(world: &mut World, number: u64) {
    for n in number * BATCH..(number + 1) * BATCH {
        let command = format!("key{}={n}", n % KEYS);
        let start = Command::Start { at: Some(ServerId(1)), command };
        world.apply(&start, &mut ()).expect("S1 is up");
    }
    let later = world.now() + 10_000;
    world.run_until(later, u64::MAX, &mut ());
}

/// No server holds more than its tail and its table, and little is on its way.
fn check(world: &World) {
    for server in world.servers() {
        let node = &server.process().expect("it is up").node;
        assert!(node.log().len() <= 2 * BATCH, "{}: {} entries", server.id, node.log().len());
        assert!(node.snapshot().len() < 4_000, "{}: {} B", server.id, node.snapshot().len());
        assert!(server.disk.bytes() < 200_000, "{}: {} B on disk", server.id, server.disk.bytes());
    }
    let checks = world.checks().expect("it is checked");
    assert!(checks.places() as u64 <= 3 * BATCH, "{} places of the log", checks.places());
    assert_eq!(world.violations(), []);
    assert!(world.network().flights().count() < 50);
    assert!(world.network().lost().count() <= 64);
}

#[test]
fn a_million_commands_leave_no_more_behind_than_a_thousand() {
    let config = Config {
        raft: Raft {
            servers: 3,
            election_min: 10_000_000,
            election_max: 20_000_000,
            ..Raft::default()
        },
        network: NetworkSpec::Preset(Preset::Perfect),
        disk: (0, 0),
        autosnapshot: BATCH,
        ..Config::default()
    };
    let mut world = World::new(config);
    world.apply(&"timeout 1".parse().expect("a command"), &mut ()).expect("S1 is up");
    world.run_until(Time(100_000), u64::MAX, &mut ());
    for number in 0..COMMANDS / BATCH {
        batch(&mut world, number);
        check(&world);
    }
    world.run_until(world.now() + 1_000_000, u64::MAX, &mut ());
    check(&world);
    for server in world.servers() {
        let machine = &server.process().expect("it is up").machine;
        assert_eq!(machine.applied().0, COMMANDS);
        assert_eq!(machine.table().len() as u64, KEYS);
        // What a restart would read is as short.
        let kept = server.disk.read().expect("a whole disk");
        assert!(kept.log.snapshot_end().index.0 + BATCH >= COMMANDS);
        assert!(kept.log.len() <= BATCH);
    }
}

#[test]
fn a_follower_that_is_away_costs_its_leader_a_log_no_longer_than_a_snapshot_apart() {
    let config = Config {
        raft: Raft {
            servers: 3,
            election_min: 10_000_000,
            election_max: 20_000_000,
            ..Raft::default()
        },
        network: NetworkSpec::Preset(Preset::Lan),
        disk: (0, 0),
        autosnapshot: BATCH,
        ..Config::default()
    };
    let mut world = World::new(config);
    for command in ["timeout 1", "crash 3"] {
        world.apply(&command.parse().expect("a command"), &mut ()).expect("all are up");
        world.run_until(world.now() + 100_000, u64::MAX, &mut ());
    }
    for number in 0..50 {
        batch(&mut world, number);
        let leader = &world.servers()[0].process().expect("it is up").node;
        assert!(leader.log().len() <= 2 * BATCH);
        let places = world.checks().expect("it is checked").places();
        assert!(places as u64 <= 3 * BATCH, "{places} places of the log, though S3 is away");
    }
    world.apply(&"restart 3".parse().expect("a command"), &mut ()).expect("S3 is down");
    world.run_until(world.now() + 1_000_000, u64::MAX, &mut ());
    let behind = world.servers()[2].process().expect("it is up");
    assert_eq!(behind.machine.applied().0, 50 * BATCH, "one snapshot brings it up to date");
    check(&world);
}
