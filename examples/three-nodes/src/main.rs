//! Three Raft nodes over threads and channels, in real time: a leader is elected, crashes, and comes back.
//!
//! `server.rs` is what every program around the crate does: it feeds the node with messages and ticks, and performs
//! its actions in order. `network.rs` stands for the network, `cluster.rs` for whoever runs the servers.

mod cluster;
mod network;
mod server;

use cluster::Cluster;
use raft_core::Config;
use std::process::ExitCode;

fn main() -> ExitCode {
    match story() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("It went wrong: {why}.");
            ExitCode::FAILURE
        }
    }
}

fn story() -> Result<(), String> {
    // Faster than usual, because nobody wants to wait.
    let (heartbeat, election_min, election_max) = (40_000, 200_000, 400_000);
    let config = Config { servers: 3, heartbeat, election_min, election_max, ..Config::default() };
    let mut cluster = Cluster::start(config);

    let first = cluster.leader()?;
    println!("{first} leads in term {}.", cluster.latest[&first].term);
    let mut asked = Vec::new();
    commit(&mut cluster, &mut asked, &["a=1", "b=2", "c=3"])?;
    cluster.agree(3, asked.len())?;
    println!("Three commands are committed, and all three servers have applied them.");

    let crashed = cluster.leader()?;
    cluster.crash(crashed)?;
    let kept = cluster.disk(crashed).read();
    println!(
        "{crashed} has crashed. Its disk holds term {} and entries up to {}.",
        kept.vote.current_term,
        kept.log.last()
    );
    if kept.log.last().index.0 < asked.len() as u64 {
        return Err(format!("{crashed} led, and its disk does not hold what was committed"));
    }
    let next = cluster.leader()?;
    let term = cluster.latest[&next].term;
    println!("{next} leads in term {term}.");
    if term <= kept.vote.current_term {
        return Err(format!("{next} leads in term {term}, which is not a later one"));
    }
    commit(&mut cluster, &mut asked, &["d=4", "e=5", "f=6"])?;
    println!("Two of three are a majority: three more commands are committed.");

    cluster.restart(crashed);
    println!("{crashed} restarts from its disk.");
    commit(&mut cluster, &mut asked, &["g=7"])?;
    let applied = cluster.agree(3, asked.len())?;
    if let Some(missing) = asked.iter().find(|command| !applied.contains(command)) {
        return Err(format!("{missing} was committed, and is lost"));
    }
    println!("All three have applied the same: {}.", applied.join(", "));
    for (id, report) in &cluster.latest {
        println!("{id} is in term {}; its snapshot ends at {}.", report.term, report.snapshot_end);
    }
    let all: Vec<_> = cluster.latest.keys().copied().collect();
    all.into_iter().try_for_each(|id| cluster.crash(id))
}

/// Commits commands one after the other, and notes what was asked.
fn commit(cluster: &mut Cluster, asked: &mut Vec<String>, commands: &[&str]) -> Result<(), String> {
    for command in commands {
        cluster.commit(command)?;
        asked.push((*command).into());
    }
    Ok(())
}
