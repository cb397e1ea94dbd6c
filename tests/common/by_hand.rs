//! A run that a test leads by hand: commands, and a look at what came of them.

use raft_run::{Run, ServerId};

/// Carries out a command.
///
/// # Panics
/// When it is none, or is refused.
pub fn command(run: &mut Run, text: &str) {
    let command: raft_run::Command = text.parse().expect("a command");
    run.command(command).unwrap_or_else(|why| panic!("{text}: {why}"));
}

/// The matchIndex that S1 has for S2; 0 when S1 does not lead.
///
/// # Panics
/// When S1 is down.
pub fn matched(run: &Run) -> u64 {
    let node = &run.world().servers()[0].process().expect("S1 is up").node;
    match node.role() {
        raft_core::Role::Leader { progress } => {
            progress.get(ServerId(2)).expect("a follower").match_index.0
        }
        _ => 0,
    }
}
