//! Draws the settings of a run from a seed.

use crate::chance::{Chance, Purpose};
use crate::hint::Hint;
use raft_core::Micros;
use raft_script::clients::{ClientsSpec, Mix};
use raft_script::config::Config;
use raft_script::quality::{NetworkSpec, Preset};

const MS: Micros = 1_000;

/// Draws settings of all kinds, so that each part of the core meets the others in every combination.
pub(crate) fn draw(seed: u64, base: &Config, hint: Hint) -> Config {
    let mut chance = Chance::new(seed, Purpose::Settings);
    let mut config = Config { seed, ..base.clone() };
    config.raft.servers = servers(&mut chance, hint).max(base.servers_named());
    pace(&mut chance, &mut config, hint);
    config.raft.batch_bytes = chance.weighted(&[(5, 64 * 1024), (2, 30), (2, 200)]);
    config.network = network(&mut chance);
    config.disk = disk(&mut chance);
    let often: [(u64, u64); 5] = match hint {
        Hint::Snapshots | Hint::Sessions | Hint::Writes => {
            [(2, 0), (2, 1), (3, 2), (3, 5), (1, 10)]
        }
        _ => [(6, 0), (1, 1), (2, 3), (2, 10), (1, 40)],
    };
    config.autosnapshot = chance.weighted(&often);
    config.clients = clients(&mut chance, hint);
    config
}

/// Draws clients, from none to so many that they get in each other's way.
pub(crate) fn clients(chance: &mut Chance, hint: Hint) -> ClientsSpec {
    let usual = ClientsSpec::default();
    let most = if hint == Hint::Sessions { 3 } else { 5 };
    let count =
        if hint == Hint::Sessions || chance.percent(60) { chance.between(1, most) } else { 0 };
    let shortest = chance.weighted(&[(1, 1), (3, 20), (2, 200)]) * MS;
    ClientsSpec {
        count: count as u16,
        keys: chance.weighted(&[(3, 1), (2, 2), (2, usual.keys)]),
        pause: (shortest, shortest * chance.between(1, 4)),
        timeout: chance.weighted(&[(2, 60), (3, 200), (2, 500), (1, 2_000)]) * MS,
        mix: chance.weighted(&[(3, usual.mix), (1, APPENDS), (1, READS)]),
    }
}

const APPENDS: Mix = Mix { get: 1, put: 0, append: 3, cas: 1 };
const READS: Mix = Mix { get: 3, put: 1, append: 0, cas: 0 };

fn servers(chance: &mut Chance, hint: Hint) -> u16 {
    match hint {
        Hint::Swarm => chance.weighted(&[(1, 1), (1, 2), (6, 3), (2, 4), (6, 5), (1, 6), (2, 7)]),
        Hint::Quorums => chance.weighted(&[(1, 2), (3, 4)]),
        _ => chance.weighted(&[(6, 3), (1, 4), (2, 5)]),
    }
}

/// Draws heartbeats and election timeouts, far enough apart that a cluster without faults settles.
fn pace(chance: &mut Chance, config: &mut Config, hint: Hint) {
    let raft = &mut config.raft;
    if hint == Hint::Timers && chance.percent(30) {
        // Only heartbeats and commands move anything.
        (raft.election_min, raft.election_max) = (50_000 * MS, 100_000 * MS);
        return;
    }
    if chance.percent(60) {
        return;
    }
    raft.heartbeat = chance.between(20, 200) * MS;
    raft.election_min = raft.heartbeat * chance.between(2, 5);
    raft.election_max = raft.election_min * chance.between(2, 3);
}

/// Draws a network, for the beginning of a run or for a change in the middle.
pub(crate) fn network(chance: &mut Chance) -> NetworkSpec {
    if chance.percent(50) {
        return NetworkSpec::Preset(chance.pick(&Preset::ALL));
    }
    let latency = chance.weighted(&[(3, 5 * MS), (3, 30 * MS), (1, 150 * MS)]);
    let mut share = |most: u64| {
        let some = chance.percent(50);
        Some(if some { chance.below(most) as u16 } else { 0 })
    };
    let (loss, duplicate, reorder) = (share(300), share(200), share(500));
    let latency = Some(chance.range(0, latency));
    NetworkSpec::Numbers(raft_script::quality::Numbers { latency, loss, duplicate, reorder })
}

/// Draws the time that writes take.
pub(crate) fn disk(chance: &mut Chance) -> (Micros, Micros) {
    let most = chance.weighted(&[(3, 0), (3, 3 * MS), (2, 20 * MS), (1, 100 * MS)]);
    chance.range(0, most)
}
